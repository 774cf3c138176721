import type { Facts, Missing } from '../facts/facts.ts';
import type { Problem } from '../text/finding.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { createBuilder } from './application.ts';
import { type Collected, type Context, createContext, type GenerateOptions, type Produced } from './context.ts';
import { decodeSet, optionFailure } from './decode.ts';
import type { GeneratedApplication, Generation } from './generation.ts';
import { inspections } from './inspections/index.ts';
import { type EntryResult, recall, remember, scopeOf } from './memory.ts';
import { type Failure, isFailure, pending, problemOf } from './problem.ts';
import { failureProblems, refusalProblems } from './report.ts';
import { type Transformed, transform } from './transform.ts';
import { unrecognized } from './unrecognized.ts';
import { validate } from './validate.ts';

export type { GenerateOptions } from './context.ts';

/**
 * What an ApplicationSet generates, as far as it can be known with these facts. Generators make parameter sets, the template makes an
 * Application of each, templatePatch changes it, and the controller's checks say which it would skip. Pure: what is lacking is listed
 * in `missing`, and with it answered the same call gives more. Nothing is fetched and nothing is applied.
 */
export function expand(applicationSet: JsonObject, facts: Facts, options: GenerateOptions = {}): Generation {
  const set = decodeSet(applicationSet, options.controllerNamespace ?? 'argocd');
  if (isFailure(set)) return refusal([problemOf(set)], set);
  const { context, collected } = createContext(set, facts, options);
  const warnings = unrecognized(applicationSet, set);
  const option = optionFailure(set);
  if (option !== undefined) return refusal([problemOf(option), ...warnings], option);
  const results = recall(context, facts) ?? generateSets(context, facts, collected);
  const made = makeAll(results, context, facts);
  const failures = failureProblems(made.failures, parameterNames(made.parameters));
  const complete = !made.waits && collected.missing.length === 0 && collected.unknown.length === 0;
  const inspect = (applications: readonly GeneratedApplication[]): readonly Problem[] => {
    const refused = made.refused !== undefined;
    return inspections.flatMap(it => it.inspect({ context, results, applications, refused, complete }));
  };
  const { unknown } = collected;
  if (made.refused !== undefined) {
    const problems = [...failures, ...warnings, ...inspect([])];
    const missing = withRenderings(collected.missing, context);
    return { ...refusal(problems, made.refused), parameters: made.parameters, missing, unknown };
  }
  const refusals = validate(
    made.applications.map(it => it.application),
    context,
  );
  const applications = made.applications.map((it, at) => {
    const skipped = refusals.get(at);
    return skipped === undefined ? it : { ...it, skipped: skipped.message };
  });
  const problems = [...warnings, ...failures, ...refusalProblems(refusals, applications), ...inspect(applications)];
  return { applications, problems, missing: withRenderings(collected.missing, context), unknown };
}

/** First names of all parameters: enough to tell a parameter from a function. */
function parameterNames(parameters: readonly JsonObject[]): readonly string[] {
  return [...new Set(parameters.slice(0, 200).flatMap(it => Object.keys(it)))];
}

function withRenderings(missing: readonly Missing[], context: Context): readonly Missing[] {
  const waiting = context.waiting();
  return waiting === 0 ? missing : [...missing, { kind: 'renderings', of: { waiting } }];
}

function generateSets(context: Context, facts: Facts, collected: Collected): readonly EntryResult[] {
  const entries = Array.isArray(context.set.spec.generators) ? (context.set.spec.generators as readonly Json[]) : [];
  const results = entries.map((entry, at) =>
    transform(isObject(entry) ? entry : {}, `/spec/generators/${at}`, undefined, context),
  );
  remember(results, context, facts, collected);
  return results;
}

function refusal(problems: readonly Problem[], first: Failure): Generation {
  return { applications: [], refused: first.message, problems, missing: [], unknown: [] };
}

interface Made {
  readonly applications: GeneratedApplication[];
  readonly failures: Failure[];
  readonly parameters: JsonObject[];
  refused: Failure | undefined;
  waits: boolean;
}

/** One error drops every Application of the set; the first one that Argo CD would meet is the one it tells. */
function makeAll(entries: readonly EntryResult[], context: Context, facts: Facts): Made {
  const made: Made = { applications: [], failures: [], parameters: [], refused: undefined, waits: false };
  for (const results of entries) {
    if (isFailure(results)) {
      note(made, results);
      continue;
    }
    const failed = results.filter(result => result.outcome.failure !== undefined);
    for (const { outcome } of failed) if (outcome.failure !== undefined) note(made, outcome.failure);
    if (results.some(result => result.outcome.waits)) made.waits = true;
    if (failed.length === 0) for (const result of results) build(result, made, context, facts);
  }
  return made;
}

function note(made: Made, failure: Failure): void {
  made.failures.push(failure);
  // While something is unknown an earlier error may still turn up.
  if (!made.waits) made.refused ??= failure;
}

function build({ path, spec, outcome }: Transformed, made: Made, context: Context, facts: Facts): void {
  const builder = createBuilder(spec.template, path, context);
  for (const produced of outcome.sets) {
    made.parameters.push(produced.params);
    const scope = scopeOf(produced.params, facts);
    const whole = context.options.window === undefined || made.applications.length < context.options.window;
    const application = whole ? builder.full(scope) : builder.named(scope);
    if (application === pending) made.waits = true;
    else if (isFailure(application)) note(made, application);
    else made.applications.push(generated(application, produced, whole));
  }
}

function generated(application: JsonObject, { params, origin }: Produced, whole: boolean): GeneratedApplication {
  return { application, parameters: params, origin, ...(whole ? {} : { partial: true }) };
}
