import type { FileFindings } from '../../engine/workbench.ts';
import { diagnosticOf } from '../convert.ts';
import type { Session } from '../session.ts';

/** Findings are pushed as they come: partial ones first, so a mistake shows before a repository is read. */
export function publish(session: Session, event: FileFindings): void {
  const { connection, names } = session;
  const source = event.source;
  if (!source) return;
  session.findings.set(event.file, { source, findings: event.findings });
  void connection.sendDiagnostics({
    uri: names.uriOf(event.file),
    ...(event.version !== undefined && { version: event.version }),
    diagnostics: event.findings.map(it => diagnosticOf(it, source, names.uriOf)),
  });
}

/** A closed file has no findings in the editor. */
export function clear(session: Session, file: string, uri: string): void {
  session.findings.delete(file);
  void session.connection.sendDiagnostics({ uri, diagnostics: [] });
}
