import { byCodePoint } from './go/print.ts';

/**
 * Directories of a work tree in the order of a lexical walk. One whose name starts with a dot is skipped with all below it unless
 * hidden ones are wanted; then Git's own directory is there too (argo-cd:reposerver/repository/repository.go, GetGitDirectories).
 */
export function directoriesOf(files: readonly string[], options: { readonly hidden: boolean }): readonly string[] {
  const byFiles = options.hidden ? known.all : known.visible;
  const found = byFiles.get(files) ?? walked(files, options.hidden);
  byFiles.set(files, found);
  return found;
}

/** By the list of files itself: a matrix asks for the same tree once per outer parameter set. */
const known = {
  all: new WeakMap<readonly string[], readonly string[]>(),
  visible: new WeakMap<readonly string[], readonly string[]>(),
};

function walked(files: readonly string[], hidden: boolean): readonly string[] {
  const seen = new Set<string>();
  for (const file of files) {
    for (let slash = file.lastIndexOf('/'); slash > 0; slash = file.lastIndexOf('/', slash - 1)) {
      const directory = file.slice(0, slash);
      if (seen.has(directory)) break;
      seen.add(directory);
    }
  }
  const visible = hidden ? [...seen, ...GIT] : [...seen].filter(directory => !/(^|\/)\./.test(directory));
  return visible.sort(bySegments);
}

/** What is certain to be in a fresh clone; directories of single objects are below, and nobody wants to be shown them. */
const GIT = ['.git', '.git/logs', '.git/objects', '.git/refs'];

/** `a`, `a/b`, `a-b`: a walk finishes a directory before it goes on, so a plain comparison of paths is not its order. */
function bySegments(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = byCodePoint(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
