import type { SourceFile } from '../documents/document.ts';
import type { Finding } from '../text/finding.ts';
import type { Suggestion } from './suggestion.ts';

/** Codes behind `# gitops-ignore:`, first those that are found on this line and the next. `undefined` anywhere else. */
export function completeIgnore(
  source: SourceFile,
  offset: number,
  findings: readonly Finding[],
  codes: readonly { readonly code: string; readonly title: string }[],
): readonly Suggestion[] | undefined {
  const { line } = source.lines.positionAt(offset);
  const start = source.lines.offsetAt({ line, character: 0 });
  const typed = /#\s*gitops-ignore:(?:[\w\-, ]*[, ])?([\w-]*)$/.exec(source.text.slice(start, offset))?.[1];
  if (typed === undefined) return undefined;
  const near = new Set(
    findings.filter(it => Math.abs(source.lines.positionAt(it.span.start).line - line - 0.5) < 1).map(it => it.code),
  );
  const replace = { start: offset - typed.length, end: offset };
  return [...codes]
    .sort((a, b) => Number(near.has(b.code)) - Number(near.has(a.code)))
    .map(({ code, title }) => ({ label: code, kind: 'option', detail: title, insert: code, replace }));
}
