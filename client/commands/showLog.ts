import type { ClientCommand } from './index.ts';

export const showLog: ClientCommand = {
  id: 'gitops.showLog',
  run: workbench => workbench.log.show(),
};
