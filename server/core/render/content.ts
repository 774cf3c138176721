import {
  type Chart,
  type Facts,
  type FileContent,
  isUnavailable,
  type Missing,
  type Tree,
  type TreeOf,
} from '../facts/facts.ts';
import { byCodePoint } from '../generate/go/print.ts';
import { Refused, Unknowable, Waiting } from './stop.ts';

/**
 * The files of one source as a small read-only file system: paths are relative to its root, `''` is the root itself. Links are followed
 * inside of it and never out of it.
 */
export interface Content {
  /** `undefined` where nothing is; a link counts as what it points to. */
  kindOf(path: string): 'file' | 'directory' | undefined;
  /** With all links resolved. `outside`: it leaves the root; `loop`: links lead in circles; `absent`: nothing is there. */
  resolve(path: string): Resolved;
  /** Whether the link at this very path is absolute or climbs out of the root on its way. */
  leaves(link: string): boolean;
  /** Where a link points to, as it says it; `undefined` for everything else. */
  linkAt(path: string): string | undefined;
  /** Names in a directory in Go's order, links not followed. */
  entries(directory: string): readonly Entry[];
  /** Paths of every link, sorted. */
  readonly links: Readonly<Record<string, string>>;
  /** In the order of the paths, which must exist; all that are not known yet are asked for at once. */
  read(paths: readonly string[]): readonly FileContent[];
  /** The commit or version that it is, where it has one. */
  readonly revision: string | undefined;
}

export type Resolved =
  | { readonly kind: 'file' | 'directory'; readonly path: string }
  | { readonly kind: 'absent' | 'outside' | 'loop' };

export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link';
}

export function repositoryContent(of: TreeOf, facts: Facts): Content {
  const detailed = { ...of, detailed: true } as const;
  const tree = facts.get('tree', detailed);
  if (tree === undefined) throw new Waiting([{ kind: 'tree', of: detailed }]);
  if (isUnavailable(tree)) {
    if (tree.error !== undefined) throw new Refused(tree.error);
    throw new Unknowable('repository', of.repoURL, tree.why);
  }
  const index = indexOf(tree);
  const read = (paths: readonly string[]): readonly FileContent[] => readAll(of, paths, facts);
  return new IndexedContent(index, read, tree.commit, path => facts.looked?.(detailed, path));
}

export function chartContent(chart: Chart): Content {
  const index = known.charts.get(chart) ?? makeIndex(Object.keys(chart.files), {});
  known.charts.set(chart, index);
  return new IndexedContent(index, paths => paths.map(it => chart.files[it] ?? ''), chart.version);
}

/** The text of a file that should be text; bytes are read as UTF-8 would be, badly. */
export function textOf(content: FileContent): string {
  return typeof content === 'string' ? content : '';
}

function readAll(of: TreeOf, paths: readonly string[], facts: Facts): readonly FileContent[] {
  const missing: Missing[] = [];
  const contents = paths.map((path): FileContent => {
    const file = { ...of, path };
    const text = facts.get('file', file);
    if (typeof text === 'string') return text;
    if (text === undefined) {
      missing.push({ kind: 'file', of: file });
      return '';
    }
    const bytes = facts.get('bytes', file);
    if (typeof bytes === 'string') return { base64: bytes };
    if (bytes === undefined) missing.push({ kind: 'bytes', of: file });
    else throw new Unknowable('file', path, bytes.why);
    return '';
  });
  if (missing.length > 0) throw new Waiting(missing);
  return contents;
}

interface Index {
  readonly files: ReadonlySet<string>;
  readonly directories: ReadonlyMap<string, readonly Entry[]>;
  readonly links: Readonly<Record<string, string>>;
}

/** By the value itself: the same tree is asked in every round and for every Application of the repository. */
const known = { trees: new WeakMap<Tree, Index>(), charts: new WeakMap<Chart, Index>() };

function indexOf(tree: Tree): Index {
  const found = known.trees.get(tree) ?? makeIndex(tree.files, tree.links ?? {});
  known.trees.set(tree, found);
  return found;
}

function makeIndex(paths: readonly string[], links: Readonly<Record<string, string>>): Index {
  const directories = new Map<string, Map<string, Entry['kind']>>([['', new Map()]]);
  const enter = (directory: string): Map<string, Entry['kind']> => {
    const there = directories.get(directory);
    if (there) return there;
    const made = new Map<string, Entry['kind']>();
    directories.set(directory, made);
    enter(parentOf(directory)).set(baseName(directory), 'directory');
    return made;
  };
  for (const path of paths) enter(parentOf(path)).set(baseName(path), Object.hasOwn(links, path) ? 'link' : 'file');
  return {
    files: new Set(paths),
    directories: new Map(
      [...directories].map(([path, entries]) => [
        path,
        [...entries].map(([name, kind]) => ({ name, kind })).sort((a, b) => byCodePoint(a.name, b.name)),
      ]),
    ),
    links,
  };
}

/** As many links as Linux follows before it gives up. */
const mostLinks = 40;

class IndexedContent implements Content {
  readonly #index: Index;
  readonly #read: (paths: readonly string[]) => readonly FileContent[];
  readonly #looked: (path: string) => void;
  readonly revision: string | undefined;

  constructor(
    index: Index,
    read: (paths: readonly string[]) => readonly FileContent[],
    revision: string | undefined,
    looked: (path: string) => void = () => undefined,
  ) {
    this.#index = index;
    this.#read = read;
    this.revision = revision;
    this.#looked = looked;
  }

  get links(): Readonly<Record<string, string>> {
    return this.#index.links;
  }

  kindOf(path: string): 'file' | 'directory' | undefined {
    const resolved = this.resolve(path);
    return resolved.kind === 'file' || resolved.kind === 'directory' ? resolved.kind : undefined;
  }

  linkAt(path: string): string | undefined {
    // Links count as a whole, so that looking for one is no look at its folder.
    const parent = this.#follow(parentOf(path), []);
    if (parent.kind !== 'directory') return undefined;
    const real = joined(parent.path, baseName(path));
    return Object.hasOwn(this.#index.links, real) ? this.#index.links[real] : undefined;
  }

  leaves(link: string): boolean {
    const target = this.#index.links[link];
    if (target === undefined) return false;
    if (target.startsWith('/')) return true;
    let depth = segmentsOf(parentOf(link)).length;
    for (const segment of segmentsOf(target)) {
      depth += segment === '..' ? -1 : 1;
      if (depth < 0) return true;
    }
    return false;
  }

  entries(directory: string): readonly Entry[] {
    const resolved = this.resolve(directory);
    return resolved.kind === 'directory' ? (this.#index.directories.get(resolved.path) ?? []) : [];
  }

  read(paths: readonly string[]): readonly FileContent[] {
    return this.#read(
      paths.map(path => {
        const resolved = this.resolve(path);
        return resolved.kind === 'file' ? resolved.path : path;
      }),
    );
  }

  resolve(path: string): Resolved {
    const at: string[] = [];
    const resolved = this.#follow(path, at);
    this.#looked(at.join('/'));
    return resolved;
  }

  /** `at` is where it came to, whether something is there or not. */
  #follow(path: string, at: string[]): Resolved {
    const { files, directories, links } = this.#index;
    const waiting = segmentsOf(path).reverse();
    let followed = 0;
    while (waiting.length > 0) {
      const segment = waiting.pop() ?? '';
      if (segment === '..') {
        if (at.pop() === undefined) return { kind: 'outside' };
        continue;
      }
      at.push(segment);
      const here = at.join('/');
      const target = Object.hasOwn(links, here) ? links[here] : undefined;
      if (target === undefined) {
        if (!directories.has(here) && !(files.has(here) && waiting.length === 0)) return { kind: 'absent' };
        continue;
      }
      if (++followed > mostLinks) return { kind: 'loop' };
      if (target.startsWith('/')) return { kind: 'outside' };
      at.pop();
      waiting.push(...segmentsOf(target).reverse());
    }
    const real = at.join('/');
    return { kind: directories.has(real) ? 'directory' : 'file', path: real };
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter(it => it !== '' && it !== '.');
}

export function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '' : path.slice(0, cut);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joined(directory: string, name: string): string {
  return directory === '' ? name : name === '' ? directory : `${directory}/${name}`;
}
