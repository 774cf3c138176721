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
    if (!known.automated) {
      const on = 'Sync by Itself';
      const detail =
        'As long as this window is open, every change of its manifests is applied without asking; with selfHeal also what others changed, and with prune what is gone is deleted.';
      if ((await window.showWarningMessage(`Let ${known.label} sync by itself?`, { modal: true, detail }, on)) !== on)
        return;
    }
    await client.sendRequest(automatedRequest, { application, on: !known.automated });
  },
};
