import { ConfigurationTarget, commands, window, workspace } from 'vscode';
import { type ContextChoice, contextsRequest } from '../../server/protocol/delivery.ts';
import { section } from '../settings.ts';
import type { ClientCommand } from './index.ts';

/** Which kubeconfig contexts are followed; no other is ever contacted. */
export const chooseClusters: ClientCommand = {
  id: 'gitops.chooseClusters',
  run: async workbench => {
    const client = await workbench.server();
    const contexts = await client.sendRequest<ContextChoice[]>(contextsRequest, {});
    if (contexts.length === 0) {
      const offer = 'Start Sandbox Cluster';
      const said = await window.showInformationMessage(
        'There are no kubeconfig contexts: neither KUBECONFIG nor ~/.kube/config names one.',
        offer,
      );
      if (said === offer) await commands.executeCommand('gitops.startSandbox');
      return;
    }
    const items = contexts.map(it => ({ label: it.name, description: it.description, picked: it.chosen }));
    const chosen = await window.showQuickPick(items, {
      title: 'Choose Clusters',
      canPickMany: true,
      matchOnDescription: true,
      placeHolder: 'Contexts to follow; no other is ever contacted',
    });
    if (chosen) await chooseContexts(chosen.map(it => it.label));
  },
};

/** Kept with the workspace where there is one: another folder means other clusters. */
export async function chooseContexts(names: readonly string[]): Promise<void> {
  const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await workspace.getConfiguration(section).update('clusters.contexts', names, target);
  await commands.executeCommand('gitops.clusters.focus');
}

export function chosenContexts(): readonly string[] {
  return workspace.getConfiguration(section).get<string[]>('clusters.contexts', []);
}
