import { byCodePoint, goQuote } from '../generate/go/print.ts';
import { normalizeGitUrl } from '../model/gitUrl.ts';
import type { JsonObject } from '../text/json.ts';
import { type Content, joined } from './content.ts';
import { absolute, matching, shown } from './library.ts';
import { cleaned, resolveInside } from './paths.ts';
import type { RefTarget, Work } from './renderers/renderer.ts';
import { prefixed, Refused } from './stop.ts';
import { isTrue, objectsIn, textIn, textsIn } from './words.ts';

/** A file that a Helm source names, found: in the source's own content, in that of a referenced source, or behind a URL. */
export type ValueFile =
  | { readonly kind: 'local'; readonly content: Content; readonly path: string; readonly shown: string }
  | { readonly kind: 'remote'; readonly url: string; readonly shown: string };

/** In Argo CD's order, without doubles (argo-cd:reposerver/repository/repository.go getResolvedValueFiles). */
export function valueFilesOf(helm: JsonObject, work: Work): readonly ValueFile[] {
  return prefixed('error resolving helm value files', () => {
    const named = textsIn(helm.valueFiles);
    const ignoreMissing = isTrue(helm.ignoreMissingValueFiles);
    // A file that is named itself stands where it is named, and not where a pattern finds it.
    const explicit = new Set(named.flatMap(it => explicitFile(it, work)));
    const files = new Map<string, ValueFile>();
    for (const name of named) {
      const file = prefixed('error resolving value file path', () => fileNamed(name, work));
      if (file.kind === 'local' && isGlob(file.path)) {
        for (const match of matchesOf(name, file, ignoreMissing, work))
          if (!explicit.has(match.shown) && !files.has(match.shown)) files.set(match.shown, match);
        continue;
      }
      const gone = file.kind === 'local' && file.content.kindOf(file.path) === undefined;
      if (!(gone && ignoreMissing) && !files.has(file.shown)) files.set(file.shown, file);
    }
    return [...files.values()];
  });
}

/** By parameter; of two for the same one the last counts. */
export function fileParametersOf(helm: JsonObject, work: Work): ReadonlyMap<string, ValueFile> {
  return new Map(
    objectsIn(helm.fileParameters).map(it => {
      const path = textIn(it.path);
      const how = refOf(path, work) ? 'error resolving set-file path' : 'error resolving helm value file path';
      return [textIn(it.name), prefixed(how, () => fileNamed(path, work))];
    }),
  );
}

/** Every `$…` of several sources must name one of them, though of a single source it is taken as it stands. */
export function checkReferences(helm: JsonObject, work: Work): void {
  const { refs } = work;
  if (!refs) return;
  const named = [...textsIn(helm.valueFiles), ...objectsIn(helm.fileParameters).map(it => textIn(it.path))];
  const revisions = new Map<string, { readonly ref: string; readonly revision: string }>();
  for (const path of named.filter(it => it.startsWith('$'))) {
    const ref = path.split('/')[0] ?? '';
    const target = refs.get(ref);
    if (!target) {
      throw new Refused(
        refs.size === 0
          ? `source referenced ${goQuote(ref)}, but no source has a 'ref' field defined`
          : `source referenced ${goQuote(ref)}, which is not one of the available sources (${[...refs.keys()].join(', ')})`,
      );
    }
    if (target.isChart)
      throw new Refused(
        "source has a 'chart' field defined, but Helm charts are not yet not supported for 'ref' sources",
      );
    const repository = normalizeGitUrl(target.repoURL) ?? target.repoURL;
    const earlier = revisions.get(repository);
    if (earlier && earlier.revision !== target.revision)
      throw new Refused(
        `cannot reference multiple revisions for the same repository (${ref} references ${goQuote(target.revision)} while ${earlier.ref} references ${goQuote(earlier.revision)})`,
      );
    if (!earlier) checkOwnRevision(ref, target, repository, work);
    revisions.set(repository, { ref, revision: target.revision });
  }
}

/** Argo CD has one work tree of a repository, and so one source cannot see two commits of it. */
function checkOwnRevision(ref: string, target: RefTarget, repository: string, { source, content }: Work): void {
  if (textIn(source.chart) !== '' || normalizeGitUrl(textIn(source.repoURL)) !== repository) return;
  const own = textIn(source.targetRevision);
  // A clone does not always know which branch its remote means by HEAD.
  if ([own, target.revision].every(it => ['', 'HEAD', 'main', 'master'].includes(it))) return;
  const commit = target.content().revision;
  if (commit === undefined || content.revision === undefined || commit === content.revision) return;
  throw new Refused(
    `cannot reference a different revision of the same repository (${ref} references ${goQuote(target.revision)} which resolves to ${goQuote(commit)} while the application references ${goQuote(own)} which resolves to ${goQuote(content.revision)})`,
  );
}

function refOf(path: string, { refs }: Work): RefTarget | undefined {
  return path.startsWith('$') ? refs?.get(path.split('/')[0] ?? '') : undefined;
}

function explicitFile(name: string, work: Work): readonly string[] {
  try {
    const file = fileNamed(name, work);
    return file.kind === 'local' && isGlob(file.path) ? [] : [file.shown];
  } catch (cause) {
    // Said again, and then for good, when its turn comes.
    if (cause instanceof Refused) return [];
    throw cause;
  }
}

function fileNamed(name: string, work: Work): ValueFile {
  const { content, path, environment } = work;
  const target = refOf(name, work);
  if (!target) return found(content, path, environment.substitute(name), '', work);
  // Names in the environment are put in once the source is known, so that `$values` is not one of them.
  const [ref = '', ...rest] = name.split('/');
  return prefixed('error resolving value file path', () =>
    found(target.content(), '', environment.substitute(['', ...rest].join('/')), ref, work),
  );
}

function found(content: Content, from: string, name: string, ref: string, { settings }: Work): ValueFile {
  const scheme = schemeOf(name);
  if (scheme !== undefined) {
    if (settings.valuesFileSchemes.some(it => it.toLowerCase() === scheme))
      return { kind: 'remote', url: name, shown: name };
    throw new Refused(`the URL scheme '${scheme}' is not allowed`);
  }
  const path = resolveInside(content, from, name, { root: false });
  const words = shown(absolute(path));
  return { kind: 'local', content, path, shown: ref === '' ? words : words.replace('<root>', `<root of ${ref}>`) };
}

/** go:net/url Parse: the scheme in lower case; `undefined` for a path, and for what is no URL at all, which then counts as a path. */
function schemeOf(text: string): string | undefined {
  const [, scheme, rest = '', fragment = ''] = /^([A-Za-z][A-Za-z0-9+\-.]*):([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  if (scheme === undefined || isEscapedWrongly(fragment)) return undefined;
  if ([...rest].some(it => it < ' ' || it === '\u007f')) return undefined;
  const [address = ''] = rest.split('?');
  // What does not begin with a slash is taken as it is.
  if (!address.startsWith('/')) return scheme.toLowerCase();
  const [, authority = '', path = address] = /^\/\/([^/]*)(.*)$/s.exec(address) ?? [];
  return isEscapedWrongly(path) || !isAuthority(authority) ? undefined : scheme.toLowerCase();
}

function isEscapedWrongly(text: string): boolean {
  return /%(?![0-9a-fA-F]{2})/.test(text);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  if (/[^A-Za-z0-9\-._:~!$&'()*+,;=%@]/.test(authority.slice(0, Math.max(at, 0))) || isEscapedWrongly(authority))
    return false;
  const host = authority.slice(at + 1);
  // Of the ASCII characters only the percent sign itself may be escaped in a host.
  if (/%(?!25|[89a-fA-F])/.test(host)) return false;
  if (host.startsWith('[')) return /^\[[^\]]*\](:\d*)?$/.test(host);
  return /^[^ {}|\\^`:]*(:\d*)?$/.test(host);
}

function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

type LocalFile = ValueFile & { readonly kind: 'local' };

function matchesOf(name: string, file: LocalFile, ignoreMissing: boolean, work: Work): readonly LocalFile[] {
  const paths = globbed(file.path, name, file.content, work);
  if (paths.length === 0) {
    if (ignoreMissing) return [];
    throw new Refused(`values file glob ${goQuote(name)} matched no files`);
  }
  const root = file.shown.slice(0, file.shown.length - file.path.length);
  for (const path of paths) {
    const resolved = file.content.resolve(path);
    if (resolved.kind === 'file' || resolved.kind === 'directory') continue;
    const match = `glob match ${goQuote(root + path)}`;
    throw new Refused(
      resolved.kind === 'outside'
        ? `glob pattern ${goQuote(name)}: ${match} resolved to outside repository root`
        : `glob pattern ${goQuote(name)}: error resolving symlink for ${match}: lstat ${root}${path}: no such file or directory`,
    );
  }
  return paths.map(path => ({ ...file, path, shown: root + path }));
}

/** Directories match too, as they do for doublestar. */
function globbed(pattern: string, name: string, content: Content, work: Work): readonly string[] {
  const meta = pattern.search(/[*?[{\\]/);
  const base = pattern.slice(0, Math.max(pattern.lastIndexOf('/', meta), 0));
  const rest = base === '' ? pattern : pattern.slice(base.length + 1);
  const all = pathsBelow(content, base);
  const candidates = base !== '' && rest === '**' ? ['', ...all] : all;
  const { matches, error } = matching(
    'doublestar',
    rest,
    candidates.map(it => (it === '' ? '.' : it)),
    work.facts,
  );
  if (error !== undefined) throw new Refused(`error expanding glob pattern ${goQuote(name)}: syntax error in pattern`);
  const matched = candidates.filter((it, at) => matches[at] || (rest === '**' && it === ''));
  return matched.sort(globOrder(rest)).map(it => joined(base, it));
}

function pathsBelow(content: Content, base: string): readonly string[] {
  const walk = (relative: string): readonly string[] =>
    content
      .entries(joined(base, relative))
      .flatMap(({ name, kind }) => [
        joined(relative, name),
        ...(kind === 'directory' ? walk(joined(relative, name)) : []),
      ]);
  return cleaned(base) === undefined ? [] : walk('');
}

/**
 * doublestar walks: what stands behind a `**` is looked for in a folder before it goes on into the folders below it. Where there is none, or
 * at the very end, names come in their order.
 */
function globOrder(pattern: string): (a: string, b: string) => number {
  const segments = pattern.split('/');
  const star = segments.lastIndexOf('**');
  const after = star < 0 || star === segments.length - 1 ? 0 : segments.length - 1 - star;
  return (a, b) => {
    if (after === 0) return bySegments(a.split('/'), b.split('/'));
    const [left, right] = [a.split('/'), b.split('/')];
    return (
      bySegments(left.slice(0, -after), right.slice(0, -after)) || bySegments(left.slice(-after), right.slice(-after))
    );
  };
}

function bySegments(left: readonly string[], right: readonly string[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = byCodePoint(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
