import type { CheckContext } from '../core/checks/rule.ts';
import type { SourceFile } from '../core/documents/document.ts';
import { parseFile } from '../core/documents/parse.ts';
import type { GenerateOptions } from '../core/generate/context.ts';
import type { OriginSource } from '../core/generate/generation.ts';
import { isKustomizationFile } from '../core/model/kustomization.ts';
import type { Catalog } from '../core/schema/catalog.ts';
import { validateSchema } from '../core/schema/validate.ts';
import { newestArgoVersion } from '../core/schema/version.ts';
import { ApplicationNames } from './applicationNames.ts';
import { Buffers } from './buffers.ts';
import { ClosedSets } from './closedSets.ts';
import { enginesFor } from './engines.ts';
import { FactStore } from './factStore.ts';
import { Indexing } from './indexing.ts';
import { WorkspaceFacts } from './knowledge.ts';
import { findingsOf, type Look, Looks, nearOf } from './looks.ts';
import { entriesOf, ManifestIndex } from './manifestIndex.ts';
import { isPath, pathInside, relativeTo, resolvePath } from './paths.ts';
import type { Clock, Clones, FileSystem, Git, Library, Log, PluginRunner, RemoteContent } from './ports.ts';
import { createRenderer, type Renderer } from './render.ts';
import { isGitState, Repositories } from './repositories.ts';
import { isApplicationSet, type LookContext, lookAt } from './runs.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Work } from './work.ts';
import type {
  FileChange,
  FileFindings,
  IndexEntry,
  Located,
  SetGeneration,
  Workbench,
  WorkbenchEvent,
} from './workbench.ts';

export interface Ports {
  readonly files: FileSystem;
  readonly git: Git;
  readonly library: Library;
  /** Helm, Kustomize and Jsonnet; without it `library` answers these operations too, or says that it does not know them. */
  readonly tools?: Library;
  /** Clones of repositories that no folder has; without them such content stays unknown. */
  readonly clones?: Clones;
  /** Charts, remote bases and values files by URL; without it nothing is fetched. */
  readonly remote?: RemoteContent;
  /** Runs these commands; without it config management plugins are named and not rendered. */
  readonly plugins?: (commands: () => Settings['plugins']) => PluginRunner;
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

/**
 * The facade over the parts of the engine, and the one place that knows which change concerns which of them: longer than its neighbours
 * because every question and every event of a front door has its line here, and nothing else has.
 */
class Desk implements Workbench {
  readonly #ports: Ports;
  #settings: Settings = defaultSettings;
  #folders: readonly string[] = [];
  readonly #buffers = new Buffers();
  readonly #looks: Looks;
  readonly #listeners = new Set<(event: WorkbenchEvent) => void>();
  readonly #index = new ManifestIndex();
  readonly #indexing: Indexing;
  readonly #repositories: Repositories;
  readonly #knowledge: WorkspaceFacts;
  readonly #facts: FactStore;
  readonly #names: ApplicationNames;
  readonly #told = new Set<string>();
  readonly #work: Work;
  readonly #closedSets: ClosedSets | undefined;
  #catalog: Catalog | undefined;
  readonly renderer: Renderer;

  constructor(ports: Ports, options: WorkbenchOptions) {
    this.#ports = ports;
    this.#work = new Work(ports.log);
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
      onProgress: (done, finished) => {
        this.#emit({ kind: 'indexing', done, finished });
        if (finished && (options.background ?? true)) this.#warmUp();
      },
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
        clones: ports.clones,
        buffer,
        maxFileSize: () => this.#settings.maxFileSize,
      },
      this.#knowledge,
    );
    this.renderer = createRenderer({
      facts: this.#facts,
      library: ports.library,
      tools: ports.tools,
      remote: ports.remote,
      plugins: ports.plugins?.(() => this.#settings.plugins),
      problemsOf: (apiVersion, kind, object) => this.#context().schemaProblems?.(apiVersion, kind, object) ?? [],
    });
    if (options.background ?? true)
      this.#closedSets = new ClosedSets({
        work: this.#work,
        facts: this.#facts,
        names: this.#names,
        options: () => this.#generateOptions(),
        source: file => this.source(file),
        isOpen: file => this.#buffers.has(file),
        onNames: () =>
          this.#looks.againWhere(
            (_, look) => look.version !== undefined && look.complete && hasApplications(look.source),
          ),
      });
    this.#looks = new Looks({
      clock: ports.clock,
      work: this.#work,
      buffers: this.#buffers,
      facts: this.#facts,
      delay: options.delay ?? 15,
      options: () => ({ context: this.#context(), generate: this.#generateOptions() }),
      source: file => this.source(file),
      openSource: file => this.openSource(file),
      onStart: (file, source) => this.#indexBuffer(file, source),
      onAnswer: look => this.#tell(look),
      onComplete: (look, looked) => this.#names.remember(look.source, looked.generations),
    });
  }

  // — the editor tells —

  open(file: string, text: string, version: number): void {
    this.change(file, text, version);
  }

  change(file: string, text: string, version: number): void {
    this.#buffers.set(file, text, version);
    this.#looks.schedule(file);
    this.#contentChanged({ file, kind: 'changed' }, file);
  }

  close(file: string): void {
    if (!this.#buffers.delete(file)) return;
    this.#looks.closed(file);
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
        this.#looks.forget(file);
        if (!(await this.#belongs(file))) continue;
        const changed = change.kind === 'deleted' ? this.#indexing.remove(file) : await this.#indexing.refresh(file);
        if (changed) indexed.push(file);
        else rewritten.push(file);
      }
      if (indexed.length > 0) this.#indexChanged(indexed);
      // The same name, but perhaps another template.
      this.#closedSets?.add(rewritten.filter(it => this.#hasSets(it)));
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
    this.#looks.allAgain();
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

  async unsaved(): Promise<readonly string[]> {
    const found = await Promise.all(
      this.#buffers.files.filter(isPath).map(async file => {
        const saved = await this.#ports.files.read(file, this.#settings.maxFileSize);
        // Editors keep a byte order mark to themselves.
        return saved === 'tooLarge' || saved?.replace(/^\ufeff/, '') === this.#buffers.text(file) ? [] : [file];
      }),
    );
    return found.flat().sort();
  }

  async findings(file: string, signal?: AbortSignal): Promise<FileFindings> {
    const look = await this.#looks.settled(file, signal);
    return look ? findingsOf(look) : { file, version: undefined, findings: [], complete: true, source: undefined };
  }

  async generation(file: string, document: number, signal?: AbortSignal): Promise<SetGeneration | undefined> {
    const look = await this.#looks.settled(file, signal);
    return look && this.#looks.setOf(look, document);
  }

  latestGeneration(file: string, document: number): SetGeneration | undefined {
    return this.#looks.latest(file, document);
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

  async repositoryOf(repoURL: string, near: readonly string[]): Promise<string | undefined> {
    const local = await this.#repositories.find(repoURL, near).catch(() => undefined);
    return local?.kind === 'git' ? local.root : undefined;
  }

  async fetchRepository(url: string, signal?: AbortSignal): Promise<boolean> {
    const { clones } = this.#ports;
    if (!clones || (await this.fileFor(url, '')) !== undefined) return false;
    await clones.fetch(url, signal);
    this.#facts.forgetRepositories();
    return true;
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
    this.#looks.dispose();
    await Promise.all([this.#ports.git.dispose(), this.#ports.library.dispose(), this.#ports.tools?.dispose()]);
  }

  // — looking at files —

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

  #tell(look: Look): void {
    for (const document of look.latest?.generations.keys() ?? []) {
      const generation = this.#looks.setOf(look, document);
      if (generation) this.#emit({ kind: 'generation', ...generation });
    }
    this.#emit({ kind: 'findings', ...findingsOf(look) });
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

  // — what depends on what —

  /** Text of a file, or whether it exists, changed: on disk, or in a buffer over it. */
  #contentChanged(change: FileChange, by: string | undefined): void {
    this.#facts.changed(change);
    this.#emit({ kind: 'content', files: [change.file] });
    const settings = this.#settings;
    const named = [settings.clustersFile, settings.parametersFile].some(
      it => it !== undefined && resolvePath(this.#base(), it) === change.file,
    );
    if (named) this.#knowledge.forget();
    const exists = change.kind !== 'changed' || isGitState(change.file);
    this.#looks.againWhere(
      (used, look) =>
        look.file !== by &&
        (used.files.has(change.file) ||
          (named && used.workspace) ||
          (exists && [...used.roots].some(root => relativeTo(root, change.file) !== undefined))),
    );
  }

  #indexChanged(files: readonly string[]): void {
    this.#knowledge.forget();
    this.#names.indexChanged(files);
    this.#emit({ kind: 'index', files });
    const patches = files.some(isKustomizationFile);
    this.#looks.againWhere((used, look) => !files.includes(look.file) && (patches || used.workspace));
    for (const file of files) if (!this.#hasSets(file)) this.#closedSets?.remove(file);
    this.#closedSets?.add(files.filter(it => this.#hasSets(it)));
  }

  /** Not before the index is there: what is typed until then comes first. */
  #warmUp(): void {
    const declared = ['Application', 'ApplicationSet'].flatMap(kind => this.#index.lookup({ kind }));
    const engines = enginesFor(declared, this.#indexing.files);
    if (engines.length > 0) this.#ports.tools?.warmUp(engines);
  }

  #hasSets(file: string): boolean {
    return this.#index.lookup({ kind: 'ApplicationSet', file }).length > 0;
  }

  #reindex(): void {
    this.#work.run(async () => {
      const roots = [...this.#folders];
      this.#indexing.start(roots);
      await this.#indexing.whenFinished();
    });
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
