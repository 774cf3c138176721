import type { OriginSource } from '../core/generate/generation.ts';
import type { SetGeneration } from '../engine/workbench.ts';
import type { Location } from '../protocol/requests.ts';
import { rangeOf } from './convert.ts';
import type { Session } from './session.ts';

/** The complete answer, from what is there where that is complete. */
export async function generationOf(
  { workbench }: Session,
  file: string,
  document: number,
  signal: AbortSignal,
): Promise<SetGeneration | undefined> {
  const latest = workbench.latestGeneration(file, document);
  return latest?.complete && latest.fresh ? latest : workbench.generation(file, document, signal);
}

/** Where a value of a manifest stands; with `''` its name. */
export async function placeOf(
  session: Session,
  file: string,
  document: number,
  path: string,
): Promise<Location | undefined> {
  const source = await session.workbench.source(file);
  const found = source?.documents[document];
  if (!source || !found) return undefined;
  const { start } = found.spanOf(path === '' ? '/metadata/name' : path, 'value') ?? found.span;
  return { uri: session.names.uriOf(file), range: rangeOf({ start, end: start }, source.lines) };
}

/** The file, directory or cluster Secret that produced an Application; `undefined` where it is not local. */
export async function placeOfSource(session: Session, source: OriginSource): Promise<Location | undefined> {
  const located = await session.workbench.locate(source);
  switch (located?.kind) {
    case 'file':
      return { uri: session.names.uriOf(located.file) };
    case 'directory':
      return { uri: session.names.uriOf(located.directory) };
    case 'manifest':
      return placeOf(session, located.entry.file, located.entry.document, '');
    case undefined:
      return undefined;
  }
}
