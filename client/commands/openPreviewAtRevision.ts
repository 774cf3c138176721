import { window } from 'vscode';
import { previewUri } from '../../server/protocol/requests.ts';
import { setFor } from '../argument.ts';
import type { ClientCommand } from './index.ts';
import { showPreview } from './openPreview.ts';

/** What the set generates from its repositories as they were at a branch, tag or commit. */
export const openPreviewAtRevision: ClientCommand = {
  id: 'gitops.openPreviewAtRevision',
  run: async (workbench, argument) => {
    const set = await setFor(workbench, argument);
    if (!set) return;
    const revision = await window.showInputBox({
      title: `Preview ${set.name} at a revision`,
      prompt: 'Branch, tag or commit of the repositories that the set reads',
      placeHolder: 'main',
      validateInput: text =>
        text.trim() === '' || text.startsWith('-') ? 'Name a branch, a tag or a commit.' : undefined,
    });
    if (revision !== undefined) await showPreview(previewUri(set, revision.trim()));
  },
};
