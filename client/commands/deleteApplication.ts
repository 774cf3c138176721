import { window } from 'vscode';
import { type PlanOptions, type PlanView, planRequest } from '../../server/protocol/delivery.ts';
import { applicationFor, type Choice } from '../applications.ts';
import type { ClientCommand } from './index.ts';

type Cascade = NonNullable<PlanOptions['cascade']>;

/** Deletes an Application from its cluster: with its resources or without, each told with the number of what goes. */
export const deleteApplication: ClientCommand = {
  id: 'gitops.deleteApplication',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Delete');
    if (application === undefined) return;
    const client = await workbench.server();
    const planned = await client.sendRequest<PlanView | null>(planRequest, {
      application,
      options: { kind: 'delete', cascade: 'foreground' },
    });
    const count = planned?.steps.filter(it => it.action === 'prune').length ?? 0;
    const goes = `${count} ${count === 1 ? 'resource goes' : 'resources go'} with it`;
    const choices: readonly Choice<Cascade>[] = [
      { value: 'foreground', label: 'Delete with Its Resources', detail: `${goes}; owners wait for what they own` },
      {
        value: 'background',
        label: 'Delete with Its Resources in the Background',
        detail: `${goes}; nothing is waited for`,
      },
      { value: 'none', label: 'Delete the Application Only', detail: 'Its resources stay, and are nobody’s' },
    ];
    const chosen = await window.showQuickPick(choices, {
      title: 'Delete',
      placeHolder: 'What goes; the plan is shown before anything is deleted',
    });
    if (chosen) workbench.panels.plan(application, { kind: 'delete', cascade: chosen.value });
  },
};
