import type { Json } from '../../text/json.ts';
import { type Context, failing, type Generator, type Produced } from '../context.ts';
import { goPrint } from '../go/print.ts';
import { mergeOver } from '../merge.ts';
import type { Params } from '../params.ts';
import { type Failure, fail, isFailure, wrapped } from '../problem.ts';

/** argo-cd:applicationset/generators/matrix.go */
export const matrix: Generator = {
  name: 'matrix',
  summary: 'Every parameter set of the first generator with every one of the second, which may use the first.',
  combines: true,
  params(spec, at, context) {
    const children = Array.isArray(spec.generators) ? (spec.generators as readonly Json[]) : [];
    const [first, second] = children;
    if (first === undefined || second === undefined)
      return failing(shape('found less than two generators, Matrix support only two', at.path));
    if (children.length > 2) return failing(shape('found more than two generators, Matrix support only two', at.path));
    const outer = at.child(first, `${at.path}/generators/0`, undefined, context);
    if (outer.failure !== undefined) {
      return failing(wrapped(outer.failure, 'error failed to get params for first generator in matrix generator'));
    }
    const sets: Produced[] = [];
    let waits = outer.waits;
    for (const left of outer.sets) {
      const inner = at.child(second, `${at.path}/generators/1`, left.params, context);
      // An error after something unknown may not be the first one; it is told when all is known.
      if (inner.failure !== undefined && !waits) {
        return failing(wrapped(inner.failure, 'failed to get params for second generator in the matrix generator'));
      }
      waits ||= inner.waits || inner.failure !== undefined;
      for (const right of inner.sets) {
        const params = combined(left.params, right.params, at.path, context);
        if (isFailure(params)) return failing(params);
        sets.push({ params, origin: [...left.origin, ...right.origin] });
      }
    }
    return { sets: sets.map(set => withStep(set, at.path)), waits };
  },
};

function shape(message: string, path: string): Failure {
  return fail({ code: 'generator-shape', message, path: `${path}/generators` });
}

function withStep(set: Produced, path: string): Produced {
  return { params: set.params, origin: [{ generator: 'matrix', path }, ...set.origin] };
}

/** With goTemplate the first generator wins, deep inside of maps; without it the same key with another value is an error. */
function combined(left: Params, right: Params, path: string, context: Context): Params | Failure {
  if (!context.set.goTemplate) return flatUnion(left, right, path);
  const params: Params = {};
  const panic = mergeOver(params, right) ?? mergeOver(params, left);
  return panic === undefined ? params : fail(panicked(panic, path));
}

export function panicked(message: string, path: string) {
  const advice =
    "Argo CD's controller ends with this panic: `values` of a list element and `values` of another generator cannot be merged in this order";
  return { code: 'generator-failed', message, path, advice };
}

function flatUnion(left: Params, right: Params, path: string): Params | Failure {
  const params: Params = {};
  for (const [key, value] of Object.entries(left)) params[key] = goPrint(value);
  for (const [key, value] of Object.entries(right)) {
    const current = params[key];
    const next = goPrint(value);
    if (current !== undefined && current !== next) {
      const message = `failed to combine string maps with merging params for the matrix generator: found duplicate key ${key} with different value, a: ${String(current)} ,b: ${next}`;
      return fail({ code: 'generator-failed', message, path: `${path}/generators` });
    }
    params[key] = next;
  }
  return params;
}
