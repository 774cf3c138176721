import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CompareSettings, compare } from '../../../server/core/diff/compare.ts';
import { DiffError } from '../../../server/core/diff/failure.ts';
import { settingsFrom } from '../../../server/core/diff/settings.ts';
import { mergeStrategic, threeWayPatch, withLastApplied } from '../../../server/core/diff/threeWay.ts';
import type { KubernetesTypes } from '../../../server/core/diff/types.ts';
import type { Facts } from '../../../server/core/facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../../../server/core/text/json.ts';
import { kubernetesTypes } from '../../support/kubernetesTypes.ts';

let types: KubernetesTypes;
let settings: CompareSettings;
beforeAll(async () => {
  types = await kubernetesTypes();
  settings = settingsFrom(undefined, undefined, types);
}, 600_000);

const nothing: Facts = { get: () => undefined };

const name = fc.constantFrom('web', 'db', 'cache', 'proxy');
const amount = fc.constantFrom('100m', '0.1', '1', '1Gi', '1024Mi', 2, '1.5');
const texts = fc.dictionary(name, fc.string({ maxLength: 5 }), { maxKeys: 3 });
const container = fc.record(
  {
    name,
    image: fc.constantFrom('nginx', 'nginx:latest', 'nginx:1', 'reg:5000/x@sha256:ab'),
    env: fc.uniqueArray(fc.record({ name, value: fc.string({ maxLength: 3 }) }), { selector: it => it.name }),
    ports: fc.uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 443, 53) }), {
      selector: it => it.containerPort,
    }),
    resources: fc.record({ requests: fc.record({ cpu: amount, memory: amount }) }),
  },
  { requiredKeys: ['name'] },
);
const containers = fc.uniqueArray(container, { minLength: 1, maxLength: 3, selector: it => it.name });
const deployment = fc.record({ replicas: fc.nat(5), containers, labels: texts, annotations: texts }).map(
  ({ replicas, containers: all, labels, annotations }): JsonObject =>
    JSON.parse(
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'shop', labels, annotations },
        spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: all } } },
      }),
    ),
);
const widget = fc
  .record({ labels: texts, spec: fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })) })
  .map(
    ({ labels, spec }): JsonObject =>
      JSON.parse(
        JSON.stringify({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', labels }, spec }),
      ),
  );
const anything = fc.oneof(deployment, widget);

describe('comparing', () => {
  it('an object with itself never finds a difference, however it is compared', () => {
    fc.assert(
      fc.property(anything, fc.boolean(), (object, structured) => {
        const result = compare(
          { target: object, live: object },
          { ...settings, structured, isServed: () => true },
          nothing,
        );
        expect([result.modified, result.error]).toEqual([false, undefined]);
      }),
    );
  });

  it('what the API server adds is no difference', () => {
    fc.assert(
      fc.property(deployment, target => {
        const live = {
          ...target,
          metadata: { ...(target.metadata as JsonObject), uid: 'u', resourceVersion: '1', generation: 1 },
          status: { replicas: 1 },
        };
        expect(compare({ target, live }, settings, nothing).modified).toBe(false);
      }),
    );
  });

  it('another number of replicas is one, and the prediction has it', () => {
    fc.assert(
      fc.property(deployment, fc.integer({ min: 6, max: 9 }), (live, replicas) => {
        const target = { ...live, spec: { ...(live.spec as JsonObject), replicas } };
        const result = compare({ target, live }, settings, nothing);
        expect(result.modified).toBe(true);
        expect(result.predictedLive?.spec).toMatchObject({ replicas });
      }),
    );
  });

  it('the same comparison gives the same answer, and changes neither object', () => {
    fc.assert(
      fc.property(anything, anything, (target, live) => {
        const before = JSON.stringify([target, live]);
        const first = compare({ target, live }, settings, nothing);
        expect(compare({ target, live }, settings, nothing)).toEqual(first);
        expect(JSON.stringify([target, live])).toBe(before);
      }),
    );
  });
});

describe('the patch of a client-side apply', () => {
  it('brings everything that is wanted', () => {
    fc.assert(
      fc.property(deployment, deployment, (target, live) => {
        const { patch } = threeWayPatch(target, live, types);
        expectHas(mergeStrategic(live, patch, types), target);
      }),
    );
  });

  it('takes away what was applied before and is wanted no more, and nothing else', () => {
    fc.assert(
      fc.property(deployment, deployment, (former, target) => {
        const live = { ...withLastApplied(former), status: { replicas: 3 } };
        const applied = mergeStrategic(live, threeWayPatch(target, live, types).patch, types);
        expect(containerNames(applied)).toEqual(containerNames(target));
        expect(applied.status).toEqual({ replicas: 3 });
      }),
    );
  });

  it('has nothing to say the second time', () => {
    fc.assert(
      fc.property(deployment, deployment, (former, target) => {
        const live = withLastApplied(former);
        const once = mergeStrategic(live, threeWayPatch(target, live, types).patch, types);
        expect(threeWayPatch(target, once, types).patch).toEqual({});
      }),
    );
  });

  it('fails as kubectl fails where an entry of a list has no merge key', () => {
    const target = pod([{ image: 'nginx' }]);
    expect(() => threeWayPatch(target, pod([{ name: 'a' }]), types)).toThrow(
      new DiffError('map: map[image:nginx] does not contain declared merge key: name'),
    );
  });
});

const pod = (all: Json): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: all },
});

function containerNames(object: JsonObject): readonly string[] {
  const spec = (object.spec as JsonObject).template as JsonObject;
  return ((spec.spec as JsonObject).containers as readonly JsonObject[]).map(it => String(it.name)).sort();
}

/** Every field of the pattern; entries of lists by their name. */
function expectHas(object: Json | undefined, pattern: Json): void {
  if (Array.isArray(pattern)) {
    const items = (object ?? []) as readonly Json[];
    for (const it of pattern as readonly Json[]) {
      const key = isObject(it) ? (it.name ?? it.containerPort) : undefined;
      const found = items.find(one => isObject(one) && (one.name ?? one.containerPort) === key);
      expectHas(key === undefined ? object : found, it);
    }
  } else if (isObject(pattern))
    for (const key of Object.keys(pattern)) expectHas(isObject(object) ? object[key] : undefined, pattern[key] ?? null);
  else expect(object).toEqual(pattern);
}

describe('with the prediction of the API server', () => {
  const metadata = { name: 'settings', namespace: 'shop' };
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, resourceVersion: '1' },
    data: { a: '1', foreign: 'x' },
  };
  const managed = (data: JsonObject) => [
    {
      manager: 'argocd-controller',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': data },
    },
    {
      manager: 'webhook',
      operation: 'Update',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:injected': {} } },
    },
  ];
  const predicted = (data: JsonObject, owned: JsonObject): JsonObject => ({
    ...live,
    metadata: { ...metadata, resourceVersion: '1', managedFields: managed(owned) },
    data,
  });
  const target = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } };

  it('what a webhook changes is no difference', () => {
    const answer = predicted({ a: '1', foreign: 'x', injected: 'y' }, { 'f:a': {} });
    const result = compare({ target, live, predicted: answer }, settings, nothing);
    expect([result.by, result.modified, result.error]).toEqual(['server', false, undefined]);
  });

  it('but counts with IncludeMutationWebhook=true', () => {
    const application = {
      metadata: { annotations: { 'argocd.argoproj.io/compare-options': 'IncludeMutationWebhook=true' } },
    };
    const answer = predicted({ a: '1', foreign: 'x', injected: 'y' }, { 'f:a': {} });
    const rules = settingsFrom(application, undefined, types);
    expect(compare({ target, live, predicted: answer }, rules, nothing).modified).toBe(true);
  });

  it('what we change and what we take away are differences', () => {
    const changed = compare(
      { target, live, predicted: predicted({ a: '2', foreign: 'x' }, { 'f:a': {} }) },
      settings,
      nothing,
    );
    expect([changed.modified, changed.predictedLive?.data]).toEqual([true, { a: '2', foreign: 'x' }]);
    const gone = compare(
      { target, live, predicted: predicted({ foreign: 'x', b: '1' }, { 'f:b': {} }) },
      settings,
      nothing,
    );
    expect(gone.predictedLive?.data).toEqual({ foreign: 'x', b: '1' });
  });

  it('fields that are ignored stay out of it, and managers are never shown', () => {
    const application = { spec: { ignoreDifferences: [{ group: '', kind: 'ConfigMap', jsonPointers: ['/data/a'] }] } };
    const answer = predicted({ a: '2', foreign: 'x' }, { 'f:a': {} });
    const result = compare({ target, live, predicted: answer }, settingsFrom(application, undefined, types), nothing);
    expect([result.modified, result.predictedLive?.data]).toEqual([false, { foreign: 'x' }]);
    expect(result.predictedLive?.metadata).toEqual(metadata);
  });

  it('the living object itself as prediction means that nobody was asked, and nothing would change', () => {
    const result = compare({ target, live, predicted: live }, settings, nothing);
    expect([result.by, result.modified, result.error]).toEqual(['settled', false, undefined]);
  });

  it('an answer without managers cannot be compared, and says so', () => {
    const result = compare({ target, live, predicted: { ...live } }, settings, nothing);
    expect(result.error).toContain('predictedLive for resource ConfigMap/settings must have the managedFields');
  });
});
