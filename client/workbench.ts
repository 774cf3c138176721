import {
  commands,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { clientCommands } from './commands/index.ts';
import { concernsUs } from './concern.ts';
import { clientFeatures } from './features/index.ts';
import { createLanguageClient } from './languageClient.ts';
import { createPanels, type Panels } from './panels/panels.ts';

/** What commands and features get: the server's connection once it runs, and where to log. */
export interface ClientWorkbench {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  /** The running server; starts it when it does not run yet. */
  server(): Promise<LanguageClient>;
  /** `undefined` until something of ours was opened. */
  readonly running: LanguageClient | undefined;
  onStarted(listener: (client: LanguageClient) => void): Disposable;
  /** What the server says by itself; as many listeners as want it, over every restart of the server. */
  onTold<T>(method: string, listener: (told: T) => void): Disposable;
  /** Plans and graphs that are open. */
  readonly panels: Panels;
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
    // Before the start: the server says its first words at once.
    for (const [method, told] of hearing) client.onNotification(method, told.tell);
    await client.start();
    running = client;
    for (const listener of listeners) listener(client);
    // A server that was started anew knows nothing of what was shown.
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) for (const listener of listeners) listener(client);
    });
    return client;
  };
  const hearing = new Map<string, Told>();

  let panels: Panels | undefined;
  const self: ClientWorkbench = {
    get panels() {
      panels ??= createPanels(self);
      return panels;
    },
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
    onTold: <T>(method: string, listener: (told: T) => void) => {
      const known = hearing.get(method);
      const told = known ?? toldOf();
      if (!known) {
        hearing.set(method, told);
        running?.onNotification(method, told.tell);
      }
      const heard = listener as (it: unknown) => void;
      told.listeners.add(heard);
      return { dispose: () => told.listeners.delete(heard) };
    },
    start: async () => {
      for (const command of clientCommands) {
        context.subscriptions.push(
          commands.registerCommand(command.id, (...args: unknown[]) => command.run(self, ...args)),
        );
      }
      for (const feature of clientFeatures) context.subscriptions.push(...feature.activate(self));
      const begin = () => server().catch(cause => log.error('The language server did not start.', cause));
      // On any other YAML the server stays off: opening a compose file costs one look at its text.
      const consider = (document: TextDocument): void => {
        if (!starting && document.languageId === 'yaml' && concernsUs(document.getText())) void begin();
      };
      for (const document of workspace.textDocuments) consider(document);
      context.subscriptions.push(
        workspace.onDidOpenTextDocument(consider),
        workspace.onDidChangeTextDocument(({ document }) => consider(document)),
      );
      if (await hasManifests(context)) await begin();
    },
    stop: async () => {
      const client = await starting?.catch(() => undefined);
      await client?.stop();
    },
  };
  return self;
}

interface Told {
  readonly listeners: Set<(told: unknown) => void>;
  readonly tell: (told: unknown) => void;
}

/** The connection knows one handler per method. */
function toldOf(): Told {
  const listeners: Told['listeners'] = new Set();
  return {
    listeners,
    tell: told => {
      for (const listener of listeners) listener(told);
    },
  };
}

/** Whether a folder is one that VS Code activates us for; the globs stand in package.json only. */
async function hasManifests({ extension }: ExtensionContext): Promise<boolean> {
  const events: readonly string[] = extension.packageJSON.activationEvents ?? [];
  const globs = events.flatMap(it =>
    it.startsWith('workspaceContains:') ? [it.slice('workspaceContains:'.length)] : [],
  );
  for (const glob of globs) if ((await workspace.findFiles(glob, undefined, 1)).length > 0) return true;
  return false;
}
