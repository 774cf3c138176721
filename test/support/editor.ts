/**
 * An editor without a screen: drives the real server, with its real adapters, over two streams, on a folder of its own. Questions are asked
 * as an author meets them: by file, and by the cursor `<|>` in a text.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type CompletionList,
  createConnection,
  createMessageConnection,
  type Diagnostic,
  type DocumentLink,
  type DocumentSymbol,
  type Hover,
  type InlayHint,
  type Location,
  type MarkupContent,
  type Position,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from 'vscode-languageserver/node';
import { linesOf } from '../../server/core/text/lines.ts';
import type { Delivery } from '../../server/engine/delivery.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { parts } from '../../server/lsp/compose.ts';
import { serve } from '../../server/lsp/server.ts';
import {
  configurationChanged,
  locateRequest,
  type Location as Place,
  previewUri,
  type TreeNode,
  treeRequest,
} from '../../server/protocol/requests.ts';
import { generateSchemas } from '../../server/schemas/generate.mjs';

export interface EditorOptions {
  /** Makes the folder a git work tree with this remote; every file is committed. */
  readonly remote?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** As beside another YAML extension. */
  readonly beside?: boolean;
  /** In place of the real cluster half. */
  readonly delivery?: Delivery;
  /** As in a folder that nobody trusts. */
  readonly untrusted?: boolean;
}

/** Opens a folder with these files; `close` ends the server and removes it. */
export async function openEditor(
  files: Readonly<Record<string, string>>,
  options: EditorOptions = {},
): Promise<Editor> {
  const dist = dirname(dirname(await buildGolib()));
  await generateSchemas({ out: join(dist, 'schemas.json') });
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gitops-workbench-lsp-')));
  for (const [file, text] of Object.entries(files)) write(join(folder, file), text);
  if (options.remote !== undefined) commit(folder, options.remote);
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const log: string[] = [];
  const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  const note = (message: string, cause?: unknown) =>
    void log.push(cause instanceof Error ? `${message} ${cause.stack}` : message);
  const real = parts({ info: () => undefined, warn: () => undefined, error: note });
  const { delivery } = options;
  const open: typeof real.open = (...of) => {
    const { workbench, library } = real.open(...of);
    return { workbench, library, ...(delivery && { delivery }) };
  };
  serve(server, delivery ? { ...real, open } : real);
  const editor = new Editor(folder, toClient, toServer, log);
  await editor.start(dist, options);
  return editor;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function commit(folder: string, remote: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: folder });
  git('init', '--quiet', '--initial-branch=main', '--template=');
  git('remote', 'add', 'origin', remote);
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
}

export class Editor {
  readonly folder: string;
  /** What the server logged as a bug: a test ends with none. */
  readonly log: string[];
  /** Everything else that the server said by itself, in order. */
  readonly told: { readonly method: string; readonly params: unknown }[] = [];
  readonly #connection: ReturnType<typeof createMessageConnection>;
  readonly #diagnostics = new Map<string, readonly Diagnostic[]>();
  readonly #texts = new Map<string, { text: string; version: number }>();
  readonly #changed = new Set<() => void>();
  capabilities: Record<string, unknown> = {};

  constructor(folder: string, reader: PassThrough, writer: PassThrough, log: string[]) {
    this.folder = folder;
    this.log = log;
    this.#connection = createMessageConnection(new StreamMessageReader(reader), new StreamMessageWriter(writer));
  }

  async start(dist: string, { settings = {}, beside = false, untrusted = false }: EditorOptions): Promise<void> {
    const connection = this.#connection;
    connection.onNotification('textDocument/publishDiagnostics', (it: { uri: string; diagnostics: Diagnostic[] }) => {
      this.#diagnostics.set(it.uri, it.diagnostics);
      this.#wake();
    });
    connection.onNotification('window/logMessage', (it: { type: number; message: string }) => {
      if (it.type === 1) this.log.push(it.message);
    });
    connection.onNotification((method: string, params: unknown) => {
      this.told.push({ method, params });
      this.#wake();
    });
    connection.onRequest((method: string, params: unknown) => {
      this.told.push({ method, params });
      this.#wake();
      return null;
    });
    connection.listen();
    const uri = pathToFileURL(this.folder).href;
    const answer: { capabilities: Record<string, unknown> } = await connection.sendRequest('initialize', {
      processId: null,
      rootUri: uri,
      capabilities: {
        workspace: { codeLens: { refreshSupport: true }, inlayHint: { refreshSupport: true }, workspaceFolders: true },
      },
      workspaceFolders: [{ uri, name: 'test' }],
      initializationOptions: {
        ...{ dist, settings, schemaFeatures: !beside, syntaxElsewhere: beside, folders: true },
        trusted: !untrusted,
        storage: join(this.folder, '.storage'),
      },
    });
    this.capabilities = answer.capabilities;
    await connection.sendNotification('initialized', {});
  }

  async close(): Promise<void> {
    await this.#connection.sendRequest('shutdown');
    this.#connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // — text —

  uri(file: string): string {
    return file.includes(':') ? file : pathToFileURL(join(this.folder, file)).href;
  }

  /** Opens a file with this text, whatever is on disk; gives the place of `<|>`. */
  async open(file: string, marked: string): Promise<Position> {
    const { text, position } = cursorIn(marked);
    if (this.#texts.has(file)) return this.change(file, marked);
    this.#texts.set(file, { text, version: 1 });
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.uri(file), languageId: 'yaml', version: 1, text },
    });
    return position;
  }

  async change(file: string, marked: string): Promise<Position> {
    const { text, position } = cursorIn(marked);
    const version = (this.#texts.get(file)?.version ?? 0) + 1;
    this.#texts.set(file, { text, version });
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri(file), version },
      contentChanges: [{ text }],
    });
    return position;
  }

  async closeFile(file: string): Promise<void> {
    this.#texts.delete(file);
    await this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri(file) } });
  }

  /** Changes a file on disk and tells as a watcher does. */
  async save(file: string, text: string): Promise<void> {
    write(join(this.folder, file), text);
    await this.#connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: this.uri(file), type: 2 }],
    });
  }

  configure(settings: Readonly<Record<string, unknown>>, beside = false): Promise<void> {
    return this.#connection.sendNotification(configurationChanged, {
      settings,
      schemaFeatures: !beside,
      syntaxElsewhere: beside,
    });
  }

  /** The text with edits of an action in it. */
  applied(file: string, action: CodeAction | undefined): string {
    const text = this.#texts.get(file)?.text ?? '';
    const edits = action?.edit?.changes?.[this.uri(file)] ?? [];
    return withEdits(text, edits);
  }

  accepted(file: string, item: CompletionItem | undefined): string {
    const edit = item?.textEdit;
    const text = this.#texts.get(file)?.text ?? '';
    return edit && 'range' in edit ? withEdits(text, [edit]) : text;
  }

  // — questions —

  ask<R>(method: string, params: object): Promise<R> {
    return this.#connection.sendRequest(method, params);
  }

  async completions(file: string, marked: string): Promise<readonly CompletionItem[]> {
    const position = await this.open(file, marked);
    const found = await this.#at<CompletionItem[] | CompletionList | null>('completion', file, position);
    return Array.isArray(found) ? found : (found?.items ?? []);
  }

  async hover(file: string, marked: string): Promise<string | undefined> {
    const position = await this.open(file, marked);
    const found = await this.#at<Hover | null>('hover', file, position);
    return found ? (found.contents as MarkupContent).value : undefined;
  }

  async definitions(file: string, marked: string): Promise<readonly string[]> {
    const position = await this.open(file, marked);
    const found = await this.#at<Location[]>('definition', file, position);
    return found.map(it => `${this.short(it.uri)}:${it.range.start.line + 1}`);
  }

  async lenses(file: string): Promise<readonly string[]> {
    const found = await this.ask<CodeLens[]>('textDocument/codeLens', this.#document(file));
    return found.map(it => it.command?.title ?? '');
  }

  async hints(file: string): Promise<readonly string[]> {
    const end = { line: 10_000, character: 0 };
    const range = { start: { line: 0, character: 0 }, end };
    const found = await this.ask<InlayHint[]>('textDocument/inlayHint', { ...this.#document(file), range });
    return found.map(it => `${it.position.line + 1} ${it.label}`);
  }

  async links(file: string): Promise<readonly string[]> {
    const found = await this.ask<DocumentLink[]>('textDocument/documentLink', this.#document(file));
    return found.map(it => `${it.range.start.line + 1} ${this.short(decodeURIComponent(it.target ?? ''))}`);
  }

  symbols(file: string): Promise<readonly DocumentSymbol[]> {
    return this.ask('textDocument/documentSymbol', this.#document(file));
  }

  async actions(file: string, position: Position, only?: readonly string[]): Promise<readonly CodeAction[]> {
    const range = { start: position, end: position };
    const context = { diagnostics: this.diagnostics(file), ...(only && { only }) };
    return this.ask('textDocument/codeAction', { ...this.#document(file), range, context });
  }

  async preview(file: string, document = 0, revision?: string): Promise<string> {
    const uri = previewUri({ uri: this.uri(file), document, name: 'set' }, revision);
    const { text } = await this.ask<{ text: string }>('workspace/textDocumentContent', { uri });
    return text;
  }

  tree(parent?: TreeNode): Promise<readonly TreeNode[]> {
    return this.ask(treeRequest, parent ? { parent: parent.id } : {});
  }

  async locate(node: TreeNode): Promise<string | undefined> {
    const place = await this.ask<Place | null>(locateRequest, { node: node.id });
    return place ? `${this.short(place.uri)}${place.range ? `:${place.range.start.line + 1}` : ''}` : undefined;
  }

  diagnostics(file: string): readonly Diagnostic[] {
    return this.#diagnostics.get(this.uri(file)) ?? [];
  }

  /** `line code`, as the editor shows them now. */
  shown(file: string): readonly string[] {
    return this.diagnostics(file).map(it => `${it.range.start.line + 1} ${it.code}`);
  }

  /** Asks again whenever the server said something, until the answer fits; then gives it. */
  async eventually<T>(ask: () => T | Promise<T>, fits: (answer: T) => boolean, patience = 20_000): Promise<T> {
    const until = Date.now() + patience;
    for (;;) {
      const answer = await ask();
      if (fits(answer)) return answer;
      if (Date.now() > until)
        throw new Error(`never came: last ${JSON.stringify(answer)?.slice(0, 600)}\n${this.log.join('\n')}`);
      await this.#something(250);
    }
  }

  short(uri: string): string {
    return uri.replace(`${pathToFileURL(this.folder).href}/`, '');
  }

  #document(file: string) {
    return { textDocument: { uri: this.uri(file) } };
  }

  #at<R>(what: string, file: string, position: Position): Promise<R> {
    return this.ask(`textDocument/${what}`, { ...this.#document(file), position });
  }

  #wake(): void {
    for (const wake of this.#changed) wake();
    this.#changed.clear();
  }

  /** Resolves at the next word of the server, or after a while: not every change is announced. */
  #something(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this.#changed.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function cursorIn(marked: string): { readonly text: string; readonly position: Position } {
  const offset = marked.indexOf('<|>');
  const text = marked.replace('<|>', '');
  return { text, position: linesOf(text).positionAt(Math.max(0, offset)) };
}

function withEdits(text: string, edits: readonly TextEdit[]): string {
  const lines = linesOf(text);
  return [...edits]
    .map(it => ({ start: lines.offsetAt(it.range.start), end: lines.offsetAt(it.range.end), text: it.newText }))
    .sort((a, b) => b.start - a.start)
    .reduce((it, edit) => it.slice(0, edit.start) + edit.text + it.slice(edit.end), text);
}
