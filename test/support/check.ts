/**
 * Cases for rules, written as the author would see them:
 *
 *     check(`
 *     #- apps/guestbook.yaml
 *     kind: Application
 *     spec:
 *       project: teem
 *               #^^^^ unknown-project: no project is named "teem"
 *     `);
 *
 * `#- path` begins a file (without one, the text is `case.yaml`). A note `#^^^ code: message` stands under the line it marks: the carets
 * under the span, the text equal to the message or to its beginning where it ends in `…`. Notes are YAML comments, so they move no
 * offset. Every finding needs its note and every note its finding; `only` limits the case to some codes.
 */
import { expect } from 'vitest';
import { checkFile } from '../../server/core/checks/check.ts';
import type { CheckContext } from '../../server/core/checks/rule.ts';
import { parseFile } from '../../server/core/documents/parse.ts';
import type { Finding } from '../../server/core/text/finding.ts';

export interface CaseFile {
  readonly file: string;
  readonly text: string;
  readonly notes: readonly Note[];
  readonly cursor?: number;
}

export interface Note {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface CheckOptions extends Partial<CheckContext> {
  readonly only?: readonly string[];
}

export const emptyContext: CheckContext = {
  facts: { get: () => undefined },
  settings: { severities: {} },
  argoVersion: '3.6',
};

export function check(text: string, { only, ...context }: CheckOptions = {}): readonly Finding[] {
  const all: Finding[] = [];
  for (const file of casesIn(text)) {
    const findings = findingsOf(file, { ...emptyContext, ...context }).filter(it => !only || only.includes(it.code));
    all.push(...findings);
    expect(told(file, findings), file.text).toEqual(noted(file, findings));
  }
  return all;
}

/** Applies the first fix of the finding with this code and gives the file's text without its notes. */
export function fixed(text: string, code: string, context: Partial<CheckContext> = {}): string {
  const file = casesIn(text)[0];
  if (!file) throw new Error('a case needs a file');
  const finding = findingsOf(file, { ...emptyContext, ...context }).find(it => it.code === code);
  const fix = finding?.fixes[0];
  if (!fix) throw new Error(`no fix for ${code}`);
  return applied(file.text, fix.edits);
}

export function applied(
  text: string,
  edits: readonly { span: { start: number; end: number }; text: string }[],
): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((it, edit) => it.slice(0, edit.span.start) + edit.text + it.slice(edit.span.end), text);
}

function findingsOf(file: CaseFile, context: CheckContext): readonly Finding[] {
  return checkFile(parseFile(file.file, file.text), context).findings;
}

function told(file: CaseFile, findings: readonly Finding[]): readonly string[] {
  return findings
    .map(it => {
      const note = noteFor(file, it);
      const full = `${it.code}: ${it.message}`;
      return `${where(file, it)} ${note?.text.endsWith('…') && full.startsWith(note.text.slice(0, -1)) ? note.text : full}`;
    })
    .sort();
}

function noted(file: CaseFile, _: readonly Finding[]): readonly string[] {
  return file.notes.map(it => `${it.line}:${it.start}-${it.end} ${it.text}`).sort();
}

function where(file: CaseFile, finding: Finding): string {
  const { start, end } = parseFile(file.file, file.text).lines.rangeOf(finding.span);
  return `${start.line}:${start.character}-${end.line === start.line ? end.character : `${end.line}:${end.character}`}`;
}

function noteFor(file: CaseFile, finding: Finding): Note | undefined {
  return file.notes.find(
    it => where(file, finding) === `${it.line}:${it.start}-${it.end}` && it.text.startsWith(finding.code),
  );
}

/** The files of a case, with notes taken out of the lines but left in the text as comments. */
export function casesIn(text: string): readonly CaseFile[] {
  const parts = text.replace(/^\n/, '').split(/^#- (.+)\n/m);
  const files: (readonly [string, string])[] = parts[0]?.trim() === '' ? [] : [['case.yaml', parts[0] ?? '']];
  for (let i = 1; i < parts.length; i += 2) files.push([parts[i] ?? '', parts[i + 1] ?? ''] as const);
  return files.map(([file, body]) => caseFile(file, body));
}

function caseFile(file: string, body: string): CaseFile {
  const cursor = body.indexOf('<|>');
  const text = cursor === -1 ? body : body.slice(0, cursor) + body.slice(cursor + 3);
  const notes: Note[] = [];
  let marked = -1;
  for (const [line, content] of text.split('\n').entries()) {
    const note = /^(\s*#?\s*)(\^+) (.+)$/.exec(content);
    if (!note || !content.trimStart().startsWith('#')) {
      marked = line;
      continue;
    }
    // `#^^^`: the comment sign stands just before the first caret.
    const start = note[1]?.length ?? 0;
    notes.push({ line: marked, start, end: start + (note[2]?.length ?? 0), text: note[3] ?? '' });
  }
  return { file, text, notes, ...(cursor === -1 ? {} : { cursor }) };
}
