import { window } from 'vscode';
import {
  type HistoryChoice,
  historyRequest,
  type RollbackWay,
  rollbackRequest,
} from '../../server/protocol/delivery.ts';
import { applicationFor, type Choice, showDiff } from '../applications.ts';
import type { ClientWorkbench } from '../workbench.ts';
import type { ClientCommand } from './index.ts';
import { revertTo } from './revertInGit.ts';

/** Choose an entry of the history, then the way back: the one that lasts first, with who would undo the other. */
export const rollback: ClientCommand = {
  id: 'gitops.rollback',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Rollback');
    if (application === undefined) return;
    const entry = await entryFor(workbench, application, 'Rollback');
    if (!entry) return;
    const client = await workbench.server();
    const ways = await client.sendRequest<RollbackWay[]>(rollbackRequest, { application, entry: entry.id });
    const items: readonly Choice<RollbackWay | undefined>[] = [
      ...ways.map(it => ({ value: it, label: it.label, detail: it.description })),
      { value: undefined, label: 'See the Difference First', detail: 'Live against what was synced then' },
    ];
    for (;;) {
      const picked = await window.showQuickPick(items, {
        title: `Rollback to ${entry.label}`,
        placeHolder: 'How; nothing happens before you have seen what it does',
      });
      if (!picked) return;
      const way = picked.value;
      if (!way) {
        return showDiff(workbench, { application, left: 'live', right: { entry: entry.id } });
      }
      if (!way.possible) {
        await window.showWarningMessage(`${way.label} is ${way.description}`);
        continue;
      }
      if (way.kind === 'git') await revertTo(workbench, application, entry.id);
      else workbench.panels.plan(application, { kind: 'rollback', entry: entry.id });
      return;
    }
  },
};

/** An entry of the history, picked; the one that lives is not offered. */
export async function entryFor(
  workbench: ClientWorkbench,
  application: string,
  title: string,
): Promise<HistoryChoice | undefined> {
  const client = await workbench.server();
  const history = await client.sendRequest<HistoryChoice[]>(historyRequest, { application });
  const former = history.filter(it => !it.current);
  if (former.length === 0) {
    await window.showInformationMessage(
      history.length === 0
        ? 'This Application has no history yet: it begins with its first sync.'
        : 'This Application was synced once: there is nothing before that to go back to.',
    );
    return undefined;
  }
  return window.showQuickPick(former, { title, placeHolder: 'Entry to go back to', matchOnDescription: true });
}
