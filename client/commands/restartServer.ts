import type { ClientCommand } from './index.ts';

export const restartServer: ClientCommand = {
  id: 'gitops.restartServer',
  run: async workbench => {
    const client = await workbench.server();
    await client.restart();
  },
};
