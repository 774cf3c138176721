import type { Json } from '../../text/json.ts';
import { type Context, failing, type Generator, type Outcome, type Produced } from '../context.ts';
import { goJson } from '../go/print.ts';
import { mergeOver } from '../merge.ts';
import type { Params } from '../params.ts';
import { type Failure, fail, isFailure, wrapped } from '../problem.ts';
import { panicked } from './matrix.ts';

/** argo-cd:applicationset/generators/merge.go */
export const merge: Generator = {
  name: 'merge',
  summary:
    'The parameter sets of the first generator, overridden by those of the others that agree with them on the merge keys.',
  combines: true,
  params(spec, at, context) {
    const children = Array.isArray(spec.generators) ? (spec.generators as readonly Json[]) : [];
    if (children.length < 2) {
      const message = 'found less than two generators, Merge requires two or more';
      return failing(fail({ code: 'generator-shape', message, path: `${at.path}/generators` }));
    }
    const results: Outcome[] = [];
    for (const [index, child] of children.entries()) {
      const result = at.child(child, `${at.path}/generators/${index}`, undefined, context);
      if (result.failure !== undefined && !results.some(it => it.waits)) {
        const prefix = `error getting param sets from generators: error getting params from generator ${index + 1} of ${children.length}`;
        return failing(wrapped(result.failure, prefix));
      }
      results.push(result);
    }
    if (results.some(it => it.waits || it.failure !== undefined)) return { sets: results[0]?.sets ?? [], waits: true };
    const keys = Array.isArray(spec.mergeKeys) ? (spec.mergeKeys as readonly Json[]).map(String) : [];
    const merged = mergeAll(results, keys, at.path, context);
    return isFailure(merged) ? failing(merged) : { sets: merged, waits: false };
  },
};

function mergeAll(
  results: readonly Outcome[],
  keys: readonly string[],
  path: string,
  context: Context,
): readonly Produced[] | Failure {
  const [base, ...overrides] = results.map((result, index) =>
    byKey(result.sets, keys, `${path}/generators/${index}`, path),
  );
  if (base === undefined || isFailure(base)) return base ?? [];
  const sets = new Map<string, Produced>(base);
  for (const override of overrides) {
    if (isFailure(override)) return override;
    for (const [key, current] of sets) {
      const winner = override.get(key);
      if (winner === undefined) continue;
      const params = overridden(current.params, winner.params, path, context);
      if (isFailure(params)) return params;
      const note = `merged on ${keys.join(', ')}`;
      const added = winner.origin.map((origin, at) =>
        at === 0 ? { ...origin, note: origin.note ? `${note}; ${origin.note}` : note } : origin,
      );
      sets.set(key, { params, origin: [...current.origin, ...added] });
    }
  }
  return [...sets.values()].map(set => ({ params: set.params, origin: [{ generator: 'merge', path }, ...set.origin] }));
}

/** A key that a set lacks counts as null, and is looked up as it is: `values.x` of nested parameters is never found. */
function byKey(
  sets: readonly Produced[],
  keys: readonly string[],
  childPath: string,
  path: string,
): ReadonlyMap<string, Produced> | Failure {
  const prefix = 'error getting param sets by merge key';
  if (keys.length === 0) {
    const message = `${prefix}: no merge keys were specified, Merge requires at least one`;
    return fail({ code: 'generator-shape', message, path: `${path}/mergeKeys` });
  }
  const found = new Map<string, Produced>();
  for (const set of sets) {
    const key = goJson(
      Object.fromEntries(keys.map(name => [name, Object.hasOwn(set.params, name) ? (set.params[name] ?? null) : null])),
    );
    if (found.has(key)) {
      const message = `${prefix}: the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique. Duplicate key was ${key}`;
      return fail({ code: 'merge-keys', message, path: childPath, ...adviceFor(keys, set.params) });
    }
    found.set(key, set);
  }
  return found;
}

function adviceFor(keys: readonly string[], params: Params): { advice?: string } {
  const lacking = keys.filter(key => !Object.hasOwn(params, key));
  if (lacking.length === 0) return {};
  const nested = lacking.filter(key => key.includes('.'));
  return nested.length > 0
    ? {
        advice: `With goTemplate: true a merge key is one top-level name; ${nested.join(', ')} is never found inside of a map`,
      }
    : { advice: `This generator gives no parameter named ${lacking.join(', ')}` };
}

function overridden(base: Params, winner: Params, path: string, context: Context): Params | Failure {
  if (context.set.goTemplate) {
    const panic = mergeOver(base, winner);
    return panic === undefined ? base : fail(panicked(panic, path));
  }
  return Object.assign(base, winner);
}
