import type { Facts, LibraryResult, Missing } from '../facts/facts.ts';
import { isUnavailable } from '../facts/facts.ts';
import type { IgnoredFields, ResourceOverride } from '../model/argocdSettings.ts';
import { globMatches } from '../text/gobwas.ts';
import { isObject, type Json, type JsonObject, segmentsOf } from '../text/json.ts';
import type { IgnoreRule } from './comparison.ts';
import { groupKindOf, isList, textAt } from './json.ts';
import type { Draft } from './types.ts';

/** What is asked of jq, and what is still unknown. One for each comparison. */
export class JqDesk {
  readonly missing: Missing[] = [];
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  ask(query: string, input: Json): LibraryResult | undefined {
    const of = { op: 'jq', args: { query, input } };
    const known = this.#facts.get('library', of);
    if (known === undefined) this.missing.push({ kind: 'library', of });
    return known === undefined || isUnavailable(known) ? undefined : known;
  }
}

/** Application rules first, then those of argocd-cm (argo-cd:util/argo/normalizers/diff_normalizer.go); Go takes the latter in any order. */
export function allRules(
  ignores: readonly IgnoreRule[],
  overrides: ReadonlyMap<string, ResourceOverride>,
): readonly IgnoreRule[] {
  const configured = [...overrides]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { ignoreDifferences }]) => {
      const { group, kind } = overrideTarget(key);
      return ignoreDifferences ? [{ ...ignoreDifferences, group, kind, name: '', namespace: '' }] : [];
    });
  return [...ignores, ...configured];
}

function overrideTarget(key: string): { readonly group: string; readonly kind: string } {
  const parts = key.split('/');
  if (parts.length === 2) return { group: parts[0] ?? '', kind: parts[1] ?? '' };
  return parts.length === 1 ? { group: '', kind: key } : { group: '', kind: '' };
}

export function ruleMatches(rule: IgnoreRule, object: JsonObject): boolean {
  const { group, kind } = groupKindOf(object);
  return (
    globMatches(rule.group, group) &&
    globMatches(rule.kind, kind) &&
    (rule.name === '' || rule.name === textAt(object, 'metadata', 'name')) &&
    (rule.namespace === '' || rule.namespace === textAt(object, 'metadata', 'namespace'))
  );
}

/** Every jq expression must compile, whether its rule matches or not: one wrong expression stops the comparison of all. */
export function jqError(rules: readonly IgnoreRule[], desk: JqDesk): string | undefined {
  for (const expression of new Set(rules.flatMap(it => it.jqPathExpressions))) {
    if (simplePath(expression)) continue;
    const answer = desk.ask(deletion(expression), null);
    const failure = answer ? failureOf(answer) : undefined;
    if (failure && (failure.stage === 'parse' || failure.stage === 'compile')) return failure.error;
  }
  return undefined;
}

const deletion = (expression: string): string => `del(${expression})`;

function failureOf(answer: LibraryResult): { readonly error: string; readonly stage: string } | undefined {
  if (!answer.ok) return { error: answer.error, stage: '' };
  return isObject(answer.value) && typeof answer.value.error === 'string'
    ? { error: answer.value.error, stage: textAt(answer.value, 'stage') }
    : undefined;
}

/** Without the fields that matching rules name. A pointer or an expression that does not apply changes nothing. */
export function withoutIgnored(object: JsonObject, rules: readonly IgnoreRule[], desk: JqDesk): JsonObject {
  let result = object;
  for (const rule of rules.filter(it => ruleMatches(it, object))) {
    for (const pointer of rule.jsonPointers) result = withoutPointer(result, segmentsOf(pointer)) ?? result;
    for (const expression of rule.jqPathExpressions) {
      const found = withoutExpression(result, expression, desk);
      if (found === 'unknown') return result;
      result = found;
    }
  }
  return result;
}

function withoutPointer(value: JsonObject, path: readonly string[]): JsonObject | undefined {
  const result = removed(value, path);
  return isObject(result) ? result : undefined;
}

/** RFC 6902 `remove`; `undefined` where there is nothing at the path. */
function removed(value: Json, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return undefined;
  if (isList(value)) {
    const index = /^-?\d+$/.test(key) ? Number(key) : Number.NaN;
    const at = index < 0 ? index + value.length : index;
    if (!(at >= 0 && at < value.length)) return undefined;
    if (rest.length === 0) return value.filter((_, i) => i !== at);
    const inner = removed(value[at] ?? null, rest);
    return inner === undefined ? undefined : value.map((it, i) => (i === at ? inner : it));
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
  const copy: Draft = { ...value };
  if (rest.length === 0) delete copy[key];
  else {
    const inner = removed(value[key] ?? null, rest);
    if (inner === undefined) return undefined;
    copy[key] = inner;
  }
  return copy;
}

function withoutExpression(object: JsonObject, expression: string, desk: JqDesk): JsonObject | 'unknown' {
  const path = simplePath(expression);
  if (path) return withoutPath(object, path);
  const answer = desk.ask(deletion(expression), object);
  if (!answer) return 'unknown';
  const values = answer.ok && isObject(answer.value) && isList(answer.value.values) ? answer.value.values : [];
  const [first] = values;
  return values.length === 1 && isObject(first) ? first : object;
}

/** Paths such as `.spec.template.spec.containers[].image` are walked here: most rules are such, and asking the library takes its time. */
export function simplePath(expression: string): readonly string[] | undefined {
  const text = expression.trim();
  if (
    !/^(\.[A-Za-z_]\w*(\[\]\??)?)+$/.test(text) ||
    /\.(and|or|not|if|then|else|end|def|reduce|foreach|try|catch|label|import|include|as|elif)\b/.test(text)
  )
    return undefined;
  return text
    .slice(1)
    .split('.')
    .flatMap(part => {
      const [, name = '', all] = /^(\w+)(\[\]\??)?$/.exec(part) ?? [];
      return all === undefined ? [name] : [name, all];
    });
}

class NotApplicable extends Error {}

function withoutPath(object: JsonObject, path: readonly string[]): JsonObject {
  try {
    const result = cut(object, path);
    return isObject(result) ? result : object;
  } catch (cause) {
    if (cause instanceof NotApplicable) return object;
    throw cause;
  }
}

/** jq's `del`: null has every path, a scalar none, and one entry that does not fit makes the whole expression fail. */
function cut(value: Json, [step, ...rest]: readonly string[]): Json {
  if (step === undefined) return value;
  if (step.startsWith('[')) {
    if (!isList(value) && !isObject(value)) {
      if (step.endsWith('?')) return value;
      throw new NotApplicable();
    }
    if (rest.length === 0) return isList(value) ? [] : {};
    if (isList(value)) return value.map(it => cut(it, rest));
    return Object.fromEntries(Object.keys(value).map(key => [key, cut(value[key] ?? null, rest)]));
  }
  if (value === null) {
    // Of null every field is null, but null has no entries.
    if (rest.find(it => it.startsWith('[')) === '[]') throw new NotApplicable();
    return value;
  }
  if (!isObject(value)) throw new NotApplicable();
  if (!Object.hasOwn(value, step)) {
    cut(null, rest);
    return value;
  }
  const copy: Draft = { ...value };
  if (rest.length === 0) delete copy[step];
  else copy[step] = cut(value[step] ?? null, rest);
  return copy;
}

/** What all matching rules ignore together (argo-cd:util/argo/diff/ignore.go). */
export function managersIgnoredFor(
  object: JsonObject,
  ignores: readonly IgnoreRule[],
  overrides: ReadonlyMap<string, ResourceOverride>,
): readonly string[] {
  const { group, kind } = groupKindOf(object);
  const configured: readonly (IgnoredFields | undefined)[] = [
    overrides.get(`${group}/${kind}`)?.ignoreDifferences,
    overrides.get('*/*')?.ignoreDifferences,
  ];
  const own = ignores.filter(it => ruleMatches(it, object));
  return [...new Set([...configured, ...own].flatMap(it => it?.managedFieldsManagers ?? []))];
}
