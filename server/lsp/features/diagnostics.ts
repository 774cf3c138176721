import type { SourceFile } from '../../core/documents/document.ts';
import type { Finding } from '../../core/text/finding.ts';
import type { FileFindings } from '../../engine/workbench.ts';
import { diagnosticOf, type PlaceOf } from '../convert.ts';
import { forgetFile, type Session } from '../session.ts';

/** Findings are pushed as they come: partial ones first, so a mistake shows before a repository is read. */
export async function publish(session: Session, event: FileFindings): Promise<void> {
  const { source, findings, file, version } = event;
  if (!source) return;
  const known = { source, findings };
  session.findings.set(file, known);
  const placeOf = await placesOf(findings, source, session);
  // Something newer, or the end of the file, came while other files were read.
  if (session.findings.get(file) !== known) return;
  await session.connection.sendDiagnostics({
    uri: session.names.uriOf(file),
    ...(version !== undefined && { version }),
    diagnostics: findings.map(it => diagnosticOf(it, source.lines, placeOf)),
  });
}

/** A closed file has no findings in the editor. */
export async function clear(session: Session, file: string, uri: string): Promise<void> {
  forgetFile(session, file);
  await session.connection.sendDiagnostics({ uri, diagnostics: [] });
}

/** Collisions name places in other files, open or not. */
async function placesOf(findings: readonly Finding[], source: SourceFile, session: Session): Promise<PlaceOf> {
  const { workbench, names } = session;
  const others = new Set(findings.flatMap(it => it.related.map(related => related.file)));
  const sources = new Map<string, SourceFile>([[source.file, source]]);
  for (const file of others) {
    const other = sources.has(file) ? undefined : await workbench.source(file);
    if (other) sources.set(file, other);
  }
  return file => {
    const found = sources.get(file);
    return found && { uri: names.uriOf(file), lines: found.lines };
  };
}
