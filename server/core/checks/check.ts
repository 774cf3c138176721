import type { ManifestDocument, SourceFile } from '../documents/document.ts';
import { place } from '../documents/place.ts';
import type { Missing } from '../facts/facts.ts';
import { ownKind } from '../model/ours.ts';
import type { Finding, Problem } from '../text/finding.ts';
import { isObject } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import { suggest } from '../text/suggest.ts';
import { codes, defaultSeverity } from './codes.ts';
import { withoutDoubles } from './doubles.ts';
import { silence, type UnusedIgnore } from './ignore.ts';
import { isPatch } from './patch.ts';
import type { CheckContext, Rule, RuleResult, Subject } from './rule.ts';
import { rules as allRules } from './rules/index.ts';

export interface Checked {
  /** By place in the file; every tie broken by code and message. */
  readonly findings: readonly Finding[];
  /** Facts that would change the findings; empty when they are complete. */
  readonly missing: readonly Missing[];
}

/** All findings of a file, as far as they can be known now. Silent on documents that are not ours and on files that are templates. */
export function checkFile(file: SourceFile, context: CheckContext, rules: readonly Rule[] = allRules): Checked {
  const findings: Finding[] = [...file.findings];
  const missing: Missing[] = [];
  for (const document of file.documents) {
    const result = checkDocument(file, document, context, rules);
    findings.push(...result.findings);
    missing.push(...result.missing);
  }
  const silenced = silence(findings, file);
  const unused = silenced.unused.map(it => unusedFinding(it, file));
  // An unfinished answer may still find what the comment silences.
  const told = missing.length > 0 ? [] : unused.filter(it => isOurs(file, it.document));
  return { findings: inOrder([...silenced.findings, ...told].flatMap(it => withSeverity(it, context))), missing };
}

function unusedFinding({ code, span, document, removal }: UnusedIgnore, file: SourceFile): Finding {
  const isKnown = codes.some(it => it.code === code);
  const meant = isKnown
    ? undefined
    : suggest(
        code,
        codes.map(it => it.code),
      );
  const help = meant === undefined ? 'Remove it from the comment.' : `Did you mean ${meant}?`;
  return {
    code: 'unused-ignore',
    severity: defaultSeverity('unused-ignore'),
    message: isKnown ? `Nothing here reports ${code}. ${help}` : `No finding has the code ${code}. ${help}`,
    file: file.file,
    document: document.index,
    path: '',
    span,
    related: [],
    fixes: [{ title: `Remove ${code} from the comment`, preferred: meant === undefined, edits: [removal] }],
  };
}

const isOurs = (file: SourceFile, index: number): boolean => {
  const document = file.documents[index];
  return document !== undefined && ownKind(document) !== undefined;
};

function checkDocument(
  file: SourceFile,
  document: ManifestDocument,
  context: CheckContext,
  rules: readonly Rule[],
): Checked {
  const kind = ownKind(document);
  if (!kind) return { findings: [], missing: [] };
  const findings = syntaxFindings(file, document);
  const { value } = document;
  if (!isObject(value)) return { findings, missing: [] };
  const missing: Missing[] = [];
  const patch = isPatch(file, document, context);
  for (const rule of rules) {
    if (!rule.applies(kind) || (patch && !rule.judgesPatches)) continue;
    const result = rule.local
      ? kept(rule, { file, document, kind, value }, context)
      : rule.check({ file, document, kind, value }, context);
    findings.push(...result.problems.map(it => place(it, file, document, defaultSeverity(it.code))));
    missing.push(...(result.missing ?? []));
  }
  return { findings: withoutDoubles(findings), missing };
}

/** Problems of documents whose text has not changed: an edit in a file of a hundred documents is checked in one. */
const known = new WeakMap<object, Map<Rule, RuleResult>>();

function kept(rule: Rule, subject: Subject, context: CheckContext): RuleResult {
  const { yaml } = subject.document;
  const results = known.get(yaml) ?? new Map<Rule, RuleResult>();
  known.set(yaml, results);
  const result = results.get(rule) ?? rule.check(subject, context);
  results.set(rule, result);
  return result;
}

function syntaxFindings(file: SourceFile, document: ManifestDocument): Finding[] {
  const at = (problem: Problem): Finding => place(problem, file, document, defaultSeverity(problem.code));
  if (document.valueProblem !== undefined) {
    return [
      at({ code: 'yaml-alias', path: '', message: `${document.valueProblem}. Write the value out where it is used.` }),
    ];
  }
  return document.errors.map(error => ({
    ...at({ code: 'yaml-syntax', path: '', message: error.message }),
    span: visible(error.span, file.text),
  }));
}

/** An error at the end of the text is shown on the last character. */
function visible({ start, end }: Span, text: string): Span {
  const from = Math.max(0, Math.min(start, text.length - 1));
  return { start: from, end: Math.min(Math.max(end, from + 1), text.length) };
}

function withSeverity(finding: Finding, { settings }: CheckContext): readonly Finding[] {
  const severity = settings.severities[finding.code];
  if (severity === 'off') return [];
  return [severity ? { ...finding, severity } : finding];
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compare(a.code, b.code) ||
      compare(a.message, b.message) ||
      compare(a.path, b.path),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
