import { isUnavailable } from '../../facts/facts.ts';
import type { JsonObject } from '../../text/json.ts';
import { type At, appendValues, type Context, failing, type Outcome, type Produced } from '../context.ts';
import { copied, type Params } from '../params.ts';
import { isFailure, pending, wrapped } from '../problem.ts';

interface SampleRules {
  /** What the generator makes of one answer of its service. */
  readonly shape?: (sample: Params) => Params;
  /** Argo CD's words before an error in `values`. */
  readonly prefix?: string;
}

/**
 * A generator that asks a network service is previewed from sample parameters that the author wrote down; without them it is named as
 * not knowable here, and everything else of the set still previews.
 */
export function fromSamples(
  generator: string,
  spec: JsonObject,
  at: At,
  context: Context,
  { shape = sample => sample, prefix = 'failed to append templated values' }: SampleRules = {},
): Outcome {
  const samples = context.fact('samples', { generator, spec });
  if (samples === undefined) return { sets: [], waits: true };
  if (isUnavailable(samples)) {
    context.unknown({ kind: generator, of: generator, why: samples.why, path: at.path });
    return { sets: [], waits: false };
  }
  const sets: Produced[] = [];
  let waits = false;
  for (const [index, sample] of samples.entries()) {
    const params = shape(copied(sample));
    const problem = appendValues(spec.values, params, `${at.path}/values`, context);
    if (problem === pending) waits = true;
    else if (isFailure(problem)) return failing(wrapped(problem, prefix));
    sets.push({
      params,
      origin: [{ generator, path: at.path, item: `sample ${index + 1}`, note: 'from sample parameters' }],
    });
  }
  return { sets, waits };
}
