import { commands, FileType, Range, Uri, window, workspace } from 'vscode';
import { type Location, locateRequest, type TreeNode } from '../../server/protocol/requests.ts';
import type { ClientCommand } from './index.ts';

/** Opens the file, directory or Secret behind a node of the tree. */
export const openSource: ClientCommand = {
  id: 'gitops.openSource',
  run: async (workbench, argument) => {
    const node = argument as TreeNode | undefined;
    if (!node?.id) return;
    const client = await workbench.server();
    const location = await client.sendRequest<Location | null>(locateRequest, { node: node.id });
    if (!location) {
      await window.showInformationMessage('What produced this is not in an opened folder.');
      return;
    }
    const uri = Uri.parse(location.uri);
    if (await isDirectory(uri)) {
      await commands.executeCommand('revealInExplorer', uri);
      return;
    }
    const { range } = location;
    await window.showTextDocument(uri, {
      preview: true,
      ...(range && {
        selection: new Range(range.start.line, range.start.character, range.end.line, range.end.character),
      }),
    });
  },
};

async function isDirectory(uri: Uri): Promise<boolean> {
  const stat = await workspace.fs.stat(uri).then(
    it => it,
    () => undefined,
  );
  return stat !== undefined && (stat.type & FileType.Directory) !== 0;
}
