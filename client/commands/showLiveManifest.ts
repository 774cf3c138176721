import { Uri, window, workspace } from 'vscode';
import { lookRequest } from '../../server/protocol/delivery.ts';
import { resourceFor } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** One object as it lives, Secrets masked; follows the cluster. */
export const showLiveManifest: ClientCommand = {
  id: 'gitops.showLiveManifest',
  run: async (workbench, argument) => {
    const found = await resourceFor(workbench, argument, 'Show Live Manifest', 'all');
    if (!found) return;
    const client = await workbench.server();
    const uri = await client.sendRequest<string | null>(lookRequest, { ...found, at: 'live' });
    if (uri === null) return;
    const document = await workspace.openTextDocument(Uri.parse(uri));
    await window.showTextDocument(document, { preview: true });
  },
};
