import type { DocumentLink, Location, Position } from 'vscode-languageserver';
import type { ManifestDocument, SourceFile } from '../../core/documents/document.ts';
import { ownKind } from '../../core/model/ours.ts';
import { isObject, type Json, pointer } from '../../core/text/json.ts';
import { rangeOf } from '../convert.ts';
import { placeOf } from '../requests/tree.ts';
import type { Session } from '../session.ts';

const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** From a name to the manifest that declares it: a project, a cluster; from a path of a source to the folder or file. */
export async function definition(
  session: Session,
  uri: string,
  position: Position,
  _signal: AbortSignal,
): Promise<Location[]> {
  const file = session.names.fileOf(uri);
  const source = session.workbench.openSource(file);
  const offset = source?.lines.offsetAt(position) ?? 0;
  const document = source?.documents.find(it => offset >= it.span.start && offset <= it.span.end);
  const at = document?.at(offset);
  if (!source || !document || at?.part !== 'value' || !at.scalar) return [];
  const text = at.scalar.text;
  if (/\/project$/.test(at.path)) return manifests(session, { kind: 'AppProject', name: text });
  if (/\/destination\/name$/.test(at.path)) return manifests(session, { kind: 'Secret', name: text });
  const target = await targetOf(session, document, at.path);
  return target ? [{ uri: target, range: nowhere }] : [];
}

async function manifests(session: Session, wanted: { kind: string; name: string }): Promise<Location[]> {
  const places = await Promise.all(
    session.workbench.lookup(wanted).map(it => placeOf(session, it.file, it.document, '')),
  );
  return places.flatMap(it => (it ? [{ uri: it.uri, range: it.range ?? nowhere }] : []));
}

/** Paths that name something of a repository: `source.path`, `valueFiles`, paths of the git generator. */
export async function documentLinks(session: Session, uri: string): Promise<DocumentLink[]> {
  const source = session.workbench.openSource(session.names.fileOf(uri));
  if (!source) return [];
  const links = source.documents
    .filter(it => ['Application', 'ApplicationSet'].includes(ownKind(it) ?? ''))
    .flatMap(document => pathsIn(document).map(path => linkFor(session, source, document, path)));
  return (await Promise.all(links)).flatMap(it => (it ? [it] : []));
}

async function linkFor(
  session: Session,
  source: SourceFile,
  document: ManifestDocument,
  path: string,
): Promise<DocumentLink | undefined> {
  const span = document.spanOf(path, 'value');
  const target = span && (await targetOf(session, document, path));
  return target ? { range: rangeOf(span, source.lines), target, tooltip: 'Open' } : undefined;
}

async function targetOf(session: Session, document: ManifestDocument, path: string): Promise<string | undefined> {
  const { repoURL, relative } = referenceAt(document.value, path) ?? {};
  if (repoURL === undefined || relative === undefined || /\{\{|[*?[]/.test(relative)) return undefined;
  const file = await session.workbench.fileFor(repoURL, relative);
  return file === undefined ? undefined : session.names.uriOf(file);
}

interface Reference {
  readonly repoURL: string;
  readonly relative: string;
}

/** Which path of which repository a scalar names; `$ref/` value files are looked up among the sources. */
function referenceAt(value: Json, path: string): Reference | undefined {
  const segments = path.split('/').slice(1);
  const last = segments.at(-1);
  const text = valueAt(value, segments);
  if (typeof text !== 'string') return undefined;
  if (last === 'path' && segments.at(-2) === 'source') return inSource(valueAt(value, segments.slice(0, -1)), text);
  if (last === 'path' && segments.at(-3) === 'sources') return inSource(valueAt(value, segments.slice(0, -1)), text);
  const helm = segments.lastIndexOf('helm');
  if (helm > 0 && segments[helm + 1] === 'valueFiles') return valueFile(value, segments.slice(0, helm), text);
  const git = segments.lastIndexOf('git');
  if (git > 0 && last === 'path') return inSource(valueAt(value, segments.slice(0, git + 1)), text);
  return undefined;
}

function inSource(source: Json | undefined, relative: string): Reference | undefined {
  return isObject(source) && typeof source.repoURL === 'string' ? { repoURL: source.repoURL, relative } : undefined;
}

function valueFile(value: Json, at: readonly string[], text: string): Reference | undefined {
  const source = valueAt(value, at);
  const reference = /^\$([^/]+)\/(.*)$/.exec(text);
  if (reference) {
    const sources = valueAt(value, at.slice(0, -1));
    const named = Array.isArray(sources) ? sources.find(it => isObject(it) && it.ref === reference[1]) : undefined;
    return inSource(named, reference[2] ?? '');
  }
  if (!isObject(source)) return undefined;
  const folder = typeof source.path === 'string' ? source.path : '';
  return inSource(source, text.startsWith('/') ? text.slice(1) : [folder, text].filter(Boolean).join('/'));
}

function valueAt(value: Json, segments: readonly string[]): Json | undefined {
  let current: Json | undefined = value;
  for (const key of segments) {
    if (Array.isArray(current)) current = current[Number(key)];
    else current = isObject(current) ? current[key] : undefined;
  }
  return current;
}

function pathsIn(document: ManifestDocument): readonly string[] {
  const found: string[] = [];
  const walk = (value: Json, at: readonly (string | number)[]): void => {
    const key = at.at(-1);
    if (typeof value === 'string' && (key === 'path' || at.at(-2) === 'valueFiles')) found.push(pointer(at));
    const entries = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];
    for (const [name, it] of entries) walk(it, [...at, name]);
  };
  walk(document.value, []);
  return found;
}
