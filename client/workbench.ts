import { commands, type Disposable, type ExtensionContext, type LogOutputChannel, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { clientCommands } from './commands/index.ts';
import { concernsUs } from './concern.ts';
import { clientFeatures } from './features/index.ts';
import { createLanguageClient } from './languageClient.ts';

/** What commands and features get: the server's connection once it runs, and where to log. */
export interface ClientWorkbench {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  /** The running server; starts it when it does not run yet. */
  server(): Promise<LanguageClient>;
  /** `undefined` until something of ours was opened. */
  readonly running: LanguageClient | undefined;
  onStarted(listener: (client: LanguageClient) => void): Disposable;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createWorkbench(context: ExtensionContext): ClientWorkbench {
  const log = window.createOutputChannel('GitOps Workbench', { log: true });
  context.subscriptions.push(log);
  let starting: Promise<LanguageClient> | undefined;
  let running: LanguageClient | undefined;
  const listeners = new Set<(client: LanguageClient) => void>();

  const server = (): Promise<LanguageClient> => {
    starting ??= launch().catch(cause => {
      starting = undefined;
      throw cause;
    });
    return starting;
  };
  const launch = async (): Promise<LanguageClient> => {
    const client = createLanguageClient(context, log);
    await client.start();
    running = client;
    for (const listener of listeners) listener(client);
    return client;
  };

  const self: ClientWorkbench = {
    context,
    log,
    server,
    get running() {
      return running;
    },
    onStarted: listener => {
      listeners.add(listener);
      if (running) listener(running);
      return { dispose: () => listeners.delete(listener) };
    },
    start: async () => {
      for (const command of clientCommands) {
        context.subscriptions.push(
          commands.registerCommand(command.id, (...args: unknown[]) => command.run(self, ...args)),
        );
      }
      for (const feature of clientFeatures) context.subscriptions.push(...feature.activate(self));
      // On any other YAML the server stays off: opening a compose file costs one look at its text.
      const consider = (text: string): boolean => concernsUs(text);
      if (
        workspace.textDocuments.some(it => it.languageId === 'yaml' && consider(it.getText())) ||
        (await hasManifests())
      ) {
        await server();
        return;
      }
      context.subscriptions.push(
        workspace.onDidOpenTextDocument(it => {
          if (it.languageId === 'yaml' && consider(it.getText())) void server();
        }),
        workspace.onDidChangeTextDocument(({ document }) => {
          if (!starting && document.languageId === 'yaml' && consider(document.getText())) void server();
        }),
      );
    },
    stop: async () => {
      const client = await starting?.catch(() => undefined);
      await client?.stop();
    },
  };
  return self;
}

/** The globs under which VS Code activated us for a whole folder. */
async function hasManifests(): Promise<boolean> {
  const found = await workspace.findFiles(
    '**/{argocd,argo-cd,applicationset,applicationsets,appset,appsets,apps}*/**/*.{yaml,yml}',
    undefined,
    1,
  );
  return found.length > 0;
}
