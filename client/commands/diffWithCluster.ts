import { Uri, window } from 'vscode';
import { type FileOwner, ownersRequest } from '../../server/protocol/delivery.ts';
import { showDiff } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** On a manifest: its objects as they live against how the editor has them. */
export const diffWithCluster: ClientCommand = {
  id: 'gitops.diffWithCluster',
  run: async (workbench, argument) => {
    const uri = argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
    if (!uri) {
      await window.showInformationMessage('Open the manifest that you want to compare.');
      return;
    }
    const client = await workbench.server();
    const owners = await client.sendRequest<FileOwner[]>(ownersRequest, { uri: uri.toString() });
    if (owners.length === 0) {
      await window.showInformationMessage(
        'No Application of a chosen cluster takes its manifests from this file. Choose the cluster of its Application, or open the repository that its source names.',
      );
      return;
    }
    const owner =
      owners.length === 1
        ? owners[0]
        : await window.showQuickPick([...owners], { title: 'Diff with Cluster', placeHolder: 'Application' });
    if (!owner) return;
    await showDiff(workbench, {
      application: owner.application,
      left: 'live',
      right: 'buffers',
      ...(owner.resources.length > 0 && { only: owner.resources }),
    });
  },
};
