import { type Facts, isUnavailable, type LibraryCall, type Missing } from '../facts/facts.ts';
import type { Problem } from '../text/finding.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import { argumentName, resolveTags, tagsIn } from './arguments.ts';
import { listOf, objectOf, textOf } from './view.ts';

/**
 * Conditions of metrics, compiled by the library that the controller uses (argo-rollouts:utils/evaluate/evaluate.go). A condition that
 * does not compile turns every measurement into an error. What the measurement gives is not known here, so nothing that depends on the
 * type of `result` is judged.
 */
export function conditionProblems(
  template: JsonObject,
  facts: Facts,
): { readonly problems: readonly Problem[]; readonly missing: readonly Missing[] } {
  const problems: Problem[] = [];
  const missing: Missing[] = [];
  for (const condition of conditionsOf(template)) {
    const of = callFor(condition.text);
    const answer = facts.get('library', of);
    if (answer === undefined) missing.push({ kind: 'library', of });
    else if (!isUnavailable(answer) && answer.ok) problems.push(...problemIn(condition, answer.value));
  }
  return { problems, missing };
}

interface Condition {
  readonly text: string;
  readonly path: string;
  /** The text is what stands in the file, so places inside it are places there. */
  readonly exact: boolean;
}

function conditionsOf(template: JsonObject): readonly Condition[] {
  const spec = objectOf(template, 'spec');
  const values: ReadonlyMap<string, string> = new Map(
    listOf(spec, 'args').flatMap(it =>
      typeof it.value === 'string' ? [[`args.${textOf(it, 'name')}`, it.value] as [string, string]] : [],
    ),
  );
  return listOf(spec, 'metrics').flatMap((metric, i) =>
    ['successCondition', 'failureCondition'].flatMap((key): readonly Condition[] => {
      const text = textOf(metric, key);
      const path = `/spec/metrics/${i}/${key}`;
      if (text.trim() === '') return [];
      const { tags, unclosed } = tagsIn(text);
      if (tags.length === 0) return [{ text, path, exact: true }];
      // An argument that only the Rollout gives can be anything, an operator even.
      const known = unclosed === undefined && tags.every(it => values.has(argumentName(it)));
      return known ? [{ text: resolveTags(text, values), path, exact: false }] : [];
    }),
  );
}

/** A name of the same length that stands for "anything" to the compiler, which takes the type of a name from its value. */
const anything = '__r[0]';

function callFor(text: string): LibraryCall {
  return { op: 'expr', args: { mode: 'compile', expression: withAnyResult(text), variables: { __r: [null] } } };
}

const tokens = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|\/\*[\s\S]*?\*\/|\/\/.*|[A-Za-z_$][\w$]*/g;

/** Places in the text stay where they are. */
function withAnyResult(text: string): string {
  return text.replaceAll(tokens, (token: string, at: number) =>
    token === 'result' && isVariable(text, at) ? anything : token,
  );
}

/** Not the name of a member (`a.result`) nor the key of a map (`{result: 1}`). */
function isVariable(text: string, at: number): boolean {
  const before = text.slice(0, at).trimEnd().at(-1) ?? '';
  const after =
    text
      .slice(at + 'result'.length)
      .trimStart()
      .at(0) ?? '';
  return before !== '.' && !((before === '{' || before === ',') && after === ':');
}

function problemIn({ text, path, exact }: Condition, answer: unknown): readonly Problem[] {
  if (!isObject(answer) || typeof answer.error !== 'string') return [];
  const within = exact ? spanOf(answer, text) : undefined;
  const message = `${answer.error.replaceAll(anything, 'result')}. Every measurement of this metric ends as an error.`;
  return [{ code: 'analysis-condition', message, path, ...(within && { within }) }];
}

/** The end of the text is marked at its last character. */
function spanOf({ start, end }: JsonObject, text: string): Span | undefined {
  if (typeof start !== 'number' || start < 0) return undefined;
  const from = Math.min(start, text.length - 1);
  return { start: from, end: Math.min(text.length, Math.max(from + 1, typeof end === 'number' ? end : 0)) };
}
