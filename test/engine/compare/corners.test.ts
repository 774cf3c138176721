import { beforeAll, describe, expect, it } from 'vitest';
import { type CompareSettings, compare, normalizedPair } from '../../../server/core/diff/compare.ts';
import type { IgnoreRule } from '../../../server/core/diff/comparison.ts';
import { valueAt } from '../../../server/core/diff/json.ts';
import { maskSecrets } from '../../../server/core/diff/mask.ts';
import { respectIgnored } from '../../../server/core/diff/respectIgnored.ts';
import { settingsFrom } from '../../../server/core/diff/settings.ts';
import type { KubernetesTypes } from '../../../server/core/diff/types.ts';
import type { Facts } from '../../../server/core/facts/facts.ts';
import type { Json, JsonObject } from '../../../server/core/text/json.ts';
import { kubernetesTypes } from '../../support/kubernetesTypes.ts';

/** What Argo CD's libraries do where they do not do the obvious; each was found by running them beside ours. */
let types: KubernetesTypes;
let settings: CompareSettings;
beforeAll(async () => {
  types = await kubernetesTypes();
  settings = settingsFrom(undefined, undefined, types);
}, 600_000);

const rule = (pointer: string): IgnoreRule => ({
  ...{ group: '*', kind: '*', name: '', namespace: '' },
  ...{ jsonPointers: [pointer], jqPathExpressions: [], managedFieldsManagers: [] },
});
const nothing: Facts = { get: () => undefined };
const compared = (target: JsonObject, live: JsonObject, structured = false) =>
  compare({ target, live }, { ...settings, structured }, nothing);

describe('a kind that is not built in', () => {
  const widget = (list: Json): JsonObject => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { list },
  });

  it('a null in an entry of a list is the same as no field', () => {
    expect(compared(widget([{ name: 'a', v: null }]), widget([{ name: 'a' }])).modified).toBe(false);
    expect(compared(widget([{ name: 'a', v: 1 }]), widget([{ name: 'a' }])).modified).toBe(true);
  });

  it('a list replaced by a map loses the nulls of the map', () => {
    const { predictedLive } = compared(widget({ a: null, b: 1 }), widget([1]));
    expect(predictedLive?.spec).toEqual({ list: { b: 1 } });
  });
});

describe('a list of texts that is merged', () => {
  const account = (finalizers: readonly string[]): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'a', finalizers },
  });

  it('in another order is no difference where the wanted order is the alphabet’s', () => {
    expect(compared(account(['a/a', 'a/b']), account(['a/b', 'a/a'])).modified).toBe(false);
    expect(compared(account(['a/b', 'a/a']), account(['a/a', 'a/b'])).modified).toBe(true);
  });
});

it('an entry of a list without the key that it is merged by makes the comparison fail', () => {
  const account = (more: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'a', ...more },
    secrets: [{ namespace: 'b' }],
  });
  expect(compared(account({ labels: { a: 'b' } }), account({})).error).toContain(
    'does not contain declared merge key: name',
  );
});

it('an empty text is an amount of pods like any other, and keeps its default away', () => {
  const deployment = (rollingUpdate: JsonObject): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { strategy: { type: 'RollingUpdate', rollingUpdate }, template: {} },
  });
  const { normalizedLive } = compared(deployment({}), deployment({ maxSurge: '' }));
  expect(valueAt(normalizedLive, 'spec', 'strategy')).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: '', maxUnavailable: '25%' },
  });
});

it('a key that is null names an entry of a list as null, not by its default', () => {
  const map: JsonObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'm', ownerReferences: [{ uid: null, added: 'x' }] },
  };
  expect(compared(map, map, true).error).toContain(
    '.metadata.ownerReferences[uid=null].added: field not declared in schema',
  );
});

it('the note of a Secret’s last apply is masked on both sides of a difference', () => {
  const secret = (data: JsonObject, annotations?: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', ...(annotations && { annotations }) },
    data,
  });
  const noted = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(secret({ a: 'c2VjcmV0' })),
  };
  const { normalizedLive, predictedLive } = compared(secret({ a: 'Yg==' }), secret({ a: 'c2VjcmV0' }, noted));
  const masked = maskSecrets(
    { ...(predictedLive && { target: predictedLive }), ...(normalizedLive && { live: normalizedLive }) },
    types,
  );
  expect(JSON.stringify(masked)).not.toContain('c2VjcmV0');
});

describe('both sides after the ignore rules alone', () => {
  const rollout = (requests: Json): JsonObject => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'r' },
    spec: { template: { spec: { containers: [{ name: 'c', resources: { requests } }] } } },
  });
  const withoutAt = (pointer: string, object: JsonObject) =>
    normalizedPair(
      { target: object, live: object },
      {
        ...settings,
        ignores: [rule(pointer)],
      },
      nothing,
    );

  it('are an error where a rule takes the kind away', () => {
    expect(withoutAt('/kind', { apiVersion: 'v1', kind: 'ConfigMap' }).error).toBe(
      `Object 'Kind' is missing in '{"apiVersion":"v1"}'`,
    );
    expect(withoutAt('/data', { apiVersion: 'v1', kind: 'ConfigMap', data: {} }).target).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
    });
  });

  it('are an error where a part is not of its known type, which a comparison leaves as it is', () => {
    expect(withoutAt('/x', rollout({ cpu: '0.5' })).target).toEqual(rollout({ cpu: '500m' }));
    const wrong = rollout({ cpu: 'much' });
    expect(withoutAt('/x', wrong)).toMatchObject({ error: expect.any(String) });
    expect(compared(wrong, wrong).normalizedLive).toEqual(wrong);
  });
});

describe('a built-in kind whose ignored fields are respected', () => {
  const pod = (containers: Json): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers },
  });
  const target = pod([
    { name: 'a', image: 'a:2' },
    { name: 'b', image: 'b:2' },
  ]);
  const live = pod([
    { name: 'b', image: 'b:1' },
    { name: 'a', image: 'a:1' },
  ]);

  it('keeps them entry by entry', () => {
    const normalized = {
      target: pod([{ name: 'a', image: 'a:2' }, { name: 'b' }]),
      live: pod([{ name: 'b' }, { name: 'a', image: 'a:1' }]),
      missing: [],
    };
    expect(respectIgnored(target, live, normalized, types)).toEqual(
      pod([
        { name: 'b', image: 'b:1' },
        { name: 'a', image: 'a:2' },
      ]),
    );
  });

  it('keeps the whole list where an entry lost its key', () => {
    const normalized = { target: pod([]), live: pod([{ image: 'b:1' }, { name: 'a', image: 'a:1' }]), missing: [] };
    expect(respectIgnored(target, live, normalized, types)).toEqual(live);
  });
});

it('an empty list that is given keeps its default away', () => {
  const autoscaler = (policies?: Json): JsonObject => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: { maxReplicas: 3, behavior: { scaleDown: policies === undefined ? {} : { policies } } },
  });
  const withoutOne = { ...settings, ignores: [rule('/spec/behavior/scaleDown/policies/0')] };
  const policies = (object: JsonObject) =>
    valueAt(
      compare({ target: object, live: object }, withoutOne, nothing).normalizedLive,
      ...['spec', 'behavior', 'scaleDown', 'policies'],
    );
  expect(policies(autoscaler())).toEqual([{ type: 'Percent', value: 100, periodSeconds: 15 }]);
  expect(policies(autoscaler([{ type: 'Pods', value: 1, periodSeconds: 5 }]))).toEqual([]);
});
