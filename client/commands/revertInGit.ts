import { commands, Uri, window } from 'vscode';
import { type RevertResult, revertRequest } from '../../server/protocol/delivery.ts';
import { applicationFor } from '../applications.ts';
import type { ClientWorkbench } from '../workbench.ts';
import type { ClientCommand } from './index.ts';
import { entryFor } from './rollback.ts';

/** The rollback that lasts: a revert commit on a new branch of the local repository. */
export const revertInGit: ClientCommand = {
  id: 'gitops.revertInGit',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Revert in Git');
    if (application === undefined) return;
    const entry = await entryFor(workbench, application, 'Revert in Git');
    if (entry) await revertTo(workbench, application, entry.id);
  },
};

export async function revertTo(workbench: ClientWorkbench, application: string, entry: number): Promise<void> {
  const client = await workbench.server();
  const result = await client.sendRequest<RevertResult>(revertRequest, { application, entry });
  if (!result.made) {
    await window.showWarningMessage(result.message);
    return;
  }
  const offer = 'Open Source Control';
  const said = await window.showInformationMessage(result.message, offer);
  if (said !== offer) return;
  await commands.executeCommand('workbench.view.scm');
  if (result.uri !== undefined) await commands.executeCommand('git.openRepository', Uri.parse(result.uri).fsPath);
}
