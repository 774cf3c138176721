import type { DefinitionParams, Location } from 'vscode-languageserver';
import { repositoryPathAt } from '../../core/assist/references.ts';
import { clusterOf } from '../../core/model/cluster/secret.ts';
import { ownKind } from '../../core/model/ours.ts';
import { isObject } from '../../core/text/json.ts';
import type { IndexEntry } from '../../engine/workbench.ts';
import { startOfFile } from '../convert.ts';
import type { Feature } from '../feature.ts';
import { placeOf, placeOfSource } from '../places.ts';
import { type Cursor, cursorAt, type Session } from '../session.ts';

/** From a name to the manifest that declares it, from a path to the file, from a generator to what it read. */
export const definition: Feature<DefinitionParams, Location[]> = {
  name: 'definition',
  method: 'textDocument/definition',
  capabilities: { definitionProvider: true },
  neutral: [],
  places: true,
  handle: async (session, { textDocument: { uri }, position }, signal) => {
    const cursor = cursorAt(session, uri, position);
    const kind = cursor && ownKind(cursor.document);
    if (!cursor?.at || (kind !== 'Application' && kind !== 'ApplicationSet')) return [];
    const declared = declarations(session, cursor);
    if (declared.length > 0)
      return present(await Promise.all(declared.map(it => placeOf(session, it.file, it.document, ''))));
    const path = repositoryPathAt(cursor.document.value, cursor.at.path);
    // An editor cannot open a folder; the link on it shows it instead.
    const file = path?.kind === 'file' && (await session.workbench.fileFor(path.repoURL, path.relative));
    if (file) return [{ uri: session.names.uriOf(file), range: startOfFile }];
    return kind === 'ApplicationSet' ? readBy(session, cursor, signal) : [];
  },
};

function declarations({ workbench }: Session, { at }: Cursor): readonly IndexEntry[] {
  if (at?.part !== 'value' || !at.scalar) return [];
  const { text } = at.scalar;
  if (at.path.endsWith('/spec/project')) return workbench.lookup({ kind: 'AppProject', name: text });
  const field = /\/destination\/(name|server)$/.exec(at.path)?.[1];
  if (field === undefined) return [];
  return workbench.lookup({ kind: 'Secret' }).filter(({ secretType, value }) => {
    const cluster = secretType === 'cluster' && isObject(value) ? clusterOf(value) : undefined;
    return cluster && (field === 'name' ? cluster.name : cluster.server) === text;
  });
}

/** More would not be looked through by anybody. */
const mostSources = 200;

/** Files and cluster Secrets that the generator under the cursor made Applications of. */
async function readBy(session: Session, { file, document, at }: Cursor, signal: AbortSignal): Promise<Location[]> {
  const here = at?.path ?? '';
  if (!here.startsWith('/spec/generators/')) return [];
  const generated = await session.workbench.generation(file, document.index, signal);
  const sources = (generated?.generation.applications ?? [])
    .flatMap(it => it.origin)
    .filter(it => here === it.path || here.startsWith(`${it.path}/`))
    .flatMap(it => (it.source && it.source.kind !== 'directory' ? [it.source] : []));
  const distinct = new Map(sources.map(it => [JSON.stringify(it), it]));
  const places = [...distinct.values()].slice(0, mostSources).map(it => placeOfSource(session, it));
  return present(await Promise.all(places));
}

function present(
  places: readonly ({ readonly uri: string; readonly range?: Location['range'] } | undefined)[],
): Location[] {
  return places.flatMap(it => (it ? [{ uri: it.uri, range: it.range ?? startOfFile }] : []));
}
