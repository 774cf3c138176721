import { commands, window } from 'vscode';
import { type ContextChoice, contextsRequest } from '../../server/protocol/delivery.ts';
import { configurationChanged } from '../../server/protocol/requests.ts';
import { rememberContexts } from '../chosenClusters.ts';
import { configuration } from '../settings.ts';
import type { ClientWorkbench } from '../workbench.ts';
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
    if (chosen)
      await chooseContexts(
        workbench,
        chosen.map(it => it.label),
      );
  },
};

/** From now on exactly these are followed. */
export async function chooseContexts({ context, server }: ClientWorkbench, names: readonly string[]): Promise<void> {
  await rememberContexts(context, names);
  await (await server()).sendNotification(configurationChanged, configuration(context));
}
