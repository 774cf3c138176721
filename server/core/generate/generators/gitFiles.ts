import { isUnavailable } from '../../facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { pathspec } from '../globs/pathspec.ts';
import { byCodePoint } from '../go/print.ts';
import { type Failure, fail, type Pending, pending } from '../problem.ts';
import { directoriesOf } from '../repository.ts';
import type { Source } from './git.ts';

export interface SelectedFile {
  readonly file: string;
  /** The pattern that took it, as a JSON pointer. */
  readonly itemPath: string;
}

/** Files of all including patterns without those of the excluding ones, sorted by path. */
export function selectFiles(
  items: readonly JsonObject[],
  files: readonly string[],
  source: Source,
): readonly SelectedFile[] | Failure | Pending {
  const chosen = new Map<string, string>();
  const ordered = items.map((item, index) => ({ item, path: `${source.at.path}/files/${index}` }));
  const including = ordered.filter(({ item }) => item.exclude !== true);
  const excluding = ordered.filter(({ item }) => item.exclude === true);
  let waits = false;
  for (const { item, path } of [...including, ...excluding]) {
    const hits = matching(typeof item.path === 'string' && item.path !== '' ? item.path : '.', path, files, source);
    if (hits === pending) waits = true;
    else if (!Array.isArray(hits)) return hits as Failure;
    else if (item.exclude === true) for (const file of hits as readonly string[]) chosen.delete(file);
    else for (const file of hits as readonly string[]) if (!chosen.has(file)) chosen.set(file, path);
  }
  if (waits) return pending;
  return [...chosen].map(([file, itemPath]) => ({ file, itemPath })).sort((a, b) => byCodePoint(a.file, b.file));
}

function matching(pattern: string, path: string, files: readonly string[], source: Source) {
  return source.context.options.newGitFileGlobbing === true
    ? byDoublestar(pattern, path, files, source)
    : byPathspec(pattern, path, files, source);
}

/** The default: `git ls-files -- pattern` (argo-cd:util/git/client.go, LsFiles). */
function byPathspec(
  pattern: string,
  path: string,
  files: readonly string[],
  source: Source,
): readonly string[] | Failure {
  const spec = pathspec(pattern);
  if ('matches' in spec) return files.filter(file => spec.matches(file));
  const message = `${unableTo('list', pattern, source)}: \`git ls-files --full-name -z -- ${pattern}\` failed exit status 128: fatal: ${spec.error}`;
  return fail({ code: 'generator-failed', message, path: `${path}/path` });
}

/** The new globbing walks the work tree, so it meets directories too, and reading one is an error. */
function byDoublestar(
  pattern: string,
  path: string,
  files: readonly string[],
  source: Source,
): readonly string[] | Failure | Pending {
  const directories = directoriesOf(files, { hidden: true });
  const names = [...files, '.', ...directories];
  const call = { op: 'glob', args: { dialect: 'doublestar', pattern: cleanPath(pattern), names } };
  const answer = source.context.fact('library', call);
  if (answer === undefined) return pending;
  const value = !isUnavailable(answer) && answer.ok ? answer.value : undefined;
  if (!isObject(value) || !Array.isArray(value.matches)) {
    const why = isObject(value) && typeof value.error === 'string' ? value.error : 'the library did not answer';
    return fail({
      code: 'generator-failed',
      message: `${unableTo('list', pattern, source)}: ${why}`,
      path: `${path}/path`,
    });
  }
  const hits = (value.matches as readonly Json[]).flatMap((hit, at) => (hit === true ? [at] : []));
  const directory = hits.find(at => at >= files.length);
  if (directory === undefined) return hits.map(at => names[at] ?? '');
  return fail({
    code: 'generator-failed',
    message: `${unableTo('read', pattern, source)}: read ${names[directory] ?? ''}: is a directory`,
    path: `${path}/path`,
    advice: 'With the new file globbing a pattern must not match a directory',
  });
}

function unableTo(what: 'list' | 'read', pattern: string, { tree }: Source): string {
  return `error retrieving Git files: rpc error: code = Internal desc = unable to ${what} files. repo ${tree.repoURL} with revision ${tree.revision} pattern ${pattern}`;
}

/** Go's filepath.Join of the root and the pattern, so that a leading slash means the root. */
function cleanPath(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/') || '.';
}
