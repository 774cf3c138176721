import { commands, FileType, Range, Uri, window, workspace } from 'vscode';
import { type Location, locateRequest, openSourceCommand } from '../../server/protocol/requests.ts';
import { locationIn, nodeIn } from '../argument.ts';
import type { ClientWorkbench } from '../workbench.ts';
import type { ClientCommand } from './index.ts';

/** Opens the file, directory or Secret behind a node of the tree or a link. */
export const openSource: ClientCommand = {
  id: openSourceCommand,
  run: async (workbench, argument) => {
    const location = locationIn(argument) ?? (await locationOf(workbench, argument));
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

async function locationOf(workbench: ClientWorkbench, argument: unknown): Promise<Location | undefined> {
  const node = nodeIn(argument);
  if (!node) return undefined;
  const client = await workbench.server();
  return (await client.sendRequest<Location | null>(locateRequest, { node: node.id })) ?? undefined;
}

async function isDirectory(uri: Uri): Promise<boolean> {
  const stat = await workspace.fs.stat(uri).then(
    it => it,
    () => undefined,
  );
  return stat !== undefined && (stat.type & FileType.Directory) !== 0;
}
