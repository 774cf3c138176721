import { Uri, window, workspace } from 'vscode';
import { lookRequest } from '../../server/protocol/delivery.ts';
import { resourceFor } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** Kubernetes events about one object, newest first. */
export const showEvents: ClientCommand = {
  id: 'gitops.showEvents',
  run: async (workbench, argument) => {
    const found = await resourceFor(workbench, argument, 'Events', 'all');
    if (!found) return;
    const client = await workbench.server();
    const uri = await client.sendRequest<string | null>(lookRequest, { ...found, at: 'events' });
    if (uri === null) return;
    await window.showTextDocument(await workspace.openTextDocument(Uri.parse(uri)), { preview: true });
  },
};
