import { type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver';
import type { SourceFile } from '../../core/documents/document.ts';
import type { Finding, Fix } from '../../core/text/finding.ts';
import { diagnosticOf, editsOf } from '../convert.ts';
import type { Session } from '../session.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.gitops`;

export function codeActions(session: Session, params: CodeActionParams): CodeAction[] {
  const file = session.names.fileOf(params.textDocument.uri);
  const known = session.findings.get(file);
  if (!known) return [];
  const { source } = known;
  const wants = (kind: string) =>
    !params.context.only || params.context.only.some(it => kind === it || kind.startsWith(`${it}.`));
  const start = source.lines.offsetAt(params.range.start);
  const end = source.lines.offsetAt(params.range.end);
  const here = known.findings.filter(it => it.span.start <= end && it.span.end >= start);
  const uri = params.textDocument.uri;
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    for (const finding of here) {
      actions.push(...finding.fixes.map(fix => quickFix(fix, finding, source, uri, session)));
      actions.push(ignore(finding, source, uri, session));
    }
  }
  const all = wants(fixAllKind) ? fixAll(known.findings, source, uri) : undefined;
  return all ? [...actions, all] : actions;
}

function quickFix(fix: Fix, finding: Finding, source: SourceFile, uri: string, session: Session): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(finding, source, session.names.uriOf)],
    isPreferred: fix.preferred,
    edit: { changes: { [uri]: editsOf(fix.edits, source.lines) } },
  };
}

/** A comment on the line above: it also fits inside a list or under a long value. */
function ignore(finding: Finding, source: SourceFile, uri: string, session: Session): CodeAction {
  const { line } = source.lines.positionAt(finding.span.start);
  const start = source.lines.offsetAt({ line, character: 0 });
  const indent = /^[ \t]*/.exec(source.text.slice(start))?.[0] ?? '';
  const newline = source.text.includes('\r\n') ? '\r\n' : '\n';
  return {
    title: `Ignore ${finding.code} here`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(finding, source, session.names.uriOf)],
    edit: {
      changes: {
        [uri]: editsOf(
          [{ span: { start, end: start }, text: `${indent}# gitops-ignore: ${finding.code}${newline}` }],
          source.lines,
        ),
      },
    },
  };
}

/** Every preferred fix that does not touch another's text. */
function fixAll(findings: readonly Finding[], source: SourceFile, uri: string): CodeAction | undefined {
  const taken: Fix['edits'][number][] = [];
  for (const finding of findings) {
    const fix = finding.fixes.find(it => it.preferred);
    if (
      !fix ||
      fix.edits.some(edit => taken.some(it => it.span.start <= edit.span.end && edit.span.start <= it.span.end))
    )
      continue;
    taken.push(...fix.edits);
  }
  if (taken.length === 0) return undefined;
  return {
    title: 'Fix all GitOps findings',
    kind: fixAllKind,
    edit: { changes: { [uri]: editsOf(taken, source.lines) } },
  };
}
