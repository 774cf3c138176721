import type { Problem } from '../text/finding.ts';
import { isObject, type Json, type JsonObject, pointer } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import { argumentName, resolveTags, type Tag, tagsIn } from './arguments.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import type { RolloutError } from './error.ts';
import { intValue, metricFaults } from './metric.ts';
import { unreadable } from './rollout.ts';
import { isSet, listOf, textOf } from './view.ts';

/** One reference of a Rollout to the template. */
export interface Usage {
  readonly use: AnalysisUse;
  /** Names of arguments that the Rollout gives. */
  readonly given: ReadonlySet<string>;
  /** Other templates are named in the same place; they may give arguments, too. */
  readonly together: boolean;
}

/** How a Rollout uses a template: in a canary step, beside the canary's steps, before or after a blue-green promotion. */
export type AnalysisUse = 'step' | 'background' | 'prePromotion' | 'postPromotion';

/**
 * An AnalysisTemplate or ClusterAnalysisTemplate as the controller judges it (argo-rollouts:utils/analysis/factory.go, helpers.go,
 * pkg/apis/rollouts/validation/validation_references.go). Without `usages` only what is wrong in every use: a template that never ends is
 * right beside the steps, and an argument without a value may come from the Rollout.
 */
export function validateAnalysisTemplate(object: Json, usages: readonly Usage[] = []): readonly Problem[] {
  const { refusal, value } = decode(object, analysisType(object));
  if (refusal) return [unreadable(refusal)];
  const general = generalProblems(value);
  // What is wrong in every use is not told again for one.
  const used = general.length > 0 ? [] : usages.flatMap(it => usageProblems(value, it));
  return [...metricProblems(value), ...general, ...distinct(used)];
}

export function analysisType(object: Json): string {
  return isObject(object) && object.kind === 'ClusterAnalysisTemplate'
    ? 'v1alpha1.ClusterAnalysisTemplate'
    : 'v1alpha1.AnalysisTemplate';
}

export interface MetricsError {
  readonly message: string;
  readonly path: string;
  readonly tagged?: true;
}

/** What the controller says of the metrics as they stand: the first error, with its index. */
export function metricsErrors(template: JsonObject): readonly MetricsError[] {
  const metrics = metricsOf(template);
  if (metrics.length === 0) return [{ message: 'no metrics specified', path: '/spec/metrics' }];
  const names = new Set<string>();
  return metrics.flatMap((metric, i) => {
    const name = textOf(metric, 'name');
    const taken = names.has(name);
    names.add(name);
    const at = (keys: readonly string[]) => `/spec/metrics/${i}${pointer(keys)}`;
    return [
      ...(taken ? [{ message: `metrics[${i}]: duplicate name '${name}'`, path: at(['name']) }] : []),
      ...metricFaults(metric).map(it => ({
        message: `metrics[${i}]: ${it.message}`,
        path: at(it.keys),
        ...(it.tagged && { tagged: it.tagged }),
      })),
    ];
  });
}

const metricsOf = (template: JsonObject): readonly JsonObject[] => listOf(specOf(template), 'metrics');
const argsOf = (template: JsonObject): readonly JsonObject[] => listOf(specOf(template), 'args');
const specOf = (template: JsonObject): JsonObject | undefined => (isObject(template.spec) ? template.spec : undefined);

/** One problem for each metric: the controller's first, past what only the argument's value can decide. */
function metricProblems(template: JsonObject): readonly Problem[] {
  const seen = new Set<string>();
  return metricsErrors(template).flatMap((error): readonly Problem[] => {
    if (error.tagged) return taggedProblem(error, template);
    const metric = error.path.split('/').slice(0, 4).join('/');
    if (seen.has(metric)) return [];
    seen.add(metric);
    return [{ code: 'analysis-metric', message: error.message, path: error.path }];
  });
}

/** With a default value the resolved text is judged; without one only the use can tell. */
function taggedProblem(error: MetricsError, template: JsonObject): readonly Problem[] {
  const [, , , index = '', key = ''] = error.path.split('/');
  const metric = metricsOf(template)[Number(index)];
  const text = textOf(metric, key);
  const values = argumentValues(template);
  const known = tagsIn(text).tags.every(it => values.has(argumentName(it)));
  if (known) {
    const resolved = { ...metric, [key]: resolveTags(text, values) };
    const fault = metricFaults(resolved).find(it => it.keys[0] === key);
    return fault ? [{ code: 'analysis-metric', message: `metrics[${index}]: ${fault.message}`, path: error.path }] : [];
  }
  const message = `${error.message}, unless the argument's value makes it a duration such as 30s`;
  return [{ code: 'analysis-metric', message, path: error.path, severity: 'hint' }];
}

function argumentValues(template: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    argsOf(template).flatMap(it => (typeof it.value === 'string' ? [[`args.${textOf(it, 'name')}`, it.value]] : [])),
  );
}

/** Wrong whatever the template is used for. Names of metrics are `metricProblems`' to judge. */
function generalProblems(template: JsonObject): readonly Problem[] {
  const merged = mergeError(template, { lenient: true });
  const error = merged ?? resolveError(template);
  if (!error) return [];
  const message = merged ? error.detail : `AnalysisTemplate ${nameOf(template)}: ${error.detail}`;
  return [problem({ ...error, detail: message })];
}

/** Equal names of metrics have been told of as such. */
function usageProblems(template: JsonObject, { use, given, together }: Usage): readonly Problem[] {
  const filled = withValues(template, given);
  return analysisErrors(filled, use)
    .filter(it => !it.path.startsWith('/spec/metrics') || it.detail.includes('runs indefinitely'))
    .filter(it => !together || !it.path.startsWith('/spec/args'))
    .map(problem);
}

function withValues(template: JsonObject, given: ReadonlySet<string>): JsonObject {
  const args = argsOf(template).map(it =>
    given.has(textOf(it, 'name')) && !isSet(it, 'value') && !isSet(it, 'valueFrom')
      ? { ...it, value: 'dummy-value' }
      : it,
  );
  return { ...template, spec: { ...specOf(template), args } };
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(
    (it, i) => problems.findIndex(other => other.path === it.path && other.message === it.message) === i,
  );
}

interface LocatedError {
  readonly detail: string;
  readonly path: string;
  readonly within?: Span;
}

const problem = ({ detail, path, within }: LocatedError): Problem => ({
  code: 'analysis-argument',
  message: detail,
  path,
  ...(within && { within }),
});

const fields: Readonly<Record<AnalysisUse, string>> = {
  step: 'spec.strategy.canary.steps[0].analysis.templates',
  background: 'spec.strategy.canary.analysis.templates',
  prePromotion: 'spec.strategy.blueGreen.prePromotionAnalysis.templates',
  postPromotion: 'spec.strategy.blueGreen.postPromotionAnalysis.templates',
};

/** The controller's errors for a Rollout that uses the template without giving arguments; `path` points into the template. */
export function analysisErrors(
  template: JsonObject,
  use: AnalysisUse,
): readonly (RolloutError & { readonly within?: Span })[] {
  const name = nameOf(template);
  const error = (found: LocatedError, badValue: string): RolloutError & { readonly within?: Span } => ({
    type: 'FieldValueInvalid',
    field: fields[use],
    badValue,
    ...found,
  });
  const merged = mergeError(template);
  if (merged) return [error(merged, `templateNames: [${name}]`)];
  if (use === 'background') return missingArguments(template).map(it => error(it, name));
  const unresolved = resolveError(template);
  if (unresolved) return [error({ ...unresolved, detail: `AnalysisTemplate ${name}: ${unresolved.detail}` }, name)];
  return endlessMetrics(template).map(it => error(it, name));
}

/** Beside the steps every argument without a value must come from the Rollout, even where another of its name has one. */
function missingArguments(template: JsonObject): readonly LocatedError[] {
  return argsOf(template).flatMap((arg, i) =>
    isSet(arg, 'value') || isSet(arg, 'valueFrom')
      ? []
      : [{ detail: 'missing analysis arguments in rollout spec', path: `/spec/args/${i}` }],
  );
}

function nameOf(template: JsonObject): string {
  return textOf(isObject(template.metadata) ? template.metadata : undefined, 'name');
}

/** What making a run of the template refuses, before anything is resolved. `lenient`: values may still come from the Rollout. */
function mergeError(template: JsonObject, { lenient = false } = {}): LocatedError | undefined {
  return (
    (lenient
      ? undefined
      : repeated(metricsOf(template), 'name', '/spec/metrics', it => `two metrics have the same name '${it}'`)) ??
    repeated(
      listOf(specOf(template), 'dryRun'),
      'metricName',
      '/spec/dryRun',
      it => `two Dry-Run metric rules have the same name '${it}'`,
    ) ??
    repeated(
      listOf(specOf(template), 'measurementRetention'),
      'metricName',
      '/spec/measurementRetention',
      it => `two Measurement Retention metric rules have the same name '${it}'`,
    ) ??
    conflictingArguments(template) ??
    (lenient ? undefined : unresolvedArgument(template))
  );
}

function repeated(
  list: readonly JsonObject[],
  key: string,
  at: string,
  sentence: (name: string) => string,
): LocatedError | undefined {
  const names = list.map(it => textOf(it, key));
  const index = names.findIndex((name, i) => names.indexOf(name) < i);
  return index < 0 ? undefined : { detail: sentence(names[index] ?? ''), path: `${at}/${index}/${key}` };
}

function conflictingArguments(template: JsonObject): LocatedError | undefined {
  const first = new Map<string, string>();
  for (const [i, arg] of argsOf(template).entries()) {
    const name = textOf(arg, 'name');
    if (typeof arg.value !== 'string') continue;
    const before = first.get(name);
    if (before !== undefined && before !== arg.value) {
      const detail = `Argument \`${name}\` specified multiple times with different values: '${before}', '${arg.value}'`;
      return { detail, path: `/spec/args/${i}/value` };
    }
    first.set(name, before ?? arg.value);
  }
  return undefined;
}

/** Equal names count once: the first, or the first with a value. */
function unresolvedArgument(template: JsonObject): LocatedError | undefined {
  const args = argsOf(template);
  const index = args.findIndex((arg, i) => {
    const name = textOf(arg, 'name');
    if (args.findIndex(it => textOf(it, 'name') === name) !== i) return false;
    const same = args.filter(it => textOf(it, 'name') === name);
    const kept = same.find(it => isSet(it, 'value')) ?? same.at(-1);
    return !isSet(kept, 'value') && !isSet(kept, 'valueFrom');
  });
  return index < 0
    ? undefined
    : { detail: `args.${textOf(args[index], 'name')} was not resolved`, path: `/spec/args/${index}` };
}

/**
 * Arguments put into the metrics. The controller looks for tags in each metric's JSON text and reports the last one that has no value;
 * an unclosed `{{` therefore ends at the next `}}` of the JSON, or nowhere.
 */
function resolveError(template: JsonObject): LocatedError | undefined {
  const args = argsOf(template);
  const both = args.findIndex(it => isSet(it, 'value') && isSet(it, 'valueFrom'));
  if (both >= 0) {
    const detail = `arg '${textOf(args[both], 'name')}' has both Value and ValueFrom fields`;
    return { detail, path: `/spec/args/${both}` };
  }
  const names = new Set(args.map(it => `args.${textOf(it, 'name')}`));
  for (const [i, metric] of metricsOf(template).entries()) {
    const text = encode(metric, 'v1alpha1.Metric');
    const { tags, unclosed } = tagsIn(text);
    const at = `/spec/metrics/${i}`;
    if (unclosed !== undefined) {
      const detail = `Cannot find end tag="}}" in the template=${JSON.stringify(text)} starting from ${JSON.stringify(text.slice(unclosed + 2))}`;
      return { detail, ...placeOfText(metric, it => it.lastIndexOf('{{'), 2, at) };
    }
    const unknown = tags.filter(it => !names.has(argumentName(it))).at(-1);
    if (unknown) return { detail: `failed to resolve {{${unknown.text}}}`, ...placeOfTag(metric, unknown, at) };
  }
  return undefined;
}

function placeOfTag(metric: JsonObject, tag: Tag, at: string): { readonly path: string; readonly within?: Span } {
  const text = `{{${tag.text}}}`;
  return placeOfText(metric, it => it.lastIndexOf(text), text.length, at);
}

/** The last text in the metric in which `find` finds something. */
function placeOfText(
  value: Json | undefined,
  find: (text: string) => number,
  length: number,
  at: string,
): { readonly path: string; readonly within?: Span } {
  const hits = textsIn(value, at).flatMap(({ text, path }) => {
    const start = find(text);
    return start < 0 ? [] : [{ path, within: { start, end: start + length } }];
  });
  return hits.at(-1) ?? { path: at };
}

function textsIn(value: Json | undefined, path: string): readonly { readonly text: string; readonly path: string }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((it, i) => textsIn(it, `${path}/${i}`));
  return isObject(value) ? Object.entries(value).flatMap(([key, it]) => textsIn(it, path + pointer([key]))) : [];
}

/** A metric with an interval and no count measures until it is stopped, which a step or a promotion never does. */
function endlessMetrics(template: JsonObject): readonly LocatedError[] {
  const values = placeholders(template);
  return metricsOf(template).flatMap((metric, i) => {
    const count = typeof metric.count === 'string' ? resolveTags(metric.count, values) : metric.count;
    if (intValue(count) !== 0 || resolveTags(textOf(metric, 'interval'), values) === '') return [];
    const shown = count === undefined || count === null ? '<nil>' : String(count);
    const name = resolveTags(textOf(metric, 'name'), values);
    const detail = `AnalysisTemplate ${nameOf(template)} has metric ${name} which runs indefinitely. Invalid value for count: ${shown}`;
    return [{ detail, path: `/spec/metrics/${i}${isSet(metric, 'count') ? '/count' : '/interval'}` }];
  });
}

/** What the controller puts in for values that it does not know yet. */
function placeholders(template: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    argsOf(template).map(it => [`args.${textOf(it, 'name')}`, typeof it.value === 'string' ? it.value : 'dummy-value']),
  );
}
