import { applicationFor, deliveryNodeIn, showDiff } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** Live against what the editor holds: of one resource, or of everything that differs. Follows the text and the cluster. */
export const diff: ClientCommand = {
  id: 'gitops.diff',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Diff');
    if (application === undefined) return;
    const node = deliveryNodeIn(argument);
    await showDiff(workbench, {
      application,
      left: 'live',
      right: 'buffers',
      ...(node?.resource && { only: [node.resource] }),
    });
  },
};
