import { expect, it } from 'vitest';
import { respectIgnored } from '../../../server/core/diff/respectIgnored.ts';
import { typesFrom } from '../../../server/core/diff/types.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

const types = typesFrom({});
const rollout = (spec: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' } },
  ...more,
  spec,
});
const without = (key: string, object: JsonObject): JsonObject => {
  const { [key]: _, ...spec } = object.spec as JsonObject;
  return { ...object, spec };
};

it('keeps what lives in an ignored field', () => {
  const target = rollout({ replicas: 1, image: 'new' });
  const live = rollout({ replicas: 7, image: 'old' });
  const normalized = { target: without('replicas', target), live: without('replicas', live), missing: [] };
  expect(respectIgnored(target, live, normalized, types)).toEqual(rollout({ replicas: 7, image: 'new' }));
});

it('never takes a status over', () => {
  const target = rollout({ replicas: 1 });
  const live = rollout({ replicas: 7 }, { status: { phase: 'Running' } });
  const normalized = { target: without('replicas', target), live: without('replicas', live), missing: [] };
  expect(respectIgnored(target, live, normalized, types)).toEqual(rollout({ replicas: 7 }));
});

it('leaves a target alone whose ignored field does not live', () => {
  const target = rollout({ image: 'new' });
  const live = rollout({ image: 'old', extra: true });
  expect(respectIgnored(target, live, { target, live, missing: [] }, types)).toEqual(target);
});

it('takes a list over whole that is one value to a merge', () => {
  const target = rollout({ steps: [{ name: 'a', v: 1 }] });
  const live = rollout({
    steps: [
      { name: 'a', v: 2 },
      { name: 'ours', v: 3 },
    ],
  });
  const cleaned = rollout({ steps: [{ name: 'a', v: 2 }] });
  expect(respectIgnored(target, live, { target, live: cleaned, missing: [] }, types)).toEqual(live);
});

it('keeps an ignored field inside of what the target does not have', () => {
  const target = rollout({ image: 'new' });
  const live = rollout({ image: 'old', metrics: { kept: 1, other: 2 } });
  const cleaned = rollout({ image: 'old', metrics: { other: 2 } });
  expect(respectIgnored(target, live, { target, live: cleaned, missing: [] }, types)).toEqual(
    rollout({ image: 'new', metrics: { kept: 1 } }),
  );
});
