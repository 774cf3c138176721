import type { FactTypes, FileContent, LibraryCall, LibraryResult, Unavailable } from '../core/facts/facts.ts';

/** What the engine needs of the world; `server/adapters` implements these, tests do it in memory. */

export interface Library {
  /** Answers in the order of the calls. A call that runs past its deadline or out of memory answers `ok: false`; the others still answer. */
  call(
    calls: readonly LibraryCall[],
    options?: { readonly signal?: AbortSignal; readonly deadlineMs?: number },
  ): Promise<readonly LibraryResult[]>;
  /**
   * Starts in the background, so that the first real call is fast; where a library has several engines (`helm`, `kustomize`, `jsonnet`), these
   * alone. Nobody waits for it, and what fails will fail again when it is needed.
   */
  warmUp(engines?: readonly string[]): void;
  dispose(): Promise<void>;
}

export interface FileSystem {
  /** Absolute paths of every YAML file below `root` that neither .gitignore nor `exclude` (VS Code globs) hides. */
  listManifests(
    root: string,
    options: { readonly exclude: readonly string[]; readonly signal?: AbortSignal },
  ): AsyncIterable<string>;
  /** Whether `listManifests` would list this file. */
  isManifest(root: string, file: string, options: { readonly exclude: readonly string[] }): Promise<boolean>;
  /** Every file below a plain folder but `.git`, relative to it; links are listed as files. */
  listFiles(root: string): Promise<readonly string[]>;
  /** `undefined` where the file is gone or not text; `tooLarge` past `maxBytes`. */
  read(path: string, maxBytes: number): Promise<string | 'tooLarge' | undefined>;
  kindOf(path: string): Promise<'file' | 'directory' | undefined>;
  /** With every link resolved; `undefined` where it does not exist. */
  realPath(path: string): Promise<string | undefined>;
  /** The bytes of a file, for what is no text. */
  readBytes?(path: string, maxBytes: number): Promise<Uint8Array | 'tooLarge' | undefined>;
  /** Which of these files below a root are symbolic links, and what each says. */
  linksAmong?(root: string, files: readonly string[]): Promise<Readonly<Record<string, string>>>;
}

export interface Git {
  /** Work tree root and remotes of the repository that holds `folder`; `undefined` outside of one. */
  repositoryOf(folder: string): Promise<GitRepository | undefined>;
  /** Paths of tracked and untracked, not ignored, files of the work tree, `/`-separated. */
  workTreeFiles(root: string): Promise<readonly string[]>;
  /** Commit for an exact branch (local, then of a remote), tag, full or abbreviated SHA or `HEAD`; `undefined` where there is none. */
  resolve(root: string, revision: string): Promise<string | undefined>;
  /** Names of the branches that the work tree stands for: the checked-out one and the remote's default one. */
  checkedOut(root: string): Promise<readonly string[]>;
  /** Names of all tags. */
  tags(root: string): Promise<readonly string[]>;
  filesAt(root: string, commit: string): Promise<readonly string[]>;
  readAt(root: string, commit: string, path: string): Promise<string | undefined>;
  /** The same as bytes. */
  bytesAt?(root: string, commit: string, path: string): Promise<Uint8Array | undefined>;
  /** Symbolic links of a commit, or of the index where none is given, and what each says; those of a work tree are the index's and untracked ones. */
  linksAt?(root: string, commit: string | undefined): Promise<Readonly<Record<string, string>>>;
  /** What the next commit would hold: files, and the content of one. */
  stagedFiles?(root: string): Promise<readonly string[]>;
  readStaged?(root: string, path: string): Promise<string | undefined>;
  /** Commits that changed any of these paths and are in `to` but not in `from`, newest first. */
  commitsTouching?(root: string, range: CommitRange): Promise<readonly CommitNote[]>;
  /** Takes commits back, one after the other, on a new branch. Index, work tree and checked-out branch stay as they are. */
  revertOnBranch?(root: string, revert: BranchRevert): Promise<BranchAnswer>;
  /** Commits one changed file on a new branch; nothing else is touched. */
  commitOnBranch?(root: string, change: BranchChange): Promise<BranchAnswer>;
  dispose(): Promise<void>;
}

export interface CommitRange {
  readonly from: string;
  readonly to: string;
  readonly paths: readonly string[];
}

export interface CommitNote {
  readonly commit: string;
  /** First line of its message. */
  readonly subject: string;
}

export interface BranchRevert {
  /** The commit that the new branch begins with. */
  readonly base: string;
  /** Newest first. */
  readonly commits: readonly CommitNote[];
  /** A number is added where the name is taken. */
  readonly branch: string;
  /** Closes the message of each commit. */
  readonly reason: string;
}

export interface BranchChange {
  readonly base: string;
  readonly path: string;
  readonly content: string;
  readonly branch: string;
  readonly message: string;
}

export type BranchAnswer =
  | { readonly kind: 'made'; readonly branch: string; readonly commit: string }
  /** Later changes of the same lines stand in the way. */
  | { readonly kind: 'conflict'; readonly of: CommitNote; readonly files: readonly string[] };

export interface FetchOptions {
  /** Whether the network may be used; otherwise only what was fetched before is known. */
  readonly fetch: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Charts and files behind a URL. Each answers with a value or says why not; throws `Failure` where the network fails. */
export interface ChartSource {
  chart(of: FactTypes['chart']['of'], options: FetchOptions): Promise<FactTypes['chart']['value'] | Unavailable>;
  file(of: FactTypes['remoteFile']['of'], options: FetchOptions): Promise<string | Unavailable>;
}

/** Everything that a rendering may need from elsewhere. */
export interface RemoteContent extends ChartSource {
  tree(
    of: FactTypes['remoteTree']['of'],
    options: FetchOptions,
  ): Promise<FactTypes['remoteTree']['value'] | Unavailable>;
}

/** Local clones of repositories that no opened folder has. */
export interface Clones {
  /** Root of the clone that is there already; contacts nobody. */
  rootOf(url: string): Promise<string | undefined>;
  /** Clones, or brings up to date, with the user's git credentials; the root of the bare repository. Throws `Failure`. */
  fetch(url: string, signal?: AbortSignal): Promise<string>;
}

/** What a config management plugin is run on: files of a copy of the repository, and the environment that Argo CD would give it. */
export interface PluginJob {
  readonly name: string;
  /** Of the application, inside of the copy. */
  readonly path: string;
  readonly files: Readonly<Record<string, FileContent>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** The user's own commands in place of config management plugins; nothing of a repository decides what is run. */
export interface PluginRunner {
  /** Names of the plugins that there is a command for. */
  names(): readonly string[];
  /** What the command printed, or why it ended otherwise. Throws `Failure` where it could not be run at all. */
  run(job: PluginJob, signal?: AbortSignal): Promise<{ readonly manifest: string } | { readonly error: string }>;
}

/** A failure of the world: what adapters throw, and the only thing they throw. */
export class Failure extends Error {
  readonly reason: FailureReason;
  /** The folder, file or address concerned. */
  readonly about: string;
  constructor(reason: FailureReason, about: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Failure';
    this.reason = reason;
    this.about = about;
  }
}

export type FailureReason =
  | 'gitMissing'
  | 'gitFailed'
  | 'fetchFailed'
  | 'pluginFailed'
  | 'refusedArgument'
  | 'unreadable'
  | 'libraryMissing';

export interface GitRepository {
  readonly root: string;
  readonly remotes: readonly { readonly name: string; readonly url: string }[];
}

export interface Clock {
  now(): number;
  after(milliseconds: number, run: () => void): { cancel(): void };
}

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

export * from './cluster.ts';
