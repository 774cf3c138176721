import { ConfigurationTarget, commands, type ExtensionContext, type Memento, Uri, window, workspace } from 'vscode';
import { section } from './section.ts';

const setting = 'clusters.contexts';

/** What a person chose in this workspace; where nobody has chosen yet, what the settings say. */
export function chosenContexts(context: ExtensionContext): readonly string[] {
  return memoryOf(context).get<string[]>(setting) ?? workspace.getConfiguration(section).get<string[]>(setting, []);
}

/**
 * Kept by VS Code, for the workspace where there is one: another folder means other clusters. Never in a file of the folder, as which clusters
 * somebody follows is nobody else's business, and following one is no change to a repository.
 */
export async function rememberContexts(context: ExtensionContext, names: readonly string[]): Promise<void> {
  await memoryOf(context).update(setting, names);
  await commands.executeCommand('gitops.clusters.focus');
  void offerToTidy();
}

function memoryOf({ workspaceState, globalState }: ExtensionContext): Memento {
  return workspace.workspaceFolders ? workspaceState : globalState;
}

/** Up to 0.3 the choice was written into the workspace's settings; it may also stand there on purpose, so it is asked first. */
async function offerToTidy(): Promise<void> {
  const own = workspace.getConfiguration(section);
  if (own.inspect(setting)?.workspaceValue === undefined) return;
  const remove = 'Remove from Settings';
  const said = await window.showInformationMessage(
    `The settings of this workspace name clusters too (${section}.${setting}), as earlier versions wrote them there. Your choice is kept with you now, and goes before them.`,
    remove,
  );
  if (said !== remove) return;
  await own.update(setting, undefined, ConfigurationTarget.Workspace);
  for (const { uri } of workspace.workspaceFolders ?? [])
    await removeIfEmpty(Uri.joinPath(uri, '.vscode', 'settings.json'));
}

/** A file of settings that held nothing else would be left behind as `{}`. */
async function removeIfEmpty(file: Uri): Promise<void> {
  const text = await workspace.fs.readFile(file).then(
    it => new TextDecoder().decode(it),
    // Not every folder has such a file.
    () => '',
  );
  if (/^\s*\{\s*\}\s*$/.test(text)) await workspace.fs.delete(file);
}
