import type { CheckContext } from '../core/checks/rule.ts';
import type { SourceFile } from '../core/documents/document.ts';
import { parseFile } from '../core/documents/parse.ts';
import type { GenerateOptions } from '../core/generate/context.ts';
import type { Generation, OriginSource } from '../core/generate/generation.ts';
import { isKustomizationFile } from '../core/model/kustomization.ts';
import type { Catalog } from '../core/schema/catalog.ts';
import { validateSchema } from '../core/schema/validate.ts';
import { newestArgoVersion } from '../core/schema/version.ts';
import { ApplicationNames } from './applicationNames.ts';
import { Buffers } from './buffers.ts';
import { FactStore, type FactsView } from './factStore.ts';
import { Indexing } from './indexing.ts';
import { WorkspaceFacts } from './knowledge.ts';
import { entriesOf, ManifestIndex } from './manifestIndex.ts';
import { folderOf, isPath, pathInside, relativeTo, resolvePath } from './paths.ts';
import type { Clock, FileSystem, Git, Library, Log } from './ports.ts';
import { isGitState, Repositories } from './repositories.ts';
import { generateSet, isApplicationSet, type LookContext, type Looked, lookAt } from './runs.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Work } from './work.ts';
import {
  Cancelled,
  type FileChange,
  type FileFindings,
  type IndexEntry,
  type Located,
  type SetGeneration,
  type Workbench,
  type WorkbenchEvent,
} from './workbench.ts';

export interface Ports {
  readonly files: FileSystem;
  readonly git: Git;
  readonly library: Library;
  readonly clock: Clock;
  readonly log: Log;
  /** The schemas of an Argo CD version (`3.5`), asked for when the first manifest is checked; without it nothing is said about fields. */
  readonly schemas?: (argoVersion: string) => Catalog;
  /** Texts of the user's kubeconfig files, asked for only when contexts are picked. */
  readonly kubeconfigs?: () => Promise<readonly string[]>;
  /** Where relative paths of settings count from when no folder is opened. */
  readonly home: string;
}

export interface WorkbenchOptions {
  /** Waiting time after a keystroke before the file is looked at, in milliseconds. */
  readonly delay?: number;
  /** Whether sets of files that are not open are generated too, for names that collide across the workspace. */
  readonly background?: boolean;
}

export function createWorkbench(ports: Ports, options: WorkbenchOptions = {}): Workbench {
  return new Desk(ports, options);
}

/** One look at one text of one file. */
interface Run {
  readonly source: SourceFile;
  readonly version: number | undefined;
  readonly view: FactsView;
  readonly abort: AbortController;
  done: Promise<Looked>;
  /** The newest answer, partial or not. */
  latest: Looked | undefined;
  complete: boolean;
}

/** Applications of a large set that are rendered before the others: more than a screen shows. */
const firstScreen = 100;

/** Milliseconds after which half an answer is better than the one before. */
const patience = 250;

/** Closed files whose last answer is kept: what trees and links ask for again and again. */
const mostClosedRuns = 24;

class Desk implements Workbench {
  readonly #ports: Ports;
  readonly #delay: number;
  readonly #background: boolean;
  #settings: Settings = defaultSettings;
  #folders: readonly string[] = [];
  readonly #buffers = new Buffers();
  readonly #runs = new Map<string, Run>();
  /** Answers of an older text, for what is drawn while the new one is worked on. */
  readonly #former = new Map<string, Run>();
  /** Looks that wait for a pause in typing; each gives up its waiting when called. */
  readonly #scheduled = new Map<string, () => void>();
  readonly #listeners = new Set<(event: WorkbenchEvent) => void>();
  readonly #index = new ManifestIndex();
  readonly #indexing: Indexing;
  readonly #repositories: Repositories;
  readonly #knowledge: WorkspaceFacts;
  readonly #facts: FactStore;
  readonly #names: ApplicationNames;
  readonly #told = new Set<string>();
  readonly #work: Work;
  /** Files whose sets must be generated for their names. */
  readonly #unswept = new Set<string>();
  #sweeping = false;
  #catalog: Catalog | undefined;

  constructor(ports: Ports, options: WorkbenchOptions) {
    this.#ports = ports;
    this.#work = new Work(ports.log);
    this.#delay = options.delay ?? 15;
    this.#background = options.background ?? true;
    const settings = () => this.#settings;
    const buffer = (file: string) => this.#buffers.text(file);
    this.#names = new ApplicationNames(this.#index);
    this.#repositories = new Repositories(ports.git, ports.files);
    this.#indexing = new Indexing({
      files: ports.files,
      clock: ports.clock,
      index: this.#index,
      settings,
      buffer,
      onProgress: (done, finished) => this.#emit({ kind: 'indexing', done, finished }),
      onChanged: files => this.#indexChanged(files),
    });
    this.#knowledge = new WorkspaceFacts({
      index: this.#index,
      files: ports.files,
      settings,
      buffer,
      resolve: path => resolvePath(this.#base(), path),
      isIndexed: () => this.#indexing.isFinished,
      indexed: () => this.#indexing.whenFinished(),
      kubeconfigs: ports.kubeconfigs,
      tell: (about, message) => this.#trouble('settings', about, message),
    });
    this.#facts = new FactStore(
      {
        files: ports.files,
        git: ports.git,
        library: ports.library,
        repositories: this.#repositories,
        buffer,
        maxFileSize: () => this.#settings.maxFileSize,
      },
      this.#knowledge,
    );
  }

  // — the editor tells —

  open(file: string, text: string, version: number): void {
    this.change(file, text, version);
  }

  change(file: string, text: string, version: number): void {
    this.#buffers.set(file, text, version);
    this.#schedule(file);
    this.#contentChanged({ file, kind: 'changed' }, file);
  }

  close(file: string): void {
    if (!this.#buffers.delete(file)) return;
    this.#forgetRun(file);
    this.#former.delete(file);
    this.#contentChanged({ file, kind: 'changed' }, file);
    this.#work.run(async () => {
      const belongs = isPath(file) && (await this.#belongs(file));
      if (belongs ? await this.#indexing.refresh(file) : this.#indexing.remove(file)) this.#indexChanged([file]);
    });
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.#repositories.setFolders(folders);
    this.#applyMappings();
    this.#facts.forgetRepositories();
    this.#reindex();
  }

  filesChanged(changes: readonly FileChange[]): void {
    this.#work.run(async () => {
      const indexed: string[] = [];
      const rewritten: string[] = [];
      for (const change of changes) {
        const { file } = change;
        if (isGitState(file)) this.#repositories.forget();
        if (file.endsWith('/.gitignore')) this.#reindex();
        this.#contentChanged(change, undefined);
        if (this.#buffers.has(file)) continue;
        this.#forgetRun(file);
        if (!(await this.#belongs(file))) continue;
        const changed = change.kind === 'deleted' ? this.#indexing.remove(file) : await this.#indexing.refresh(file);
        if (changed) indexed.push(file);
        else rewritten.push(file);
      }
      if (indexed.length > 0) this.#indexChanged(indexed);
      // The same name, but perhaps another template.
      this.#startSweep(rewritten);
    });
  }

  setSettings(settings: Settings): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#told.clear();
    this.#applyMappings();
    this.#facts.forgetRepositories();
    this.#knowledge.forget();
    if (
      JSON.stringify([before.exclude, before.maxFileSize]) !== JSON.stringify([settings.exclude, settings.maxFileSize])
    )
      this.#reindex();
    this.#recheckAll();
  }

  get settings(): Settings {
    return this.#settings;
  }

  // — the editor asks —

  openSource(file: string): SourceFile | undefined {
    return this.#buffers.source(file, this.#settings.maxFileSize);
  }

  async source(file: string): Promise<SourceFile | undefined> {
    const open = this.openSource(file);
    if (open || !isPath(file)) return open;
    const text = await this.#ports.files.read(file, this.#settings.maxFileSize);
    if (text === undefined) return undefined;
    return text === 'tooLarge'
      ? { ...parseFile(file, ''), content: 'skipped', documents: [] }
      : parseFile(file, text, { maxLength: this.#settings.maxFileSize });
  }

  async findings(file: string, signal?: AbortSignal): Promise<FileFindings> {
    const run = await this.#runOf(file, signal);
    if (!run) return { file, version: undefined, findings: [], complete: true, source: undefined };
    await waiting(run.done, signal);
    return findingsOf(file, run);
  }

  async generation(file: string, document: number, signal?: AbortSignal): Promise<SetGeneration | undefined> {
    const run = await this.#runOf(file, signal);
    if (!run) return undefined;
    await waiting(run.done, signal);
    return this.#setOf(file, document, run);
  }

  latestGeneration(file: string, document: number): SetGeneration | undefined {
    for (const run of [this.#runs.get(file), this.#former.get(file)]) {
      const found = run && this.#setOf(file, document, run);
      if (found) return found;
    }
    return undefined;
  }

  async generationAt(
    file: string,
    document: number,
    at: { readonly revision: string },
    signal?: AbortSignal,
  ): Promise<SetGeneration | undefined> {
    const source = await this.source(file);
    const manifest = source?.documents[document];
    if (!source || !manifest) return undefined;
    const view = this.#facts.view({ near: nearOf(file), revision: at.revision });
    const looked = await lookAt(source, view, { context: this.#context(), generate: this.#generateOptions(), signal });
    const generation = looked.generations.get(document);
    const findings = looked.findings.filter(it => it.document === document);
    const { namespace, name } = manifest;
    const version = this.#buffers.version(file);
    return (
      generation && { file, document, version, namespace, name, generation, findings, complete: true, fresh: true }
    );
  }

  // — the index —

  indexed(): Promise<void> {
    return this.#indexing.whenFinished();
  }

  files(): readonly string[] {
    return this.#indexing.files;
  }

  applicationSets(): readonly IndexEntry[] {
    return this.#index.lookup({ kind: 'ApplicationSet' });
  }

  lookup(wanted: Parameters<Workbench['lookup']>[0]): readonly IndexEntry[] {
    return this.#index.lookup(wanted);
  }

  async fileFor(repoURL: string, path: string): Promise<string | undefined> {
    const local = await this.#repositories.find(repoURL, this.#buffers.files.flatMap(nearOf)).catch(() => undefined);
    const inside = pathInside(path);
    if (!local || inside === undefined) return undefined;
    return inside === '' ? local.root : `${local.root}/${inside}`;
  }

  async locate(source: OriginSource): Promise<Located | undefined> {
    if (source.kind === 'cluster') {
      const entry = this.#index
        .lookup({ kind: 'Secret', name: source.name })
        .find(it => it.secretType === 'cluster' && (it.namespace ?? source.namespace) === source.namespace);
      return entry && { kind: 'manifest', entry };
    }
    const path = await this.fileFor(source.repoURL, source.path);
    if (path === undefined) return undefined;
    return source.kind === 'file' ? { kind: 'file', file: path } : { kind: 'directory', directory: path };
  }

  subscribe(listener: (event: WorkbenchEvent) => void) {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  idle(): Promise<void> {
    return this.#work.idle();
  }

  async dispose(): Promise<void> {
    this.#work.end();
    this.#listeners.clear();
    this.#indexing.stop();
    for (const file of [...this.#scheduled.keys()]) this.#unschedule(file);
    for (const run of this.#runs.values()) run.abort.abort();
    await Promise.all([this.#ports.git.dispose(), this.#ports.library.dispose()]);
  }

  // — looking at files —

  #schedule(file: string): void {
    this.#forgetRun(file);
    // Counted before the former waiting ends, so that nobody sees an idle moment in between.
    const finish = this.#work.begin();
    this.#unschedule(file);
    const timer = this.#ports.clock.after(this.#delay, () => {
      this.#work.run(async () => this.#start(file));
      this.#unschedule(file);
    });
    this.#scheduled.set(file, () => {
      timer.cancel();
      finish();
    });
  }

  #unschedule(file: string): void {
    this.#scheduled.get(file)?.();
    this.#scheduled.delete(file);
  }

  /** Starts looking at an open file's newest text. */
  #start(file: string): Run | undefined {
    const source = this.openSource(file);
    if (!source) return undefined;
    this.#indexBuffer(file, source);
    return this.#look(file, source, this.#buffers.version(file));
  }

  #indexBuffer(file: string, source: SourceFile): void {
    const put = () => {
      if (this.#index.set(file, entriesOf(source))) this.#indexChanged([file]);
    };
    if (this.#indexing.isListed(file) || !this.#isBelowFolders(file)) {
      put();
      return;
    }
    // A new file, or one that is ignored and then is no part of the workspace although it is open.
    this.#work.run(async () => {
      if ((await this.#belongs(file)) && this.openSource(file) === source) put();
    });
  }

  #look(file: string, source: SourceFile, version: number | undefined): Run {
    const abort = new AbortController();
    const run: Run = {
      source,
      version,
      view: this.#facts.view({ near: nearOf(file), revision: undefined }),
      abort,
      done: Promise.resolve({ findings: [], generations: new Map(), missing: [] }),
      latest: undefined,
      complete: false,
    };
    this.#runs.set(file, run);
    this.#trimRuns();
    run.done = this.#answer(file, run);
    this.#work.run(() => run.done);
    return run;
  }

  async #answer(file: string, run: Run): Promise<Looked> {
    const looked = await lookAt(run.source, run.view, {
      signal: run.abort.signal,
      context: this.#context(),
      generate: this.#generateOptions(),
      firstScreen: this.#buffers.has(file) ? firstScreen : undefined,
      onPartial: partial => this.#tellLater(file, run, partial),
    });
    this.#tell(file, run, looked, true);
    this.#facts.trim();
    this.#names.remember(run.source, looked.generations);
    return looked;
  }

  /**
   * An answer that is not complete. Findings that vanish for a moment at every keystroke help nobody, so where there was an answer before,
   * it is replaced only by one that has at least the names, or when the complete one takes long.
   */
  #tellLater(file: string, run: Run, partial: Looked): void {
    const waits = partial.missing.length > 0 && this.#former.has(file);
    if (!waits) {
      this.#tell(file, run, partial, false);
      return;
    }
    this.#ports.clock.after(patience, () => {
      if (!run.complete && this.#runs.get(file) === run) this.#tell(file, run, run.latest ?? partial, false);
    });
  }

  #tell(file: string, run: Run, looked: Looked, complete: boolean): void {
    if (run.abort.signal.aborted) return;
    run.latest = looked;
    run.complete = complete;
    if (!this.#buffers.has(file)) return;
    for (const document of looked.generations.keys()) {
      const generation = this.#setOf(file, document, run);
      if (generation) this.#emit({ kind: 'generation', ...generation });
    }
    this.#emit({ kind: 'findings', ...findingsOf(file, run) });
    if (complete) this.#former.delete(file);
  }

  async #runOf(file: string, signal: AbortSignal | undefined): Promise<Run | undefined> {
    if (signal?.aborted) throw new Cancelled();
    const known = this.#runs.get(file);
    if (known) return known;
    if (this.#buffers.has(file)) {
      this.#unschedule(file);
      return this.#start(file);
    }
    const source = await this.source(file);
    return source && (this.#runs.get(file) ?? this.#look(file, source, undefined));
  }

  #setOf(file: string, document: number, run: Run): SetGeneration | undefined {
    const generation = run.latest?.generations.get(document);
    const manifest = run.source.documents[document];
    if (!generation || !manifest) return undefined;
    return {
      file,
      document,
      version: run.version,
      namespace: manifest.namespace,
      name: manifest.name,
      generation,
      findings: run.latest?.findings.filter(it => it.document === document) ?? [],
      complete: run.complete,
      fresh: !run.abort.signal.aborted && this.#runs.get(file) === run,
    };
  }

  #context() {
    const argoVersion = this.#settings.argocdVersion ?? newestArgoVersion;
    const schemaProblems = this.#schemaProblems(argoVersion);
    return {
      settings: { severities: this.#settings.severities },
      argoVersion,
      workspace: {
        applicationsNamed: (namespace, name) => this.#names.named(namespace, name),
        isPatch: this.#knowledge.isPatch,
      },
      ...(schemaProblems ? { schemaProblems } : {}),
    } satisfies LookContext;
  }

  #generateOptions(): GenerateOptions {
    const { newGitFileGlobbing, includeHiddenDirectories, argocdNamespace } = this.#settings;
    return { newGitFileGlobbing, includeHiddenDirectories, controllerNamespace: argocdNamespace };
  }

  #schemaProblems(argoVersion: string): CheckContext['schemaProblems'] {
    const { schemas } = this.#ports;
    if (!schemas) return undefined;
    return (apiVersion, kind, value) => {
      if (this.#catalog?.argoVersion !== argoVersion) this.#catalog = schemas(argoVersion);
      const schema = this.#catalog.schemaFor(apiVersion, kind);
      return schema ? validateSchema(value, schema) : [];
    };
  }

  #forgetRun(file: string): void {
    const run = this.#runs.get(file);
    if (!run) return;
    run.abort.abort();
    this.#runs.delete(file);
    if (run.latest && this.#buffers.has(file)) this.#former.set(file, run);
  }

  #trimRuns(): void {
    const closed = [...this.#runs.keys()].filter(file => !this.#buffers.has(file));
    for (const file of closed.slice(0, Math.max(0, closed.length - mostClosedRuns))) this.#runs.delete(file);
  }

  // — what depends on what —

  /** Text of a file, or whether it exists, changed: on disk, or in a buffer over it. */
  #contentChanged(change: FileChange, by: string | undefined): void {
    this.#facts.changed(change);
    const settings = this.#settings;
    const named = [settings.clustersFile, settings.parametersFile].some(
      it => it !== undefined && resolvePath(this.#base(), it) === change.file,
    );
    if (named) this.#knowledge.forget();
    for (const [file, run] of [...this.#runs]) {
      if (file === by) continue;
      const { used } = run.view;
      const depends =
        used.files.has(change.file) ||
        (named && used.workspace) ||
        ((change.kind !== 'changed' || isGitState(change.file)) &&
          [...used.roots].some(root => relativeTo(root, change.file) !== undefined));
      if (depends) this.#recheck(file);
    }
  }

  #recheck(file: string): void {
    if (this.#buffers.has(file)) this.#schedule(file);
    else this.#forgetRun(file);
  }

  #recheckAll(): void {
    for (const file of [...this.#runs.keys(), ...this.#buffers.files]) this.#recheck(file);
  }

  #indexChanged(files: readonly string[]): void {
    this.#knowledge.forget();
    this.#names.indexChanged(files);
    this.#emit({ kind: 'index', files });
    const patches = files.some(isKustomizationFile);
    for (const [file, run] of [...this.#runs])
      if (!files.includes(file) && (patches || run.view.used.workspace)) this.#recheck(file);
    this.#startSweep(files);
  }

  #reindex(): void {
    this.#work.run(async () => {
      const roots = [...this.#folders];
      this.#indexing.start(roots);
      await this.#indexing.whenFinished();
    });
  }

  // — names across the workspace —

  /** Generates the sets of closed files one after the other, for their names. */
  #startSweep(files: readonly string[]): void {
    for (const file of files) {
      if (this.#index.lookup({ kind: 'ApplicationSet', file }).length > 0) this.#unswept.add(file);
      else this.#unswept.delete(file);
    }
    if (!this.#background || this.#work.hasEnded || this.#sweeping || this.#unswept.size === 0) return;
    this.#sweeping = true;
    const before = this.#names.changes;
    this.#work.run(async () => {
      try {
        for (const file of this.#unswept) {
          this.#unswept.delete(file);
          // Open files are looked at anyway, and remembered then.
          if (!this.#buffers.has(file) && !this.#work.hasEnded) await this.#sweepFile(file);
        }
      } finally {
        this.#sweeping = false;
      }
      if (this.#names.changes === before) return;
      for (const [file, run] of [...this.#runs])
        if (this.#buffers.has(file) && run.complete && hasApplications(run.source)) this.#recheck(file);
    });
  }

  async #sweepFile(file: string): Promise<void> {
    const source = await this.source(file);
    if (!source) return;
    const generations = new Map<number, Generation>();
    for (const document of source.documents) {
      const view = this.#facts.view({ near: nearOf(file), revision: undefined });
      const generation = await generateSet(document, view, { generate: this.#generateOptions() });
      if (generation) generations.set(document.index, generation);
    }
    this.#names.remember(source, generations);
  }

  // — the rest —

  #base(): string {
    return this.#folders[0] ?? this.#ports.home;
  }

  #applyMappings(): void {
    this.#repositories.setMappings(this.#settings.repositories, this.#base());
  }

  /** Whether the index is about this file. */
  async #belongs(file: string): Promise<boolean> {
    if (this.#indexing.isListed(file)) return true;
    const { exclude } = this.#settings;
    for (const folder of this.#folders)
      if (file === folder || (await this.#ports.files.isManifest(folder, file, { exclude }))) return true;
    return false;
  }

  #isBelowFolders(file: string): boolean {
    return this.#folders.some(it => relativeTo(it, file) !== undefined);
  }

  #trouble(reason: string, about: string, message: string): void {
    if (this.#told.has(`${reason}\0${about}\0${message}`)) return;
    this.#told.add(`${reason}\0${about}\0${message}`);
    this.#emit({ kind: 'trouble', failure: { reason, about, message } });
  }

  #emit(event: WorkbenchEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function hasApplications(source: SourceFile): boolean {
  return source.documents.some(it => isApplicationSet(it) || it.kind === 'Application');
}

function nearOf(file: string): readonly string[] {
  return isPath(file) ? [folderOf(file)] : [];
}

function findingsOf(file: string, run: Run): FileFindings {
  const { version, complete, source, latest } = run;
  return { file, version, findings: latest?.findings ?? [], complete, source };
}

/** `done`, unless whoever waits gives up first. */
function waiting<T>(done: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return done;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new Cancelled());
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    done.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
