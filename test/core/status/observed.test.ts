import { describe, expect, it } from 'vitest';
import type { HealthStatus } from '../../../server/core/health/health.ts';
import { defaultTracking } from '../../../server/core/model/tracking.ts';
import { observedStatus } from '../../../server/core/status/observed.ts';
import { pairsOf } from '../../../server/core/sync/pairs.ts';
import { keyOf, keyText } from '../../../server/core/sync/resource.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

interface Scene {
  readonly wanted?: readonly JsonObject[];
  readonly live?: readonly JsonObject[];
  /** Names of live objects that differ from what is wanted. */
  readonly modified?: readonly string[];
  readonly health?: Readonly<Record<string, HealthStatus>>;
  readonly targetsUnknown?: boolean;
  /** Names of objects that nobody may see. */
  readonly hidden?: readonly string[];
}

function see({ wanted = [], live = [], modified = [], health = {}, targetsUnknown = false, hidden = [] }: Scene) {
  const pairs = pairsOf({
    targets: wanted,
    live: new Map(live.map(it => [keyText(keyOf(it)), it])),
    instance: 'web',
    tracking: defaultTracking,
    namespace: 'shop',
    isNamespaced: () => true,
  });
  const seen = observedStatus({
    pairs,
    modified: pairs.pairs.map(it => modified.includes(it.key.name)),
    targetsUnknown,
    isHidden: it => hidden.includes(it.key.name),
    owned: [],
    healthOf: it => {
      const status = health[keyOf(it).name];
      return status && { status, message: '' };
    },
    qualifiedName: 'argocd/web',
    managedNamespace: () => false,
  });
  const resources = Object.fromEntries(seen.resources.map(it => [it.name, it.sync ?? 'not compared']));
  return { sync: seen.sync, health: seen.health, resources };
}

function object(name: string, annotations: Record<string, string> = {}, kind = 'ConfigMap'): JsonObject {
  const id = `web:/${kind}:shop/${name}`;
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'shop', annotations: { 'argocd.argoproj.io/tracking-id': id, ...annotations } },
  };
}

describe('an Application is', () => {
  it('Synced when everything is there and nothing differs', () => {
    expect(see({ wanted: [object('a')], live: [object('a')] })).toMatchObject({ sync: 'Synced', health: 'Healthy' });
  });

  it('Unknown when something may be there that nobody may see, unless something else differs for sure', () => {
    const [seen, unseen] = [object('a'), object('b')];
    const scene = { wanted: [seen, unseen], live: [seen], hidden: ['b'] };
    expect(see(scene)).toEqual({ sync: 'Unknown', health: 'Healthy', resources: { a: 'Synced', b: 'Unknown' } });
    expect(see({ ...scene, modified: ['a'] }).sync).toBe('OutOfSync');
    // Not seen is not missing.
    expect(see({ wanted: [unseen], hidden: ['b'] }).health).toBe('Healthy');
  });

  it('OutOfSync when something differs, is missing, or lives without being wanted', () => {
    expect(see({ wanted: [object('a')], live: [object('a')], modified: ['a'] }).sync).toBe('OutOfSync');
    expect(see({ wanted: [object('a')] }).sync).toBe('OutOfSync');
    expect(see({ live: [object('a')] }).sync).toBe('OutOfSync');
  });

  it('Synced though an extra object is OutOfSync, where that object says so', () => {
    const extra = object('a', { 'argocd.argoproj.io/compare-options': 'IgnoreExtraneous' });
    expect(see({ live: [extra] })).toMatchObject({ sync: 'Synced', resources: { a: 'OutOfSync' } });
  });

  it('Unknown when what is wanted could not be loaded', () => {
    expect(see({ live: [object('a')], targetsUnknown: true })).toMatchObject({
      sync: 'Unknown',
      resources: { a: 'Unknown' },
    });
  });

  it('not judged by hooks that still live', () => {
    const hook = object('h', { 'argocd.argoproj.io/hook': 'PreSync' });
    expect(see({ wanted: [hook], live: [hook], health: { h: 'Degraded' } })).toEqual({
      sync: 'Synced',
      health: 'Healthy',
      resources: { h: 'not compared' },
    });
  });
});

describe('health of an Application is', () => {
  it('the worst of its live resources', () => {
    const all = ['a', 'b', 'c'].map(it => object(it));
    const health = { a: 'Healthy', b: 'Degraded', c: 'Progressing' } as const;
    expect(see({ wanted: all, live: all, health }).health).toBe('Degraded');
  });

  it('Missing only when nothing lives', () => {
    expect(see({ wanted: [object('a'), object('b')] }).health).toBe('Missing');
    expect(see({ wanted: [object('a'), object('b')], live: [object('b')] }).health).toBe('Healthy');
  });

  it('not that of a resource that asks to be left out', () => {
    const quiet = object('a', { 'argocd.argoproj.io/ignore-healthcheck': 'true' });
    expect(see({ wanted: [quiet], live: [quiet], health: { a: 'Degraded' } }).health).toBe('Healthy');
  });

  it('not spoilt by child Applications that are Missing or Unknown', () => {
    const child: JsonObject = { ...object('child', {}, 'Application'), apiVersion: 'argoproj.io/v1alpha1' };
    const at = (health: HealthStatus) => see({ wanted: [child], live: [child], health: { child: health } }).health;
    expect([at('Missing'), at('Unknown'), at('Degraded')]).toEqual(['Healthy', 'Healthy', 'Degraded']);
  });
});
