import {
  type CancellationToken,
  type Connection,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  FileChangeType,
  type InitializeParams,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Delivery } from '../engine/delivery.ts';
import type { Library } from '../engine/ports.ts';
import { type Settings, settingsFrom } from '../engine/settings.ts';
import type { FileChange, Workbench, WorkbenchEvent } from '../engine/workbench.ts';
import { type DeliveryStatus, type DocumentClosed, deliveryStatus, documentClosed } from '../protocol/delivery.ts';
import {
  type Configuration,
  configurationChanged,
  type InitializationOptions,
  previewScheme,
  statusChanged,
  type TreeChanged,
  treeChanged,
} from '../protocol/requests.ts';
import { everything } from '../views/clusterTree.ts';
import { deliveryStatus as statusOfDelivery } from '../views/deliveryStatus.ts';
import { idText } from '../views/generatedTree.ts';
import { answer } from './answer.ts';
import { DeliveryFront, type SandboxHost } from './delivery/front.ts';
import type { Feature } from './feature.ts';
import { clear, publish } from './features/diagnostics.ts';
import { capabilities, features } from './features/index.ts';
import { refreshPreviews } from './features/preview.ts';
import { refresher } from './refresh.ts';
import { requests } from './requests/index.ts';
import { fileNames, rememberParameters, type SchemaAssist, type Session } from './session.ts';
import { statusOf } from './status.ts';
import { createSummaries } from './summaries.ts';

/** What the server is put together from (compose.ts). */
export interface Parts {
  readonly open: (options: InitializationOptions, settings: Settings) => Opened;
  /** Slow to load, so asked for when everything else stands. `argoVersion` is asked again with every question. */
  readonly createSchemaAssist: (options: InitializationOptions, argoVersion: () => string) => Promise<SchemaAssist>;
}

export interface Opened {
  readonly workbench: Workbench;
  readonly library: Library;
  /** The cluster half; without it the views say that it is not there. It contacts no cluster before one is chosen. */
  readonly delivery?: Delivery;
  readonly sandbox?: SandboxHost;
}

/** Everything that can come in from an editor is bound on this page. */
export function serve(connection: Connection, parts: Parts): void {
  const names = fileNames();
  const documents = new TextDocuments(TextDocument);
  let session: Session | undefined;
  let options: InitializationOptions | undefined;
  let folders: readonly string[] = [];
  let client: InitializeParams['capabilities'] = {};

  connection.onInitialize(params => {
    options = optionsOf(params);
    client = params.capabilities;
    folders = filesOf(params.workspaceFolders ?? []);
    const { settings, complaints } = settingsOf(options);
    for (const complaint of complaints) connection.console.warn(complaint);
    const { workbench, library, delivery, sandbox } = parts.open(options, settings);
    const front = delivery && new DeliveryFront({ connection, workbench, delivery, sandbox });
    const refresh = refresher(connection, params.capabilities);
    session = {
      connection,
      workbench,
      library,
      delivery: front,
      summaries: createSummaries(workbench, () => refresh.later(redrawTree, 'tree')),
      names,
      findings: new Map(),
      previews: new Map(),
      parameters: new Map(),
      options: { schemaFeatures: options.schemaFeatures, folders: options.folders === true },
      schemas: undefined,
    };
    const status = statusOf();
    const current = session;
    current.workbench.subscribe(event => {
      const changed = status.after(event);
      if (changed) void connection.sendNotification(statusChanged, changed);
      tell(current, event, refresh);
    });
    return { capabilities: capabilities(), serverInfo: { name: 'gitops-workbench' } };
  });

  connection.onInitialized(() => {
    const current = session;
    if (!current || !options) return;
    current.workbench.setFolders(folders);
    if (current.delivery) current.delivery.configure(current.workbench.settings, options.trusted !== false);
    else void connection.sendNotification(deliveryStatus, notOffered);
    registerWatchers();
    parts
      .createSchemaAssist(options, () => current.workbench.settings.argocdVersion ?? '')
      .then(
        it => {
          current.schemas = it;
        },
        cause => connection.console.error(`Completion and hover by schema are not available: ${cause}`),
      );
  });

  const registerWatchers = (): void => {
    const failed = (what: string) => (cause: unknown) => connection.console.warn(`${what} are not watched: ${cause}`);
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      // Every file: a git generator sees directories and files of any kind, not only manifests.
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] })
        .catch(failed('files'));
    }
    if (client.workspace?.workspaceFolders)
      connection.client.register(DidChangeWorkspaceFoldersNotification.type).catch(failed('workspace folders'));
  };

  // — text —

  const isOurs = (uri: string) => !uri.startsWith(`${previewScheme}:`);
  documents.onDidOpen(({ document }) => names.opened(document.uri));
  // Also comes with the opening.
  documents.onDidChangeContent(({ document }) => {
    const { uri, version } = document;
    if (isOurs(uri)) session?.workbench.change(names.fileOf(uri), document.getText(), version);
  });
  documents.onDidClose(({ document: { uri } }) => {
    const file = names.fileOf(uri);
    session?.previews.delete(uri);
    if (session && isOurs(uri)) {
      session.workbench.close(file);
      void clear(session, file, uri);
    }
    names.closed(uri);
  });

  // — the workspace —

  connection.onDidChangeWatchedFiles(({ changes }) => {
    session?.workbench.filesChanged(
      changes.map((it): FileChange => ({ file: names.fileOf(it.uri), kind: changeKinds[it.type] ?? 'changed' })),
    );
    session?.summaries.forget();
  });
  connection.onNotification(DidChangeWorkspaceFoldersNotification.type, ({ event: { added, removed } }) => {
    const gone = new Set(filesOf(removed));
    folders = [...folders.filter(it => !gone.has(it)), ...filesOf(added)];
    session?.workbench.setFolders(folders);
  });
  connection.onNotification(configurationChanged, (configuration: Configuration) => {
    if (!session) return;
    const { settings, complaints } = settingsOf(configuration);
    for (const complaint of complaints) connection.window.showWarningMessage(complaint);
    session.options.schemaFeatures = configuration.schemaFeatures;
    session.workbench.setSettings(settings);
    session.delivery?.configure(settings, configuration.trusted !== false);
    session.summaries.forget();
  });

  // — questions —

  for (const feature of [...features, ...requests] as readonly Feature<Asking>[]) {
    const { name, method, neutral, places } = feature;
    connection.onRequest(method, (params: Asking, token: CancellationToken) => {
      const current = session;
      if (!current) return neutral;
      const uri = params?.textDocument?.uri;
      const version = places && uri !== undefined ? { version: () => documents.get(uri)?.version } : {};
      return answer({ name, neutral, ...version }, connection.console, token, signal =>
        feature.handle(current, params, signal),
      );
    });
  }

  connection.onNotification(documentClosed, ({ uri }: DocumentClosed) => session?.delivery?.documents.closed(uri));

  connection.onShutdown(async () => {
    // Before the workbench, which answers its questions.
    await session?.delivery?.dispose();
    await session?.workbench.dispose();
    session = undefined;
  });

  // — what the workbench says by itself —

  const tell = (current: Session, event: WorkbenchEvent, refresh: ReturnType<typeof refresher>): void => {
    switch (event.kind) {
      case 'findings':
        if (documents.get(names.uriOf(event.file))) void publish(current, event);
        return;
      case 'generation': {
        rememberParameters(current, event);
        refresh.later(() => refreshPreviews(current, event), `preview ${event.file} ${event.document}`);
        refresh.editors();
        const id = idText({ kind: 'set', file: event.file, document: event.document });
        refresh.later(() => void connection.sendNotification(treeChanged, { id } satisfies TreeChanged), id);
        return;
      }
      case 'index':
        current.summaries.forget();
        return;
      case 'indexing':
        return;
      case 'trouble':
        connection.window.showWarningMessage(event.failure.message);
        return;
    }
  };

  const redrawTree = () => void connection.sendNotification(treeChanged, {} satisfies TreeChanged);

  const filesOf = (list: readonly { readonly uri: string }[]): readonly string[] =>
    list.filter(it => it.uri.startsWith('file:')).map(it => names.fileOf(it.uri));

  documents.listen(connection);
  connection.listen();
}

const notOffered: DeliveryStatus = statusOfDelivery({
  ...{ offered: false, trusted: true, chosen: [], clusters: [], applications: [], unplaced: [], operations: [] },
  ...{ filter: everything, sandbox: 'unavailable' },
});

interface Asking {
  readonly textDocument?: { readonly uri: string };
}

const changeKinds: Readonly<Record<number, FileChange['kind']>> = {
  [FileChangeType.Created]: 'created',
  [FileChangeType.Changed]: 'changed',
  [FileChangeType.Deleted]: 'deleted',
};

/** What every YAML extension says of every YAML file. */
const syntaxCodes = ['yaml-syntax', 'duplicate-key'];

function settingsOf(configuration: Configuration): ReturnType<typeof settingsFrom> {
  const { settings, complaints } = settingsFrom(configuration.settings);
  if (!configuration.syntaxElsewhere) return { settings, complaints };
  const silent = Object.fromEntries(syntaxCodes.map(it => [it, 'off' as const]));
  return { settings: { ...settings, severities: { ...silent, ...settings.severities } }, complaints };
}

function optionsOf(params: InitializeParams): InitializationOptions {
  const raw: Partial<InitializationOptions> = params.initializationOptions ?? {};
  return {
    dist: typeof raw.dist === 'string' ? raw.dist : '',
    settings: raw.settings,
    schemaFeatures: raw.schemaFeatures !== false,
    syntaxElsewhere: raw.syntaxElsewhere === true,
    folders: raw.folders === true,
    trusted: raw.trusted !== false,
    ...(typeof raw.storage === 'string' && { storage: raw.storage }),
  };
}
