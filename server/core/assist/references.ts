import type { ManifestDocument } from '../documents/document.ts';
import { isObject, type Json, pointer, segmentsOf } from '../text/json.ts';
import { valueAt } from './parameters.ts';

/** A path of a repository that a scalar names: `source.path`, a value file, a file or directory of the git generator. */
export interface RepositoryPath {
  readonly repoURL: string;
  readonly relative: string;
  readonly kind: 'file' | 'directory';
}

/** Pointers of every scalar that `repositoryPathAt` may know something about. */
export function repositoryPathsIn(document: ManifestDocument): readonly string[] {
  const found: string[] = [];
  const walk = (value: Json, at: readonly (string | number)[]): void => {
    const key = at.at(-1);
    if (typeof value === 'string' && (key === 'path' || at.at(-2) === 'valueFiles')) found.push(pointer(at));
    const entries = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];
    for (const [name, it] of entries) walk(it as Json, [...at, name]);
  };
  walk(document.value, []);
  return found;
}

/** `undefined` for templates and globs: they name many. `$ref/` value files are looked up among the sources. */
export function repositoryPathAt(value: Json, path: string): RepositoryPath | undefined {
  const segments = segmentsOf(path);
  const text = valueAt(value, segments);
  if (typeof text !== 'string' || /\{\{|[*?[]/.test(text)) return undefined;
  const parent = (up: number) => valueAt(value, segments.slice(0, -up));
  const last = segments.at(-1);
  if (last === 'path' && (segments.at(-2) === 'source' || segments.at(-3) === 'sources'))
    return inSource(parent(1), text, 'directory');
  const helm = segments.lastIndexOf('helm');
  if (helm > 0 && segments[helm + 1] === 'valueFiles') return valueFile(value, segments.slice(0, helm), text);
  const git = segments.lastIndexOf('git');
  if (git > 0 && last === 'path') {
    const kind = segments[git + 1] === 'files' ? 'file' : 'directory';
    return inSource(valueAt(value, segments.slice(0, git + 1)), text, kind);
  }
  return undefined;
}

function inSource(
  source: Json | undefined,
  relative: string,
  kind: RepositoryPath['kind'],
): RepositoryPath | undefined {
  return isObject(source) && typeof source.repoURL === 'string' && !source.repoURL.includes('{{')
    ? { repoURL: source.repoURL, relative, kind }
    : undefined;
}

function valueFile(value: Json, at: readonly string[], text: string): RepositoryPath | undefined {
  const source = valueAt(value, at);
  const reference = /^\$([^/]+)\/(.*)$/.exec(text);
  if (reference) {
    const sources = valueAt(value, at.slice(0, -1));
    const named = Array.isArray(sources) ? sources.find(it => isObject(it) && it.ref === reference[1]) : undefined;
    return inSource(named, reference[2] ?? '', 'file');
  }
  if (!isObject(source) || /^[a-z+]+:\/\//i.test(text)) return undefined;
  const folder = typeof source.path === 'string' ? source.path : '';
  if (folder.includes('{{')) return undefined;
  return inSource(source, text.startsWith('/') ? text.slice(1) : [folder, text].filter(Boolean).join('/'), 'file');
}
