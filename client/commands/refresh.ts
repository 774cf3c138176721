import { configurationChanged } from '../../server/protocol/requests.ts';
import { configuration } from '../settings.ts';
import type { ClientCommand } from './index.ts';

/** Starts the server if need be and generates everything anew. */
export const refresh: ClientCommand = {
  id: 'gitops.refresh',
  run: async workbench => {
    const client = await workbench.server();
    await client.sendNotification(configurationChanged, configuration(workbench.context));
  },
};
