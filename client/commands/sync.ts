import { applicationFor, deliveryNodeIn } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** The plan of a sync, one click before it runs; on a resource, of that one alone. */
export const sync: ClientCommand = {
  id: 'gitops.sync',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Sync');
    if (application === undefined) return;
    const node = deliveryNodeIn(argument);
    workbench.panels.plan(application, { kind: 'sync', ...(node?.resource && { resources: [node.resource] }) });
  },
};
