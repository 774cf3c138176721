import { workspace } from 'vscode';
import { configurationChanged } from '../../server/protocol/requests.ts';
import { configuration } from '../settings.ts';
import type { ClientFeature } from './index.ts';

/** The cluster half begins when the folder is trusted. */
export const trust: ClientFeature = {
  name: 'trust',
  activate: workbench => [
    workspace.onDidGrantWorkspaceTrust(() => {
      void workbench.running?.sendNotification(configurationChanged, configuration(workbench.context));
    }),
  ],
};
