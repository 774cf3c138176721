import { type Content, joined, parentOf } from './content.ts';
import { Refused } from './stop.ts';

/** `path` below the root with `.` and `..` resolved by their text alone; `undefined` where it climbs out. */
export function cleaned(path: string): string | undefined {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (out.pop() === undefined) return undefined;
    } else if (segment !== '' && segment !== '.') out.push(segment);
  }
  return out.join('/');
}

/** Links that are followed for one path, each pointing at the next. */
const mostLinks = 10;

/**
 * Where a file or directory that a source names lies in its repository: relative paths count from `from`, absolute ones from the root
 * (argo-cd:util/io/path/resolved.go). Only the last part of a path is looked at for being a link.
 */
export function resolveInside(
  content: Content,
  from: string,
  named: string,
  allowed: { readonly root: boolean },
): string {
  const outside = () => new Refused(`file '${named}' resolved to outside repository root`);
  let path = cleaned(named.startsWith('/') ? named : joined(from, named));
  for (let followed = 0; path !== undefined; followed++) {
    const target = content.linkAt(path);
    if (target === undefined) break;
    if (followed === mostLinks) throw internal();
    path = target.startsWith('/') ? undefined : cleaned(joined(parentOf(path), target));
  }
  if (path === undefined) throw outside();
  if (path === '' && !allowed.root) throw internal();
  return path;
}

/** Argo CD keeps the reason in its log, so that nobody learns about its disk. */
function internal(): Refused {
  return new Refused('internal error: failed to resolve path. Check logs for more details');
}

/** argo-cd:util/app/path/path.go, Path. */
export function applicationPath(content: Content, path: string): string {
  if (path.startsWith('/')) throw new Refused(`${path}: app path is absolute`);
  const inside = cleaned(path);
  if (inside === undefined) throw new Refused(`${path}: app path outside root`);
  const kind = content.kindOf(inside);
  if (kind === undefined && inside !== '') throw new Refused(`${path}: app path does not exist`);
  if (kind === 'file') throw new Refused(`${path}: app path is not a directory`);
  return inside;
}
