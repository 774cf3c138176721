import type { LibraryCall, LibraryResult } from '../core/facts/facts.ts';

/** What the engine needs of the world; `server/adapters` implements these, tests do it in memory. */

export interface Library {
  /** Answers in the order of the calls. A call that runs past its deadline or out of memory answers `ok: false`; the others still answer. */
  call(
    calls: readonly LibraryCall[],
    options?: { readonly signal?: AbortSignal; readonly deadlineMs?: number },
  ): Promise<readonly LibraryResult[]>;
  /** Starts the module in the background so that the first real call is fast. */
  warmUp(): void;
  dispose(): Promise<void>;
}

export interface FileSystem {
  /** Absolute paths of every YAML or JSON file below `root` that neither .gitignore nor `exclude` (VS Code globs) hides. */
  listManifests(
    root: string,
    options: { readonly exclude: readonly string[]; readonly signal?: AbortSignal },
  ): AsyncIterable<string>;
  /** `undefined` where the file is gone or not text; `tooLarge` past `maxBytes`. */
  read(path: string, maxBytes: number): Promise<string | 'tooLarge' | undefined>;
}

export interface Git {
  /** Work tree root and remotes of the repository that holds `folder`; `undefined` outside of one. */
  repositoryOf(folder: string): Promise<GitRepository | undefined>;
  /** Paths of tracked and untracked, not ignored, files of the work tree, `/`-separated. */
  workTreeFiles(root: string): Promise<readonly string[]>;
  /** Commit for a revision as Argo CD resolves it (exact branch, tag, SHA, then semver over tags); `undefined` where there is none. */
  resolve(root: string, revision: string): Promise<string | undefined>;
  filesAt(root: string, commit: string): Promise<readonly string[]>;
  readAt(root: string, commit: string, path: string): Promise<string | undefined>;
}

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
