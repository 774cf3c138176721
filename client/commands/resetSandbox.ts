import { window } from 'vscode';
import type { ClientCommand } from './index.ts';
import { askSandbox } from './startSandbox.ts';

/** Deletes everything in the sandbox cluster. */
export const resetSandbox: ClientCommand = {
  id: 'gitops.resetSandbox',
  run: async workbench => {
    const reset = 'Reset';
    const said = await window.showWarningMessage(
      'Reset the sandbox cluster?',
      { modal: true, detail: 'Everything in it is deleted, and the history of its Applications with it.' },
      reset,
    );
    if (said === reset) await askSandbox(workbench, 'reset');
  },
};
