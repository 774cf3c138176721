import { expect, test } from 'vitest';
import {
  atDesiredCounts,
  type CanaryState,
  type ReplicaSetState,
  replicaCounts,
  wantedBy,
} from '../../server/core/rollout/replicas.ts';
import { maxSurge, maxUnavailable } from '../../server/core/rollout/surge.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import { judge, passed, type Verdict } from '../support/conformance.ts';

interface Case {
  readonly id: string;
  readonly object: JsonObject;
  readonly new?: ReplicaSetState;
  readonly stable?: ReplicaSetState;
  readonly old?: readonly ReplicaSetState[];
  readonly same?: boolean;
  readonly weights?: { readonly canary: { readonly weight: number }; readonly stable: { readonly weight: number } };
}

interface Expected {
  readonly newRS: number;
  readonly stableRS: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly weight: number;
  /** Absent where the controller does not ask, because a ReplicaSet is missing. */
  readonly atDesired?: boolean;
}

test('a canary gets the replicas that the controller would give it', async () => {
  const { failures } = await judge<Case, Expected>('rollout-counts', verdict);
  expect(failures).toEqual([]);
});

function verdict(given: Case, expected: Expected): Verdict {
  const found = answer(given);
  const keys = Object.keys(found) as (keyof Expected)[];
  const differences = keys.filter(it => expected[it] !== undefined && expected[it] !== found[it]);
  if (differences.length === 0) return passed;
  return {
    kind: 'fail',
    difference: differences.map(it => `${it}: expected ${expected[it]}, found ${found[it]}`).join('; '),
  };
}

function answer(given: Case): Expected {
  const { object: rollout, weights } = given;
  const state: CanaryState = {
    rollout,
    newRS: given.new,
    stableRS: given.same ? given.new : given.stable,
    old: given.old ?? [],
    ...(weights && { weights: { canary: weights.canary.weight, stable: weights.stable.weight } }),
  };
  return {
    ...replicaCounts(state),
    maxSurge: maxSurge(rollout),
    maxUnavailable: maxUnavailable(rollout),
    weight: wantedBy(state).weight,
    atDesired: atDesiredCounts(state),
  };
}
