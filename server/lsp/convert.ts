import {
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentSymbol,
  type TextEdit as LspTextEdit,
  MarkupKind,
  type Range,
  SymbolKind,
} from 'vscode-languageserver';
import type { Suggestion } from '../core/assist/suggestion.ts';
import type { Outline } from '../core/assist/symbols.ts';
import { pageOf } from '../core/checks/codes.ts';
import type { Finding, Severity, TextEdit } from '../core/text/finding.ts';
import type { Lines } from '../core/text/lines.ts';
import type { Span } from '../core/text/span.ts';

/** The only place where our offsets become LSP's ranges. */
export function rangeOf(span: Span, lines: Lines): Range {
  return lines.rangeOf(span);
}

/** Where a file is opened when no place in it is meant. */
export const startOfFile: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** A part of one line of a text that we made ourselves. */
export function rangeInLine(line: number, start: number, end: number): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}

/** Whether two ranges begin at the same place. */
export function beginTogether(a: Range, b: Range): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export const diagnosticSource = 'GitOps';

/** Where a related place is: `undefined` when its file cannot be read any more. */
export type PlaceOf = (file: string) => { readonly uri: string; readonly lines: Lines } | undefined;

export function diagnosticOf(finding: Finding, lines: Lines, placeOf: PlaceOf): Diagnostic {
  const related = finding.related.flatMap(({ file, span, message }) => {
    const place = placeOf(file);
    return place ? [{ location: { uri: place.uri, range: rangeOf(span, place.lines) }, message }] : [];
  });
  return {
    range: rangeOf(finding.span, lines),
    severity: severities[finding.severity],
    code: finding.code,
    codeDescription: { href: pageOf(finding.code) },
    source: diagnosticSource,
    message: finding.message,
    ...(finding.code === 'unused-ignore' && { tags: [DiagnosticTag.Unnecessary] }),
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

export function editsOf(edits: readonly TextEdit[], lines: Lines): LspTextEdit[] {
  return edits.map(it => ({ range: rangeOf(it.span, lines), newText: it.text }));
}

const suggestionKinds: Readonly<Record<Suggestion['kind'], CompletionItemKind>> = {
  parameter: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  variable: CompletionItemKind.Variable,
  reference: CompletionItemKind.Reference,
  option: CompletionItemKind.EnumMember,
  key: CompletionItemKind.Property,
};

export function completionItem(suggestion: Suggestion, order: number, lines: Lines): CompletionItem {
  const { label, kind, detail, documentation, insert, replace, filter } = suggestion;
  return {
    label,
    kind: suggestionKinds[kind],
    sortText: String(order).padStart(5, '0'),
    ...(detail !== undefined && detail !== '' && { detail }),
    ...(documentation !== undefined && { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
    ...(filter !== undefined && { filterText: filter }),
    ...(replace ? { textEdit: { range: rangeOf(replace, lines), newText: insert } } : { insertText: insert }),
  };
}

const symbolKinds: Readonly<Record<Outline['kind'], SymbolKind>> = {
  object: SymbolKind.Class,
  section: SymbolKind.Module,
  item: SymbolKind.Field,
};

export function symbolOf({ name, detail, kind, span, select, children }: Outline, lines: Lines): DocumentSymbol {
  return {
    name: name === '' ? '(no name)' : name,
    detail,
    kind: symbolKinds[kind],
    range: rangeOf(span, lines),
    selectionRange: rangeOf(select, lines),
    children: children.map(it => symbolOf(it, lines)),
  };
}
