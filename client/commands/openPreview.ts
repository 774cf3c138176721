import { Uri, ViewColumn, window, workspace } from 'vscode';
import { openPreviewCommand, previewUri } from '../../server/protocol/requests.ts';
import { setFor } from '../argument.ts';
import type { ClientCommand } from './index.ts';

/** Opens what a set generates beside the editor, live; without an argument, for the set of the active file. */
export const openPreview: ClientCommand = {
  id: openPreviewCommand,
  run: async (workbench, argument) => {
    const set = await setFor(workbench, argument);
    if (set) await showPreview(previewUri(set));
  },
};

export async function showPreview(uri: string): Promise<void> {
  const document = await workspace.openTextDocument(Uri.parse(uri));
  await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
}
