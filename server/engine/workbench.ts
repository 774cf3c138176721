import type { SourceFile } from '../core/documents/document.ts';
import type { Generation, OriginSource } from '../core/generate/generation.ts';
import type { Finding } from '../core/text/finding.ts';
import type { Json } from '../core/text/json.ts';
import type { Renderer } from './render.ts';
import type { Settings } from './settings.ts';

/**
 * What a front door holds: the workspace with its open buffers, and questions about it. The interface is all that `server/lsp` and
 * `server/cli` know of the engine; `createWorkbench` (create.ts) makes one from ports.
 *
 * Files are named by **absolute path with forward slashes** when they lie on disk (`/home/me/repo/apps.yaml`, `C:/repo/apps.yaml`), else by
 * their URI as the editor spells it (`untitled:…`, `vscode-vfs://…`). The front door converts; the engine never sees a `file:` URI.
 *
 * Questions are answered for the newest text. Changing calls return at once; work is done afterwards and told by events. A promise of an
 * answer that has become stale (newer text, aborted) rejects with `Cancelled`; everything else about the user's files is data, never a throw.
 */
export interface Workbench {
  // — the editor tells —
  open(file: string, text: string, version: number): void;
  /** The whole new text. Unchanged documents of the file are not parsed again. */
  change(file: string, text: string, version: number): void;
  /** From now on the file on disk counts. */
  close(file: string): void;
  setFolders(folders: readonly string[]): void;
  /** From a file watcher; also for files that are not manifests (values files, directories that a git generator sees) and for `.git/HEAD`, refs and config. */
  filesChanged(changes: readonly FileChange[]): void;
  setSettings(settings: Settings): void;
  readonly settings: Settings;

  // — the editor asks —
  /** The parsed text of an open buffer, without waiting; `undefined` when it is not open. Parsed at most once per version. */
  openSource(file: string): SourceFile | undefined;
  /** An open buffer, else the file on disk; `undefined` where there is none. */
  source(file: string): Promise<SourceFile | undefined>;
  /** Files whose open buffer says something else than the disk; sorted. */
  unsaved(): Promise<readonly string[]>;
  /** All findings of the file, with every obtainable fact. For answers as they come, subscribe to `findings`. */
  findings(file: string, signal?: AbortSignal): Promise<FileFindings>;
  /** What the ApplicationSet in document `document` (zero-based) generates; `undefined` when that document is no ApplicationSet. */
  generation(file: string, document: number, signal?: AbortSignal): Promise<SetGeneration | undefined>;
  /** The best answer that is there already, for lenses, hover, hints and completion while typing: may be of an older text (`fresh: false`). */
  latestGeneration(file: string, document: number): SetGeneration | undefined;
  /** The same set with the content that its repositories have at `revision` instead of the work tree. */
  generationAt(
    file: string,
    document: number,
    at: { readonly revision: string },
    signal?: AbortSignal,
  ): Promise<SetGeneration | undefined>;

  // — the index —
  /** Resolves when the first index of the present folders is complete. */
  indexed(): Promise<void>;
  /** Every manifest file of the workspace, whatever it holds, in code unit order. */
  files(): readonly string[];
  /** Every ApplicationSet of the workspace, by file and position. */
  applicationSets(): readonly IndexEntry[];
  /** All indexed manifests that match every given field, sorted by file and document. */
  lookup(wanted: {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly file?: string;
  }): readonly IndexEntry[];
  /** The local file or directory for a path of a repository, by the remotes of the opened folders or the settings; `undefined` when it is not local. */
  fileFor(repoURL: string, path: string): Promise<string | undefined>;
  /** Root of the local work tree of a repository; `near`: folders whose own repository counts besides the opened ones. */
  repositoryOf(repoURL: string, near: readonly string[]): Promise<string | undefined>;
  /** Clones a repository that no folder has, or brings its clone up to date; false where there is nothing to fetch. Throws `Failure`. */
  fetchRepository(url: string, signal?: AbortSignal): Promise<boolean>;
  /** Where a generated Application comes from: a local file or directory, or the indexed cluster Secret. */
  locate(source: OriginSource): Promise<Located | undefined>;

  /** Makes the manifests of Applications, with the contents that this workbench knows. */
  readonly renderer: Renderer;

  subscribe(listener: (event: WorkbenchEvent) => void): Subscription;
  /** Resolves when nothing is being worked on. For tests and the command line. */
  idle(): Promise<void>;
  dispose(): Promise<void>;
}

export interface Subscription {
  dispose(): void;
}

export interface FileChange {
  readonly file: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

export interface FileFindings {
  readonly file: string;
  /** Version of the buffer; `undefined` for a file on disk. */
  readonly version: number | undefined;
  /** Sorted by place, then code. */
  readonly findings: readonly Finding[];
  /** False while facts are still being fetched: more findings may come, none of these will go. */
  readonly complete: boolean;
  /** The text that the spans count in. */
  readonly source: SourceFile | undefined;
}

export interface SetGeneration {
  readonly file: string;
  readonly document: number;
  readonly version: number | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly generation: Generation;
  /** Findings of the set's document, the generated Applications' included: their number is what the lens shows. */
  readonly findings: readonly Finding[];
  /** False while facts are still being fetched. */
  readonly complete: boolean;
  /** False when the text has changed since. */
  readonly fresh: boolean;
}

/** A summary: the index keeps no text and no tree of nodes. */
export interface IndexEntry {
  readonly file: string;
  readonly document: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** For a Secret its Argo CD type; `undefined` for everything else. */
  readonly secretType?: 'cluster' | 'repository' | 'repo-creds' | 'repo-write-creds';
  /** The part of the object that cross-file questions need: whole AppProjects and cluster Secrets, engines that Applications name; else absent. */
  readonly value?: Json;
}

export type Located =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'directory'; readonly directory: string }
  | { readonly kind: 'manifest'; readonly entry: IndexEntry };

/** Everything the workbench says by itself. Order per file: partial answers first, then the complete one. */
export type WorkbenchEvent =
  /** Of open files. */
  | ({ readonly kind: 'findings' } & FileFindings)
  /** Of ApplicationSets in open files. */
  | ({ readonly kind: 'generation' } & SetGeneration)
  /** Manifests were added, changed or removed; `files` names where. */
  | { readonly kind: 'index'; readonly files: readonly string[] }
  /** Text or existence of any file changed, in a buffer or on disk: what is rendered from it may have changed. */
  | { readonly kind: 'content'; readonly files: readonly string[] }
  | { readonly kind: 'indexing'; readonly done: number; readonly finished: boolean }
  /** Something of the world failed that the user should read once (git is not installed, a clusters file cannot be read). */
  | { readonly kind: 'trouble'; readonly failure: FailureNote };

export interface FailureNote {
  /** Stable, to switch on and to tell only once. */
  readonly reason: string;
  readonly about: string;
  readonly message: string;
}

/** A newer text or an abort made the answer worthless. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}
