import { commands, window, workspace } from 'vscode';
import type { ClientFeature } from './index.ts';

/** `gitops.fileHasSet`: the active file holds an ApplicationSet, so that the preview's button stands only where it does something. */
export const context: ClientFeature = {
  name: 'context',
  activate: () => {
    let told: boolean | undefined;
    const tell = (): void => {
      const document = window.activeTextEditor?.document;
      const has = document?.languageId === 'yaml' && /^kind:\s*["']?ApplicationSet\b/m.test(document.getText());
      if (has === told) return;
      told = has;
      void commands.executeCommand('setContext', 'gitops.fileHasSet', has);
    };
    tell();
    return [
      window.onDidChangeActiveTextEditor(tell),
      workspace.onDidOpenTextDocument(tell),
      workspace.onDidChangeTextDocument(it => {
        if (it.document === window.activeTextEditor?.document) tell();
      }),
    ];
  },
};
