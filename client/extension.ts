import type { ExtensionContext } from 'vscode';
import { type ClientWorkbench, createWorkbench } from './workbench.ts';

let workbench: ClientWorkbench | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  workbench = createWorkbench(context);
  await workbench.start();
}

export async function deactivate(): Promise<void> {
  await workbench?.stop();
  workbench = undefined;
}
