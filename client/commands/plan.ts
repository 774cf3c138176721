import { applicationFor } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** What a sync would do, with everything that it would prune; nothing is applied unless the panel's button is pressed. */
export const plan: ClientCommand = {
  id: 'gitops.plan',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Plan');
    if (application !== undefined) workbench.panels.plan(application, { kind: 'sync', prune: true });
  },
};
