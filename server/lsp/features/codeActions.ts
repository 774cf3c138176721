import { type CodeAction, CodeActionKind, type CodeActionParams, type Diagnostic } from 'vscode-languageserver';
import { fixAllEdits, ignoreEdits } from '../../core/assist/codeEdits.ts';
import type { SourceFile } from '../../core/documents/document.ts';
import type { Finding, TextEdit } from '../../core/text/finding.ts';
import { beginTogether, editsOf, rangeOf } from '../convert.ts';
import type { Feature } from '../feature.ts';
import type { Session } from '../session.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.gitops`;

/** Repairs of the findings at the cursor, a comment that silences one, and all preferred repairs at once. */
export const codeActions: Feature<CodeActionParams, CodeAction[]> = {
  name: 'codeActions',
  method: 'textDocument/codeAction',
  capabilities: { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] } },
  neutral: [],
  places: true,
  handle: async (session, params, signal) => {
    const file = session.names.fileOf(params.textDocument.uri);
    const known = await newestFindings(session, file, signal);
    if (!known) return [];
    const { source, findings } = known;
    const actions = wants(params, CodeActionKind.QuickFix) ? quickFixes(source, findings, params) : [];
    const all = wants(params, fixAllKind) ? fixAllEdits(findings) : undefined;
    if (!all) return actions;
    return [...actions, { title: 'Fix all GitOps findings', kind: fixAllKind, edit: changes(params, all, source) }];
  },
};

/** Findings of an older text would be repaired at wrong places. */
async function newestFindings(session: Session, file: string, signal: AbortSignal) {
  const known = session.findings.get(file);
  if (known && known.source === session.workbench.openSource(file)) return known;
  const { source, findings } = await session.workbench.findings(file, signal);
  return source && { source, findings };
}

function wants({ context }: CodeActionParams, kind: string): boolean {
  return !context.only || context.only.some(it => it === '' || kind === it || kind.startsWith(`${it}.`));
}

function quickFixes(source: SourceFile, findings: readonly Finding[], params: CodeActionParams): CodeAction[] {
  const start = source.lines.offsetAt(params.range.start);
  const end = source.lines.offsetAt(params.range.end);
  const here = findings.filter(it => it.span.start <= end && it.span.end >= start);
  const quickFix = (title: string, edits: readonly TextEdit[], finding: Finding): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: shownFor(finding, source, params.context.diagnostics),
    edit: changes(params, edits, source),
  });
  // Repairs first, whatever they repair; silence last.
  return [
    ...here.flatMap(finding =>
      finding.fixes.map(fix => ({ ...quickFix(fix.title, fix.edits, finding), isPreferred: fix.preferred })),
    ),
    ...here.flatMap(finding => ignoreEdits(finding, source).map(({ title, edit }) => quickFix(title, [edit], finding))),
  ];
}

/** The editor's own records of the finding. */
function shownFor(finding: Finding, source: SourceFile, shown: readonly Diagnostic[]): Diagnostic[] {
  const place = rangeOf(finding.span, source.lines);
  return shown.filter(it => it.code === finding.code && beginTogether(it.range, place));
}

function changes({ textDocument }: CodeActionParams, edits: readonly TextEdit[], { lines }: SourceFile) {
  return { changes: { [textDocument.uri]: editsOf(edits, lines) } };
}
