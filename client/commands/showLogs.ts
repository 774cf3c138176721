import { Uri, window, workspace } from 'vscode';
import { containersRequest, lookRequest } from '../../server/protocol/delivery.ts';
import { resourceFor } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** The end of a Pod's log; follows it while it is open. */
export const showLogs: ClientCommand = {
  id: 'gitops.showLogs',
  run: async (workbench, argument) => {
    const found = await resourceFor(workbench, argument, 'Logs', 'pods');
    if (!found) return;
    const client = await workbench.server();
    const containers = await client.sendRequest<string[]>(containersRequest, found);
    const container =
      containers.length > 1
        ? await window.showQuickPick(containers, { title: 'Logs', placeHolder: 'Container' })
        : containers[0];
    if (containers.length > 1 && container === undefined) return;
    const uri = await client.sendRequest<string | null>(lookRequest, {
      ...found,
      at: 'logs',
      ...(container !== undefined && { container }),
    });
    if (uri === null) return;
    await window.showTextDocument(await workspace.openTextDocument(Uri.parse(uri)), { preview: true });
  },
};
