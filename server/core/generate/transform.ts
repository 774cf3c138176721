import { generatorShape } from '../model/applicationSet/shape.ts';
import type { Field } from '../model/go/shape.ts';
import { isObject, type Json, type JsonObject, pointer, segmentsOf } from '../text/json.ts';
import { type At, type Context, type Generator, type Outcome, type Produced, renderedOr } from './context.ts';
import { flatten } from './flatten.ts';
import { generators } from './generators/index.ts';
import { goQuote } from './go/print.ts';
import type { Params } from './params.ts';
import { type Failure, fail, isFailure, type Pending, pending, wrapped } from './problem.ts';
import { type Plan, planStruct, run, type TextPlan } from './replace.ts';
import { matches, parseSelector, selectorText } from './selector.ts';

/** The result of one generator of an entry: its sets and the pointer of its own template. */
export interface Transformed {
  readonly generator: Generator;
  readonly path: string;
  readonly spec: JsonObject;
  readonly outcome: Outcome;
}

/**
 * Runs every generator of one entry of `spec.generators` and filters its sets by the entry's selector
 * (argo-cd:applicationset/generators/generator_spec_processor.go, Transform). `outer` are the parameters of a matrix's first generator.
 */
export function transform(
  entry: JsonObject,
  path: string,
  outer: Params | undefined,
  context: Context,
): readonly Transformed[] | Failure {
  const selector = parseSelector(entry.selector, { operatorNoun: 'pod', checkValues: false });
  if (selector.error !== undefined) {
    return fail({
      code: 'selector-invalid',
      message: `error parsing label selector: ${selector.error}`,
      path: `${path}/selector${selector.errorPath ?? ''}`,
    });
  }
  const filter = (outcome: Outcome): Outcome => {
    if (!isObject(entry.selector)) return outcome;
    const note = selectorText(selector);
    return {
      ...outcome,
      sets: outcome.sets.filter(set => matches(selector, flatten(set.params))).map(set => noted(set, note)),
    };
  };
  return generators.flatMap((generator): Transformed[] => {
    const spec = entry[generator.name];
    if (!isObject(spec)) return [];
    const place = `${path}/${generator.name}`;
    return [{ generator, path: place, spec, outcome: filter(outcomeOf(generator, entry, place, outer, context)) }];
  });
}

function noted(set: Produced, selector: string): Produced {
  const [first, ...rest] = set.origin;
  if (first === undefined || selector === '') return set;
  const note = first.note === undefined ? `selector ${selector}` : `${first.note}; selector ${selector}`;
  return { params: set.params, origin: [{ ...first, note }, ...rest] };
}

function outcomeOf(
  generator: Generator,
  entry: JsonObject,
  path: string,
  outer: Params | undefined,
  context: Context,
): Outcome {
  const rendered =
    outer === undefined || Object.keys(outer).length === 0 ? entry : interpolated(entry, path, outer, context);
  if (rendered === pending) return { sets: [], waits: true };
  if (isFailure(rendered)) return { sets: [], waits: false, failure: rendered };
  const spec = rendered[generator.name];
  return generator.params(isObject(spec) ? spec : {}, { path, generators, child }, context);
}

/** One entry inside of a matrix or merge: exactly one generator, whose template is not looked at. */
const child: At['child'] = (entry, path, outer, context) => {
  const results = transform(isObject(entry) ? entry : {}, path, outer, context);
  const prefix = 'child generator returned an error on parameter generation';
  if (isFailure(results)) return { sets: [], waits: false, failure: wrapped(results, prefix) };
  const failed = results.find(result => result.outcome.failure !== undefined)?.outcome.failure;
  if (failed !== undefined) return { sets: [], waits: false, failure: wrapped(failed, prefix) };
  const [only, second] = results;
  if (only === undefined)
    return refusing('child generator generated no parameters', path, ' names no generator that can stand here');
  if (second !== undefined)
    return refusing('found more than one generator in matrix.Generators', path, ' must name exactly one');
  return only.outcome;
};

function refusing(message: string, path: string, why: string): Outcome {
  return {
    sets: [],
    waits: false,
    failure: fail({ code: 'generator-shape', message, path, advice: `The entry${why}` }),
  };
}

/**
 * The entry with the outer parameters filled in, all strings of it. `values` are lenient: they may use parameters of the generator
 * itself, so one that cannot be rendered yet stays as it is written (argo-cd:applicationset/utils/utils.go, RenderGeneratorParams).
 */
function interpolated(
  entry: JsonObject,
  path: string,
  outer: Params,
  context: Context,
): JsonObject | Failure | Pending {
  const base = path.slice(0, path.lastIndexOf('/'));
  const plan = planOf(entry, base);
  const scope = { params: outer };
  const value = run(plan, it => renderOuter(it, scope, context));
  if (value === pending) return pending;
  if (isFailure(value)) return wrapped(value, 'failed to replace parameters in generator');
  return isObject(value as Json) ? (value as JsonObject) : {};
}

const LENIENT = 'values: ';

function renderOuter(plan: TextPlan, scope: { params: Params }, context: Context): string | Failure | Pending {
  if (plan.wrap === LENIENT) return renderLenient(plan, scope, context);
  const rendered = renderedOr(context.renderer.render(plan.text, scope), plan.text, plan.path);
  if (!isFailure(rendered)) return rendered;
  return plan.wrap === '' ? rendered : { ...rendered, message: `${plan.wrap}${rendered.message}` };
}

function renderLenient(plan: TextPlan, scope: { params: Params }, context: Context): string | Failure | Pending {
  const rendered = renderedOr(context.renderer.render(plan.text, scope, strictOptions(context)), plan.text, plan.path);
  if (!isFailure(rendered)) return rendered;
  if (/map has no entry for key|can't evaluate field/.test(rendered.message)) return plan.text;
  const key = segmentsOf(plan.path).at(-1) ?? '';
  return wrapped(rendered, `failed to pre-resolve Values key ${goQuote(key)}`);
}

/** Whatever the set says of missing keys, here they must be seen. */
function strictOptions({ set }: Context): readonly string[] {
  return [...set.goTemplateOptions.filter(option => !option.startsWith('missingkey=')), 'missingkey=error'];
}

const plans = new WeakMap<JsonObject, Map<string, Plan>>();

/** Planned once per entry although it runs once per outer parameter set. */
function planOf(entry: JsonObject, path: string): Plan {
  const known = plans.get(entry)?.get(path);
  if (known !== undefined) return known;
  // Entries are decoded by depth already, so the shape of a top-level one fits whatever stands there.
  const made = planStruct(generatorShape, entry, path, { special: lenientValues });
  const byPath = plans.get(entry) ?? new Map<string, Plan>();
  byPath.set(path, made);
  plans.set(entry, byPath);
  return made;
}

function lenientValues(field: Field, value: Json, path: string): Plan | undefined {
  if (field.name !== 'values' || field.shape.kind !== 'map' || !isObject(value)) return undefined;
  const entries = Object.keys(value).map((key): [Plan, Plan] => {
    const text = value[key];
    const place = `${path}${pointer([key])}`;
    const item: Plan =
      typeof text === 'string' && text.includes('{{')
        ? { kind: 'text', text, path: place, omitEmpty: false, wrap: LENIENT }
        : { kind: 'fixed', value: text };
    return [{ kind: 'fixed', value: key }, item];
  });
  return { kind: 'entries', entries, omitEmpty: false };
}
