import {
  type Connection,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  FileChangeType,
  type InitializeParams,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Settings } from '../engine/settings.ts';
import { settingsFrom } from '../engine/settings.ts';
import type { FileChange, Workbench } from '../engine/workbench.ts';
import {
  type Configuration,
  configurationChanged,
  type InitializationOptions,
  type LocateParams,
  locateRequest,
  statusChanged,
  type TreeChanged,
  type TreeParams,
  treeChanged,
  treeRequest,
} from '../protocol/requests.ts';
import { idText } from '../views/generatedTree.ts';
import { answering } from './answer.ts';
import { codeActions } from './features/codeActions.ts';
import { codeLenses } from './features/codeLens.ts';
import { completion } from './features/completion.ts';
import { definition, documentLinks } from './features/definition.ts';
import { clear, publish } from './features/diagnostics.ts';
import { hover } from './features/hover.ts';
import { capabilities } from './features/index.ts';
import { inlayHints } from './features/inlayHints.ts';
import { preview, refreshPreviews } from './features/preview.ts';
import { refresher } from './refresh.ts';
import { locate, tree } from './requests/tree.ts';
import { fileNames, type SchemaAssist, type Session } from './session.ts';
import { statusOf } from './status.ts';

export interface Parts {
  readonly createWorkbench: (options: InitializationOptions, settings: Settings) => Workbench;
  readonly createSchemaAssist: (options: InitializationOptions) => Promise<SchemaAssist | undefined>;
}

/** Everything that can come in from an editor is bound on this page. */
export function serve(connection: Connection, parts: Parts): void {
  const names = fileNames();
  const documents = new TextDocuments(TextDocument);
  let session: Session | undefined;
  let folders: string[] = [];
  let watchesFiles = false;

  const withSession = <P, R>(
    name: string,
    neutral: R,
    handle: (session: Session, params: P, signal: AbortSignal) => R | Promise<R>,
  ) =>
    answering<P, R>(name, connection.console, neutral, (params, signal) =>
      session ? handle(session, params, signal) : neutral,
    );

  connection.onInitialize((params: InitializeParams) => {
    const options = optionsOf(params);
    folders = (params.workspaceFolders ?? []).filter(it => it.uri.startsWith('file:')).map(it => names.fileOf(it.uri));
    watchesFiles = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    const { settings, complaints } = settingsFrom(options.settings);
    for (const complaint of complaints) connection.console.warn(complaint);
    const workbench = parts.createWorkbench(options, settings);
    const created: Session = {
      connection,
      workbench,
      names,
      findings: new Map(),
      previews: new Set(),
      options: { schemaFeatures: !options.yamlExtensionActive },
      schemas: undefined,
    };
    session = created;
    parts.createSchemaAssist(options).then(
      it => {
        created.schemas = it;
      },
      cause => connection.console.error(`completion and hover by schema are not available: ${cause}`),
    );
    listen(created);
    return {
      capabilities: {
        ...capabilities(),
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      },
    };
  });

  connection.onInitialized(() => {
    session?.workbench.setFolders(folders);
    if (watchesFiles) {
      // Every file: a git generator sees directories and files of any kind, not only manifests.
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] })
        .catch(cause => connection.console.warn(`files are not watched: ${cause}`));
    }
    connection.client
      .register(DidChangeWorkspaceFoldersNotification.type)
      .catch(() => connection.console.info('folders do not change here'));
  });

  const listen = (current: Session): void => {
    const refresh = refresher(connection);
    const status = statusOf();
    current.workbench.subscribe(event => {
      const changed = status.after(event);
      if (changed) void connection.sendNotification(statusChanged, changed);
      switch (event.kind) {
        case 'findings':
          if (documents.get(names.uriOf(event.file))) publish(current, event);
          return;
        case 'generation':
          refreshPreviews(current, event);
          refresh.editors();
          refresh.later(() => {
            const id = idText({ kind: 'set', file: event.file, document: event.document });
            void connection.sendNotification(treeChanged, { id } satisfies TreeChanged);
          }, `${event.file} ${event.document}`);
          return;
        case 'index':
          refresh.later(() => void connection.sendNotification(treeChanged, {} satisfies TreeChanged), 'index');
          return;
        case 'indexing':
          return;
        case 'trouble':
          connection.window.showWarningMessage(event.failure.message);
          return;
      }
    });
  };

  documents.onDidOpen(({ document }) =>
    session?.workbench.open(names.opened(document.uri), document.getText(), document.version),
  );
  documents.onDidChangeContent(({ document }) => {
    // The first change event comes with the opening.
    const file = names.fileOf(document.uri);
    session?.workbench.change(file, document.getText(), document.version);
  });
  documents.onDidClose(({ document }) => {
    const file = names.fileOf(document.uri);
    session?.workbench.close(file);
    session?.schemas?.close(document.uri);
    if (session) clear(session, file, document.uri);
    names.closed(document.uri);
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    session?.workbench.filesChanged(
      changes.map((it): FileChange => ({ file: names.fileOf(it.uri), kind: changeKinds[it.type] ?? 'changed' })),
    );
  });
  connection.onNotification(configurationChanged, (configuration: Configuration) => {
    if (!session) return;
    const { settings, complaints } = settingsFrom(configuration.settings);
    for (const complaint of complaints) connection.window.showWarningMessage(complaint);
    session.options.schemaFeatures = !configuration.yamlExtensionActive;
    session.workbench.setSettings(settings);
  });
  connection.onNotification(
    'workspace/didChangeWorkspaceFolders',
    (params: { event: { added: { uri: string }[]; removed: { uri: string }[] } }) => {
      const removed = new Set(params.event.removed.map(it => names.fileOf(it.uri)));
      const added = params.event.added.filter(it => it.uri.startsWith('file:')).map(it => names.fileOf(it.uri));
      folders = [...folders.filter(it => !removed.has(it)), ...added];
      session?.workbench.setFolders(folders);
    },
  );

  connection.onCodeAction(withSession('codeAction', [], (it, params) => codeActions(it, params)));
  connection.onCodeLens(withSession('codeLens', [], (it, params) => codeLenses(it, params.textDocument.uri)));
  connection.onHover(withSession('hover', null, (it, params) => hover(it, params.textDocument.uri, params.position)));
  connection.onCompletion(
    withSession('completion', [], (it, params) => completion(it, params.textDocument.uri, params.position)),
  );
  connection.onDefinition(
    withSession('definition', [], (it, params, signal) =>
      definition(it, params.textDocument.uri, params.position, signal),
    ),
  );
  connection.onDocumentLinks(
    withSession('documentLinks', [], (it, params) => documentLinks(it, params.textDocument.uri)),
  );
  connection.languages.inlayHint.on(
    withSession('inlayHints', [], (it, params) => inlayHints(it, params.textDocument.uri, params.range)),
  );
  connection.workspace.textDocumentContent.on(
    withSession('preview', { text: '# The preview could not be made; the log says why.\n' }, (it, params, signal) =>
      preview(it, params.uri, signal),
    ),
  );
  connection.onRequest(
    treeRequest,
    withSession<TreeParams, unknown>('tree', [], (it, params, signal) => tree(it, params, signal)),
  );
  connection.onRequest(
    locateRequest,
    withSession<LocateParams, unknown>('locate', null, (it, params, signal) => locate(it, params.node, signal)),
  );

  connection.onShutdown(async () => {
    await session?.workbench.dispose();
    session = undefined;
  });
  documents.listen(connection);
  connection.listen();
}

const changeKinds: Readonly<Record<number, FileChange['kind']>> = {
  [FileChangeType.Created]: 'created',
  [FileChangeType.Changed]: 'changed',
  [FileChangeType.Deleted]: 'deleted',
};

function optionsOf(params: InitializeParams): InitializationOptions {
  const raw: Partial<InitializationOptions> = params.initializationOptions ?? {};
  return {
    dist: typeof raw.dist === 'string' ? raw.dist : '',
    settings: raw.settings,
    yamlExtensionActive: raw.yamlExtensionActive === true,
  };
}
