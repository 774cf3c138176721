import {
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type TextEdit as LspTextEdit,
  type Range,
} from 'vscode-languageserver';
import type { SourceFile } from '../core/documents/document.ts';
import type { Finding, Severity, TextEdit } from '../core/text/finding.ts';
import type { Lines } from '../core/text/lines.ts';
import type { Span } from '../core/text/span.ts';

/** The only place where our offsets become LSP's ranges. */
export function rangeOf(span: Span, lines: Lines): Range {
  return lines.rangeOf(span);
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export const diagnosticSource = 'GitOps';
const rulesPage = 'https://github.com/gitops-workbench/gitops-workbench/blob/main/docs/rules';

export function diagnosticOf(finding: Finding, source: SourceFile, uriOf: (file: string) => string): Diagnostic {
  return {
    range: rangeOf(finding.span, source.lines),
    severity: severities[finding.severity],
    code: finding.code,
    codeDescription: { href: `${rulesPage}/${finding.code}.md` },
    source: diagnosticSource,
    message: finding.message,
    ...(finding.code === 'unused-ignore' && { tags: [DiagnosticTag.Unnecessary] }),
    ...(finding.related.length > 0 && {
      relatedInformation: finding.related
        .filter(it => it.file === finding.file)
        .map(it => ({ location: { uri: uriOf(it.file), range: rangeOf(it.span, source.lines) }, message: it.message })),
    }),
  };
}

export function editsOf(edits: readonly TextEdit[], lines: Lines): LspTextEdit[] {
  return edits.map(it => ({ range: rangeOf(it.span, lines), newText: it.text }));
}
