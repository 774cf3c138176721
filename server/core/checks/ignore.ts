import type { ManifestDocument, SourceFile } from '../documents/document.ts';
import type { Finding, TextEdit } from '../text/finding.ts';
import type { Span } from '../text/span.ts';

/** `# gitops-ignore: code, code`: on the line it silences, on the line above, or above a document's first key for the whole document. */
interface Ignore {
  readonly codes: readonly string[];
  readonly span: Span;
  readonly silences: (finding: Finding) => boolean;
}

export interface Silenced {
  readonly findings: readonly Finding[];
  readonly unused: readonly UnusedIgnore[];
}

export interface UnusedIgnore {
  readonly code: string;
  /** Of the whole comment. */
  readonly span: Span;
  readonly document: ManifestDocument;
  /** Takes the code, or the comment when it holds no other. */
  readonly removal: TextEdit;
}

export function silence(findings: readonly Finding[], file: SourceFile): Silenced {
  if (!file.text.includes('gitops-ignore')) return { findings, unused: [] };
  const used = new Set<string>();
  const ignores = file.documents.flatMap(document => ignoresOf(document, file).map(ignore => ({ ignore, document })));
  const kept = findings.filter(finding => {
    const hit = ignores.find(({ ignore }) => ignore.codes.includes(finding.code) && ignore.silences(finding));
    if (hit) used.add(`${hit.ignore.span.start} ${finding.code}`);
    return !hit;
  });
  const unused = ignores.flatMap(({ ignore, document }) =>
    ignore.codes
      .filter(code => !used.has(`${ignore.span.start} ${code}`))
      .map(code => ({ code, span: ignore.span, document, removal: removalOf(code, ignore, file.text) })),
  );
  return { findings: kept, unused };
}

function removalOf(code: string, { codes, span }: Ignore, text: string): TextEdit {
  const others = codes.filter(it => it !== code);
  if (others.length > 0) return { span, text: `# gitops-ignore: ${others.join(', ')}` };
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const before = text.slice(lineStart, span.start).trimEnd().length;
  const newline = /^\r?\n/.exec(text.slice(span.end))?.[0].length ?? 0;
  return before > 0
    ? { span: { start: lineStart + before, end: span.end }, text: '' }
    : { span: { start: lineStart, end: span.end + newline }, text: '' };
}

function ignoresOf(document: ManifestDocument, file: SourceFile): readonly Ignore[] {
  const text = file.text.slice(document.span.start, document.span.end);
  const firstKey = document.spanOf('', 'value')?.start ?? document.span.end;
  return [...text.matchAll(/#\s*gitops-ignore:\s*([\w\-, \t]+)/g)].map(match => {
    const start = document.span.start + match.index;
    const span = { start, end: start + match[0].trimEnd().length };
    const codes = (match[1] ?? '').split(/[\s,]+/).filter(Boolean);
    const { line } = file.lines.positionAt(start);
    if (start < firstKey) return { codes, span, silences: it => it.document === document.index };
    const ownLine = /^\s*$/.test(file.text.slice(file.lines.offsetAt({ line, character: 0 }), start));
    const silenced = ownLine ? line + 1 : line;
    return { codes, span, silences: it => file.lines.positionAt(it.span.start).line === silenced };
  });
}
