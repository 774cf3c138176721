import type { Finding, Problem, Severity } from '../text/finding.ts';
import { pointer, segmentsOf } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import type { ManifestDocument, SourceFile } from './document.ts';
import { editsOf } from './edit.ts';

/**
 * Puts a problem at its place in the text. Where its path does not stand in the text (a field that is missing, a value that came from a merge
 * key), the nearest ancestor that does is marked, by its key: a whole block in red would say less.
 */
export function place(problem: Problem, file: SourceFile, document: ManifestDocument, severity: Severity): Finding {
  return {
    code: problem.code,
    severity: problem.severity ?? severity,
    message: problem.message,
    file: file.file,
    document: document.index,
    path: problem.path,
    span: spanFor(problem, file, document),
    related: (problem.related ?? []).map(it => ({
      file: file.file,
      span: nearest(it.path, 'value', file, document),
      message: it.message,
    })),
    fixes: (problem.fixes ?? []).flatMap(fix => {
      const edits = editsOf(fix, file, document);
      return edits ? [{ title: fix.title, preferred: fix.preferred ?? false, edits }] : [];
    }),
  };
}

function spanFor(problem: Problem, file: SourceFile, document: ManifestDocument): Span {
  if (problem.within) {
    const span = document.spanWithin(problem.path, problem.within);
    if (span) return atLeastOne(span, file);
  }
  return nearest(problem.path, problem.part ?? 'value', file, document);
}

function nearest(path: string, part: 'key' | 'value' | 'entry', file: SourceFile, document: ManifestDocument): Span {
  const span = document.spanOf(path, part);
  // A value over several lines is told by its key.
  if (span && !(part === 'value' && spansLines(span, file))) return atLeastOne(span, file);
  if (span) return atLeastOne(firstLine(document.spanOf(path, 'key') ?? span, file), file);
  for (let segments = segmentsOf(path).slice(0, -1); segments.length > 0; segments = segments.slice(0, -1)) {
    const above = document.spanOf(pointer(segments), 'key');
    if (above) return firstLine(above, file);
  }
  const kind = document.spanOf('/kind', 'value') ?? document.spanOf('', 'value') ?? document.span;
  return firstLine(kind, file);
}

function spansLines(span: Span, file: SourceFile): boolean {
  return file.lines.positionAt(span.start).line !== file.lines.positionAt(span.end).line;
}

function firstLine(span: Span, file: SourceFile): Span {
  const { line } = file.lines.positionAt(span.start);
  const end = file.lines.offsetAt({ line, character: Number.MAX_SAFE_INTEGER });
  return { start: span.start, end: Math.min(span.end, Math.max(end, span.start)) };
}

/** An empty span shows nothing in an editor. */
function atLeastOne(span: Span, file: SourceFile): Span {
  if (span.end > span.start) return span;
  return span.start < file.text.length && !/[\r\n]/.test(file.text.charAt(span.start))
    ? { start: span.start, end: span.start + 1 }
    : { start: Math.max(0, span.start - 1), end: span.start };
}
