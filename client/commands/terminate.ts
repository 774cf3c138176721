import { terminateRequest } from '../../server/protocol/delivery.ts';
import { applicationFor } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** Ends a running operation; what it applied stays. */
export const terminate: ClientCommand = {
  id: 'gitops.terminate',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Terminate', it => it.running);
    if (application === undefined) return;
    const client = await workbench.server();
    await client.sendRequest(terminateRequest, { application });
  },
};
