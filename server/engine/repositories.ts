import { repositoryKey } from '../core/model/gitUrl.ts';
import { isPath, relativeTo, resolvePath } from './paths.ts';
import type { FileSystem, Git } from './ports.ts';

/** A local directory with the content of a repository. */
export interface LocalRepository {
  readonly root: string;
  readonly kind: 'git' | 'folder';
  /** Named by the user for this very URL: what it lacks does not exist. A clone found by its remotes may only be behind. */
  readonly authoritative: boolean;
}

/** Finds local content for repository URLs. Several spellings of one URL are one. */
export class Repositories {
  readonly #git: Git;
  readonly #files: FileSystem;
  /** What git said about a folder; forgotten when repositories change. */
  readonly #ofFolder = new Map<string, ReturnType<Git['repositoryOf']>>();
  readonly #mapped = new Map<string, Promise<LocalRepository | undefined>>();
  #folders: readonly string[] = [];
  #mappings: ReadonlyMap<string, string> = new Map();

  constructor(git: Git, files: FileSystem) {
    this.#git = git;
    this.#files = files;
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
  }

  /** `directories` by URL; relative ones count from `base`. */
  setMappings(directories: Readonly<Record<string, string>>, base: string): void {
    this.#mapped.clear();
    this.#mappings = new Map(
      Object.entries(directories).map(([url, folder]) => [repositoryKey(url), resolvePath(base, folder)]),
    );
  }

  forget(): void {
    this.#ofFolder.clear();
    this.#mapped.clear();
  }

  /** `near`: folders of files that ask, whose own repository counts even when no folder is opened. */
  async find(url: string, near: readonly string[]): Promise<LocalRepository | undefined> {
    const key = repositoryKey(url);
    const folder = this.#mappings.get(key);
    if (folder !== undefined) return this.#directory(key, folder);
    for (const candidate of [...near, ...this.#folders]) {
      const repository = await this.#repositoryOf(candidate);
      if (repository?.remotes.some(it => repositoryKey(it.url) === key))
        return { root: repository.root, kind: 'git', authoritative: false };
    }
    return undefined;
  }

  /** The work tree that holds a folder. */
  async rootOf(folder: string): Promise<string | undefined> {
    return (await this.#repositoryOf(folder))?.root;
  }

  #directory(key: string, folder: string): Promise<LocalRepository | undefined> {
    const known = this.#mapped.get(key) ?? this.#look(folder);
    this.#mapped.set(key, known);
    return known;
  }

  async #look(folder: string): Promise<LocalRepository | undefined> {
    if ((await this.#files.kindOf(folder)) !== 'directory') return undefined;
    const [repository, real] = await Promise.all([this.#repositoryOf(folder), this.#files.realPath(folder)]);
    // A plain folder may lie inside some other repository; only a work tree's own root is that repository.
    const isWorkTree = repository !== undefined && real !== undefined && repository.root === real;
    return { root: isWorkTree ? repository.root : folder, kind: isWorkTree ? 'git' : 'folder', authoritative: true };
  }

  #repositoryOf(folder: string): ReturnType<Git['repositoryOf']> {
    if (!isPath(folder)) return Promise.resolve(undefined);
    const known = this.#ofFolder.get(folder);
    if (known) return known;
    const asked = this.#git.repositoryOf(folder);
    this.#ofFolder.set(folder, asked);
    // A failure is told to whoever waits now; the next one may find git installed.
    asked.catch(() => this.#ofFolder.delete(folder));
    return asked;
  }
}

/** Whether an event below `root` changes what git would say about it. */
export function isGitState(file: string): boolean {
  return /\/\.git(\/|$)/.test(file);
}

export function isBelow(root: string, file: string): boolean {
  return relativeTo(root, file) !== undefined;
}
