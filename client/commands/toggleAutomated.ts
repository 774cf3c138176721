import { window } from 'vscode';
import { type ApplicationChoice, applicationsRequest, automatedRequest } from '../../server/protocol/delivery.ts';
import { applicationFor } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** Honours `syncPolicy.automated` of one Application, for this session; the first time with a question, as it then acts by itself. */
export const toggleAutomated: ClientCommand = {
  id: 'gitops.toggleAutomated',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Automated Sync', it => it.automated !== undefined);
    if (application === undefined) return;
    const client = await workbench.server();
    const choices = await client.sendRequest<ApplicationChoice[]>(applicationsRequest, {});
    const known = choices.find(it => it.id === application);
    if (known?.automated === undefined) {
      await window.showInformationMessage('The manifest of this Application has no syncPolicy.automated.');
      return;
    }
    const { on, prune, selfHeal } = known.automated;
    if (!on) {
      const accept = 'Sync by Itself';
      const detail = [
        'As long as this window is open, every saved change of its manifests is applied without asking.',
        selfHeal ? 'What others change in the cluster is changed back (selfHeal).' : '',
        prune ? 'What the manifests do not have any more is deleted (prune).' : 'Nothing is deleted (no prune).',
      ];
      const said = await window.showWarningMessage(
        `Let ${known.label} sync by itself?`,
        { modal: true, detail: detail.filter(it => it !== '').join('\n') },
        accept,
      );
      if (said !== accept) return;
    }
    await client.sendRequest(automatedRequest, { application, on: !on });
  },
};
