import type { SourceFile } from '../documents/document.ts';
import type { Finding, TextEdit } from '../text/finding.ts';

export interface IgnoreEdit {
  readonly title: string;
  readonly edit: TextEdit;
}

/** A comment that silences a finding: on the line above, or at the head of the document where a comment cannot stand in between. */
export function ignoreEdits(finding: Finding, source: SourceFile): readonly IgnoreEdit[] {
  const document = source.documents[finding.document];
  if (!document || finding.code === 'unused-ignore' || finding.code === 'yaml-syntax') return [];
  const { line } = source.lines.positionAt(finding.span.start);
  const start = source.lines.offsetAt({ line, character: 0 });
  const head = document.spanOf('', 'value')?.start ?? document.span.start;
  const whole: IgnoreEdit = {
    title: `Ignore ${finding.code} in this document`,
    edit: commentBefore(lineStart(source, head), finding.code, source),
  };
  if (isInsideScalar(finding, source, start) || start <= head) return [whole];
  return [{ title: `Ignore ${finding.code} here`, edit: commentBefore(start, finding.code, source) }, whole];
}

/** Every preferred fix that touches no text that an earlier one touches; `undefined` where there is none. */
export function fixAllEdits(findings: readonly Finding[]): readonly TextEdit[] | undefined {
  const taken: TextEdit[] = [];
  for (const finding of findings) {
    const fix = finding.fixes.find(it => it.preferred);
    const meets = (edit: TextEdit) =>
      taken.some(it => it.span.start <= edit.span.end && edit.span.start <= it.span.end);
    if (fix && !fix.edits.some(meets)) taken.push(...fix.edits);
  }
  return taken.length === 0 ? undefined : taken;
}

function lineStart(source: SourceFile, offset: number): number {
  return source.lines.offsetAt({ line: source.lines.positionAt(offset).line, character: 0 });
}

/** Adds to a comment that already stands on the line above. */
function commentBefore(start: number, code: string, source: SourceFile): TextEdit {
  const above = /(?:^|[\r\n])[ \t]*# *gitops-ignore:[^\r\n]*?([ \t]*)(\r\n|\n|\r)$/.exec(source.text.slice(0, start));
  if (above) {
    const at = start - (above[1]?.length ?? 0) - (above[2]?.length ?? 0);
    return { span: { start: at, end: at }, text: `, ${code}` };
  }
  const indent = /^[ \t]*/.exec(source.text.slice(start, start + 200))?.[0] ?? '';
  const newline = source.text.includes('\r\n') ? '\r\n' : '\n';
  return { span: { start, end: start }, text: `${indent}# gitops-ignore: ${code}${newline}` };
}

/** A comment line inside a block scalar, or inside a quoted text of several lines, would be text. */
function isInsideScalar(finding: Finding, source: SourceFile, start: number): boolean {
  const at = source.documents[finding.document]?.at(start);
  const span = at && source.documents[finding.document]?.spanOf(at.path, 'value');
  return (
    at?.scalar !== undefined && at.part === 'value' && span !== undefined && span.start < start && start < span.end
  );
}
