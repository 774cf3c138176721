import { commands, type Disposable, window, workspace } from 'vscode';
import type { ClientFeature } from './index.ts';

/** `gitops.fileHasSet`: the active file holds an ApplicationSet, so that the preview's button stands only where it does something. */
export const context: ClientFeature = {
  name: 'context',
  activate: () => {
    const tell = (): void => {
      const document = window.activeTextEditor?.document;
      const has = document?.languageId === 'yaml' && /^kind:\s*["']?ApplicationSet\b/m.test(document.getText());
      void commands.executeCommand('setContext', 'gitops.fileHasSet', has);
    };
    tell();
    const subscriptions: Disposable[] = [
      window.onDidChangeActiveTextEditor(tell),
      workspace.onDidSaveTextDocument(tell),
      workspace.onDidOpenTextDocument(tell),
    ];
    return subscriptions;
  },
};
