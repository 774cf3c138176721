import { languages, Uri, ViewColumn, window, workspace } from 'vscode';
import {
  openPreviewCommand,
  previewUri,
  type SetReference,
  type TreeNode,
  treeRequest,
} from '../../server/protocol/requests.ts';
import type { ClientWorkbench } from '../workbench.ts';
import type { ClientCommand } from './index.ts';

/** Opens what a set generates beside the editor; without an argument, the set of the active file. */
export const openPreview: ClientCommand = {
  id: openPreviewCommand,
  run: async (workbench, argument) => {
    const set = referenceIn(argument) ?? (await choose(workbench));
    if (!set) return;
    const document = await workspace.openTextDocument(Uri.parse(previewUri(set)));
    await languages.setTextDocumentLanguage(document, 'yaml');
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
  },
};

function referenceIn(argument: unknown): SetReference | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const node = argument as Partial<TreeNode & SetReference>;
  if (node.set) return node.set;
  return typeof node.uri === 'string' && typeof node.document === 'number'
    ? { uri: node.uri, document: node.document, name: node.name ?? 'applicationset' }
    : undefined;
}

async function choose(workbench: ClientWorkbench): Promise<SetReference | undefined> {
  const client = await workbench.server();
  const nodes = await client.sendRequest<TreeNode[]>(treeRequest, {});
  const active = window.activeTextEditor?.document.uri.toString();
  const sets = nodes.flatMap(it =>
    it.set ? [{ label: it.label, description: it.description ?? '', set: it.set }] : [],
  );
  const here = sets.filter(it => it.set.uri === active);
  if (here.length === 1) return here[0]?.set;
  const offered = here.length > 0 ? here : sets;
  if (offered.length === 0) {
    await window.showInformationMessage('No ApplicationSet is known in this workspace yet.');
    return undefined;
  }
  return (await window.showQuickPick(offered, { placeHolder: 'ApplicationSet to preview' }))?.set;
}
