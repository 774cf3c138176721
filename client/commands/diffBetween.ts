import { window } from 'vscode';
import type { DiffSide } from '../../server/protocol/delivery.ts';
import { applicationFor, type Choice, deliveryNodeIn, showDiff } from '../applications.ts';
import type { ClientCommand } from './index.ts';

const sides: readonly Choice<DiffSide | 'revision'>[] = [
  { value: 'live', label: 'Live', detail: 'What is in the cluster' },
  { value: 'buffers', label: 'Editor', detail: 'The work tree, with unsaved text' },
  { value: 'workTree', label: 'Work Tree', detail: 'Files on disk' },
  { value: 'staged', label: 'Staged', detail: 'What the next commit holds' },
  { value: { revision: 'HEAD' }, label: 'HEAD', detail: 'The last commit' },
  { value: 'lastSynced', label: 'Last Synced', detail: 'The revision of the last sync' },
  { value: 'revision', label: 'Revision…', detail: 'A branch, a tag or a commit' },
];

/** Any two sides of an Application against each other. */
export const diffBetween: ClientCommand = {
  id: 'gitops.diffBetween',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Diff Between');
    if (application === undefined) return;
    const left = await sideFor('Left side', undefined);
    if (left === undefined) return;
    const right = await sideFor('Right side', left);
    if (right === undefined) return;
    const node = deliveryNodeIn(argument);
    await showDiff(workbench, { application, left, right, ...(node?.resource && { only: [node.resource] }) });
  },
};

async function sideFor(title: string, other: DiffSide | undefined): Promise<DiffSide | undefined> {
  const picked = await window.showQuickPick(
    sides.filter(it => it.value === 'revision' || JSON.stringify(it.value) !== JSON.stringify(other)),
    { title: `Diff Between: ${title}`, placeHolder: title, matchOnDetail: true },
  );
  if (picked?.value !== 'revision') return picked?.value;
  const revision = await window.showInputBox({
    title: `Diff Between: ${title}`,
    prompt: 'Branch, tag or commit of the Application’s repositories',
    validateInput: text =>
      text.trim() === '' || text.startsWith('-') ? 'Name a branch, a tag or a commit.' : undefined,
  });
  return revision === undefined ? undefined : { revision: revision.trim() };
}
