import { expect, test } from 'vitest';
import {
  type AnalysisUse,
  analysisErrors,
  analysisType,
  metricsErrors,
} from '../../server/core/rollout/analysisTemplate.ts';
import { decode, decodeStrict } from '../../server/core/rollout/decode.ts';
import type { RolloutError } from '../../server/core/rollout/error.ts';
import { rolloutErrors } from '../../server/core/rollout/rollout.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import { judge, passed, type Verdict } from '../support/conformance.ts';

interface Case {
  readonly id: string;
  readonly kind: 'rollout' | 'template';
  readonly object: JsonObject;
  readonly use?: AnalysisUse;
}

interface Expected {
  readonly errors?: readonly FieldError[];
  readonly strictDecode?: string;
  readonly decode?: string;
  readonly metrics?: string;
}

type FieldError = Pick<RolloutError, 'type' | 'field' | 'detail' | 'badValue'>;

test('Rollouts and AnalysisTemplates are judged as the controller judges them', async () => {
  const { failures } = await judge<Case, Expected>('rollout-validate', verdict);
  expect(failures).toEqual([]);
});

function verdict(given: Case, expected: Expected): Verdict {
  const found = JSON.stringify(told(answer(given)));
  const wanted = JSON.stringify(told(expected));
  return found === wanted ? passed : { kind: 'fail', difference: `expected ${wanted}, found ${found}` };
}

function answer({ kind, object, use }: Case): Expected {
  const type = kind === 'rollout' ? 'v1alpha1.Rollout' : analysisType(object);
  const { refusal, value } = decode(object, type);
  const strict = decodeStrict(object, type);
  const decoded = { ...(refusal && { decode: refusal.message }), ...(strict && { strictDecode: strict.message }) };
  if (refusal) return decoded;
  if (kind === 'rollout') return { ...decoded, errors: rolloutErrors(value) };
  const metrics = metricsErrors(value)[0]?.message;
  return { ...decoded, errors: use ? analysisErrors(value, use) : [], ...(metrics !== undefined && { metrics }) };
}

/** Labels and requests are maps of Go, so errors about their entries come in no fixed order: errors are compared sorted. */
function told({ errors = [], strictDecode, decode: lenient, metrics }: Expected): unknown {
  const fields = errors.map(it => JSON.stringify([it.type, it.field, it.detail, it.badValue ?? '']));
  return [lenient ?? null, strictDecode ?? null, metrics ?? null, fields.sort()];
}
