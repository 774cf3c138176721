import { window } from 'vscode';
import { refreshRequest } from '../../server/protocol/delivery.ts';
import { deliveryNodeIn } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** Compares anew, with fresh renderings and a fresh look at what the cluster serves; without a node, everything. */
export const refreshApplication: ClientCommand = {
  id: 'gitops.refreshApplication',
  run: async (workbench, argument) => {
    const application = typeof argument === 'string' ? argument : deliveryNodeIn(argument)?.application;
    const client = await workbench.server();
    await window.withProgress({ location: { viewId: 'gitops.clusters' } }, () =>
      client.sendRequest(refreshRequest, { hard: true, ...(application !== undefined && { application }) }),
    );
  },
};
