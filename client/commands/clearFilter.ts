import { filterRequest } from '../../server/protocol/delivery.ts';
import type { ClientCommand } from './index.ts';

/** Shows every Application again. */
export const clearFilter: ClientCommand = {
  id: 'gitops.clearFilter',
  run: async workbench => {
    const client = await workbench.server();
    await client.sendRequest(filterRequest, { text: '', only: 'all' });
  },
};
