import { workspace } from 'vscode';
import { deliverySchemes, documentClosed } from '../../server/protocol/delivery.ts';
import type { ClientFeature } from './index.ts';

/** The server keeps documents of clusters up to date as long as somebody sees them. */
export const documents: ClientFeature = {
  name: 'documents',
  activate: workbench => [
    workspace.onDidCloseTextDocument(({ uri }) => {
      if (deliverySchemes.includes(uri.scheme))
        void workbench.running?.sendNotification(documentClosed, { uri: uri.toString() });
    }),
  ],
};
