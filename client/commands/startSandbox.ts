import { window } from 'vscode';
import { type SandboxParams, type SandboxResult, sandboxRequest } from '../../server/protocol/delivery.ts';
import { chosenContexts } from '../chosenClusters.ts';
import type { ClientWorkbench } from '../workbench.ts';
import { chooseContexts } from './chooseClusters.ts';
import type { ClientCommand } from './index.ts';

/** Starts the embedded cluster inside the server and follows it. */
export const startSandbox: ClientCommand = {
  id: 'gitops.startSandbox',
  run: workbench => askSandbox(workbench, 'start'),
};

export async function askSandbox(workbench: ClientWorkbench, action: SandboxParams['action']): Promise<void> {
  const client = await workbench.server();
  const { context, problem } = await client.sendRequest<SandboxResult>(sandboxRequest, { action });
  if (context === undefined) {
    await window.showErrorMessage(`The sandbox cluster is not there. ${problem ?? ''}`.trim());
    return;
  }
  const chosen = chosenContexts(workbench.context);
  await chooseContexts(workbench, chosen.includes(context) ? chosen : [...chosen, context]);
}
