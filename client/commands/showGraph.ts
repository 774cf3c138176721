import { applicationFor } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** Owners and network of an Application as a picture. */
export const showGraph: ClientCommand = {
  id: 'gitops.showGraph',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Show Graph');
    if (application !== undefined) workbench.panels.graph(application);
  },
};
