import { describe, expect, it } from 'vitest';
import { argocdSettings } from '../../server/core/model/argocdSettings.ts';
import { keyOf, keyText, metadataOf, nameOf, namespaceOf } from '../../server/core/sync/resource.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import {
  type Cluster,
  ClusterFailure,
  type ClusterFailureReason,
  type DiscoveredKind,
  type KindRef,
  type ListOptions,
  type WatchEvent,
} from '../../server/engine/cluster.ts';
import { createLiveCache, type LiveEvent } from '../../server/engine/live.ts';
import { HandClock } from '../support/world.ts';

interface More {
  readonly app?: string;
  readonly owner?: JsonObject;
  readonly namespace?: string;
  readonly metadata?: JsonObject;
  readonly body?: JsonObject;
}

/** An object, `apps/v1 Deployment web`; its uid is its kind and name. */
function object(text: string, { app, owner, namespace = 'shop', metadata = {}, body = {} }: More = {}): JsonObject {
  const [apiVersion = '', kind = '', name = ''] = text.split(' ');
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== '' && { namespace }),
      uid: `${kind} ${name}`,
      resourceVersion: '1',
      managedFields: [{ manager: 'somebody' }],
      ...(app !== undefined && {
        annotations: { 'argocd.argoproj.io/tracking-id': `${app}:${group}/${kind}:${namespace}/${name}` },
      }),
      ...(owner && {
        ownerReferences: [{ uid: String(metadataOf(owner).uid), kind: String(owner.kind), name: nameOf(owner) }],
      }),
      ...metadata,
    },
    ...body,
  };
}

const kinds = [
  'v1 Pod',
  'v1 ConfigMap',
  'v1 Secret',
  'v1 Service',
  'v1 Endpoints',
  'v1 PersistentVolumeClaim',
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'apps/v1 StatefulSet',
  'batch/v1 Job',
  'batch/v1 CronJob',
  'example.com/v1 Thing',
  'example.com/v1 Part',
];

/** A cluster in memory: what it holds can be changed, and listing forbidden. */
class MemoryCluster {
  readonly objects = new Map<string, JsonObject>();
  /** By kind, `Kind` for the whole cluster or `Kind namespace`. */
  readonly failing = new Map<string, ClusterFailureReason>();
  readonly watched: string[] = [];
  readonly listed: string[] = [];
  readonly #watches = new Set<{
    readonly kind: KindRef;
    readonly options: ListOptions;
    readonly listener: (event: WatchEvent) => void;
  }>();

  constructor(objects: readonly JsonObject[]) {
    for (const it of objects) this.objects.set(keyText(keyOf(it)), it);
  }

  get port(): Cluster {
    return this as unknown as Cluster;
  }

  readonly name = 'memory';
  readonly server = 'https://memory';

  async list(kind: KindRef, options: ListOptions = {}) {
    this.listed.push(place(kind, options));
    return { items: this.#items(kind, options), resourceVersion: '1' };
  }

  watch(kind: KindRef, options: ListOptions, listener: (event: WatchEvent) => void) {
    const watch = { kind, options, listener };
    this.#watches.add(watch);
    this.watched.push(place(kind, options));
    queueMicrotask(() => this.#begin(watch));
    return { stop: () => void this.#watches.delete(watch) };
  }

  put(it: JsonObject): void {
    const key = keyText(keyOf(it));
    const kind = this.objects.has(key) ? 'modified' : 'added';
    this.objects.set(key, it);
    this.#tell(it, { kind, object: it });
  }

  remove(it: JsonObject): void {
    this.objects.delete(keyText(keyOf(it)));
    this.#tell(it, { kind: 'deleted', object: it });
  }

  /** Of every watch of a kind. */
  trouble(kind: string, reason: ClusterFailureReason): void {
    for (const it of [...this.#watches])
      if (it.kind.kind === kind) it.listener({ kind: 'trouble', failure: new ClusterFailure(reason, kind, reason) });
  }

  /** What came and went while a watch was blind is in its next list. */
  relist(): void {
    for (const it of [...this.#watches]) this.#begin(it);
  }

  recover(kind: string): void {
    for (const it of [...this.#watches]) if (it.kind.kind === kind) it.listener({ kind: 'recovered' });
  }

  #begin(watch: {
    readonly kind: KindRef;
    readonly options: ListOptions;
    readonly listener: (event: WatchEvent) => void;
  }): void {
    try {
      const objects = this.#items(watch.kind, watch.options);
      watch.listener({ kind: 'listed', objects });
    } catch (cause) {
      watch.listener({ kind: 'trouble', failure: cause as ClusterFailure });
    }
  }

  #items(kind: KindRef, options: ListOptions): JsonObject[] {
    const { namespace, keep = it => it } = options;
    const reason = this.failing.get(place(kind, options));
    if (reason) throw new ClusterFailure(reason, kind.kind, `${place(kind, options)}: ${reason}`);
    return [...this.objects.values()]
      .filter(it => it.apiVersion === kind.apiVersion && it.kind === kind.kind)
      .filter(it => namespace === undefined || namespaceOf(it) === namespace)
      .map(keep);
  }

  #tell(it: JsonObject, event: WatchEvent): void {
    for (const { kind, options, listener } of [...this.#watches]) {
      const { namespace, keep = one => one } = options;
      if (kind.kind !== it.kind || (namespace !== undefined && namespace !== namespaceOf(it))) continue;
      listener('object' in event ? { ...event, object: keep(event.object) } : event);
    }
  }
}

const place = ({ kind }: KindRef, { namespace }: ListOptions): string =>
  namespace === undefined ? kind : `${kind} ${namespace}`;

function liveOf(
  objects: readonly JsonObject[],
  more: { readonly failing?: Readonly<Record<string, ClusterFailureReason>>; readonly exclusions?: string } = {},
) {
  const cluster = new MemoryCluster(objects);
  for (const [key, reason] of Object.entries(more.failing ?? {})) cluster.failing.set(key, reason);
  const clock = new HandClock();
  const namespaces = ['shop'];
  const discovered = kinds.map((it): DiscoveredKind => {
    const [apiVersion = '', kind = ''] = it.split(' ');
    return {
      apiVersion,
      kind,
      resource: kind.toLowerCase(),
      namespaced: true,
      verbs: ['list', 'watch'],
      preferred: true,
    };
  });
  const live = createLiveCache({
    cluster: cluster.port,
    discovery: { gitVersion: 'v1', kinds: discovered, apiVersions: [], failedGroups: [] },
    settings: argocdSettings({ data: { 'resource.exclusions': more.exclusions ?? '' } }),
    clock,
    namespaces: () => namespaces,
  });
  const told: LiveEvent[] = [];
  live.subscribe(it => told.push(it));
  return { cluster, clock, live, namespaces, told };
}

const names = (objects: readonly JsonObject[]): readonly string[] => objects.map(it => `${it.kind} ${nameOf(it)}`);
const webKey = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };

const web = object('apps/v1 Deployment web', { app: 'shop' });
const webSet = object('apps/v1 ReplicaSet web-1', { owner: web });
const webPod = object('v1 Pod web-1-a', { owner: webSet });

describe('what an Application tracks', () => {
  it('is found in every kind that can be listed', async () => {
    const { live } = liveOf([
      web,
      object('v1 ConfigMap settings', { app: 'shop' }),
      object('example.com/v1 Thing t', { app: 'other' }),
    ]);
    await live.ready();
    expect(names(live.tracked('shop'))).toEqual(['ConfigMap settings', 'Deployment web']);
    expect(['apps/Deployment/shop/web', '/ConfigMap/shop/nobodys'].map(it => live.trackedBy(it))).toEqual([
      'shop',
      undefined,
    ]);
  });

  it('is not what a controller copied the annotation to', async () => {
    const copy = object('apps/v1 ReplicaSet web-1', { app: 'shop', owner: web });
    const { live } = liveOf([web, copy]);
    await live.ready();
    expect(names(live.tracked('shop'))).toEqual(['Deployment web']);
  });

  it('only kinds that matter are watched, each once', async () => {
    const { live, cluster } = liveOf([web, webSet, webPod, object('v1 ConfigMap nobodys')]);
    await live.ready();
    await live.need([
      { group: 'apps', kind: 'Deployment' },
      { group: '', kind: 'Secret' },
    ]);
    await live.need([
      { group: '', kind: 'Secret' },
      { group: 'no.such', kind: 'Kind' },
    ]);
    expect(cluster.watched.toSorted()).toEqual(['Deployment', 'Pod', 'ReplicaSet', 'Secret']);
  });

  it('excluded kinds are never asked for', async () => {
    const { live, cluster } = liveOf([object('example.com/v1 Thing t', { app: 'shop' })], {
      exclusions: '- apiGroups: [example.com]\n  kinds: [Thing]\n',
    });
    await live.ready();
    await live.need([{ group: 'example.com', kind: 'Thing' }]);
    expect(cluster.listed).not.toContain('Thing');
    expect(live.tracked('shop')).toEqual([]);
  });

  it('that came since, of a kind that is not watched, a search finds', async () => {
    const { live, cluster } = liveOf([web]);
    await live.ready();
    cluster.put(object('example.com/v1 Thing new', { app: 'shop' }));
    expect(names(live.tracked('shop'))).toEqual(['Deployment web']);
    await live.search();
    expect(names(live.tracked('shop'))).toEqual(['Deployment web', 'Thing new']);
  });
});

describe('what grows below', () => {
  it('is found level by level', async () => {
    const { live } = liveOf([web, webSet, webPod]);
    await live.ready();
    expect(names(live.owned('Deployment web'))).toEqual(['ReplicaSet web-1']);
    expect(names(live.owned('ReplicaSet web-1'))).toEqual(['Pod web-1-a']);
    expect(nameOf(live.rootOf(webPod))).toBe('web');
  });

  it('of a kind of its own is watched too', async () => {
    const thing = object('example.com/v1 Thing t', { app: 'shop' });
    const { live } = liveOf([thing, object('example.com/v1 Part p', { owner: thing })]);
    await live.ready();
    expect(names(live.owned('Thing t'))).toEqual(['Part p']);
  });

  it('is watched before the first of it comes, where Kubernetes is known to make some', async () => {
    const nightly = object('batch/v1 CronJob nightly', { app: 'shop' });
    const { live, cluster } = liveOf([nightly]);
    await live.ready();
    cluster.put(object('batch/v1 Job nightly-1', { owner: nightly }));
    expect(names(live.owned('CronJob nightly'))).toEqual(['Job nightly-1']);
  });

  it('a StatefulSet has claims by name, a Service its endpoints', async () => {
    const body = { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } };
    const set = object('apps/v1 StatefulSet db', { app: 'shop', body });
    const service = object('v1 Service db', { app: 'shop' });
    const claim = object('v1 PersistentVolumeClaim data-db-0', { app: 'shop' });
    const { live } = liveOf([
      set,
      service,
      claim,
      object('v1 PersistentVolumeClaim data-dba-0'),
      object('v1 Endpoints db'),
    ]);
    await live.ready();
    expect(names(live.owned('StatefulSet db'))).toEqual(['PersistentVolumeClaim data-db-0']);
    expect(names(live.owned('Service db'))).toEqual(['Endpoints db']);
    expect(nameOf(live.rootOf(claim))).toBe('db');
    // Otherwise a claim that copied its set's label would be pruned, and the data with it.
    expect(names(live.tracked('shop'))).toEqual(['Service db', 'StatefulSet db']);
  });
});

describe('changes', () => {
  it('of a burst are told together, with the objects above them', async () => {
    const { live, cluster, clock, told } = liveOf([web, webSet, webPod]);
    await live.ready();
    clock.turn(50);
    told.length = 0;
    cluster.put(object('v1 Pod web-1-a', { owner: webSet, metadata: { resourceVersion: '2' } }));
    cluster.put(object('v1 Pod web-1-b', { owner: webSet }));
    expect(told).toEqual([]);
    clock.turn(50);
    expect(told).toEqual([
      { kind: 'changed', keys: new Set(['/Pod/shop/web-1-a', 'apps/Deployment/shop/web', '/Pod/shop/web-1-b']) },
    ]);
  });

  it('of what was deleted name the object above it too', async () => {
    const { live, cluster, clock, told } = liveOf([web, webSet, webPod]);
    await live.ready();
    clock.turn(50);
    told.length = 0;
    cluster.remove(webPod);
    clock.turn(50);
    expect(told).toEqual([{ kind: 'changed', keys: new Set(['/Pod/shop/web-1-a', 'apps/Deployment/shop/web']) }]);
    expect(live.owned('ReplicaSet web-1')).toEqual([]);
  });

  it('that nobody told are in the next list', async () => {
    const { live, cluster } = liveOf([web, webSet, webPod]);
    await live.ready();
    cluster.objects.delete(keyText(keyOf(webPod)));
    const next = object('v1 Pod web-1-b', { owner: webSet });
    cluster.objects.set(keyText(keyOf(next)), next);
    cluster.relist();
    expect(names(live.owned('ReplicaSet web-1'))).toEqual(['Pod web-1-b']);
  });

  it('that change nothing are not told', async () => {
    const { live, cluster, clock, told } = liveOf([web]);
    await live.ready();
    clock.turn(50);
    told.length = 0;
    cluster.put(web);
    clock.turn(50);
    expect(told).toEqual([]);
  });

  it('are not told to whom has left, nor after the end', async () => {
    const { live, cluster, clock, told } = liveOf([web]);
    await live.ready();
    clock.turn(50);
    told.length = 0;
    cluster.remove(web);
    live.dispose();
    clock.turn(50);
    expect(told).toEqual([]);
  });
});

describe('permissions', () => {
  it('a kind that may not be listed in the whole cluster is watched in the namespaces that matter', async () => {
    const { live } = liveOf([web, object('apps/v1 Deployment far', { app: 'shop', namespace: 'far' })], {
      failing: { Deployment: 'forbidden' },
    });
    await live.ready();
    expect(names(live.tracked('shop'))).toEqual(['Deployment web']);
    expect(live.forbidden.map(it => it.message)).toEqual(['Deployment: forbidden']);
    expect(live.covers(webKey)).toBe(true);
    expect(live.covers({ ...webKey, namespace: 'far' })).toBe(false);
    expect([live.hides(webKey), live.hides({ ...webKey, namespace: 'far' })]).toEqual([false, true]);
  });

  it('a namespace that comes to matter is watched with the next need', async () => {
    const { live, namespaces } = liveOf([web, object('apps/v1 Deployment far', { app: 'shop', namespace: 'far' })], {
      failing: { Deployment: 'forbidden' },
    });
    await live.ready();
    namespaces.push('far');
    await live.need([{ group: 'apps', kind: 'Deployment' }]);
    expect(names(live.tracked('shop'))).toEqual(['Deployment far', 'Deployment web']);
  });

  it('that are given later count from the next search on', async () => {
    const { live, cluster } = liveOf([web, object('apps/v1 Deployment far', { app: 'shop', namespace: 'far' })], {
      failing: { Deployment: 'forbidden' },
    });
    await live.ready();
    cluster.failing.clear();
    await live.search();
    expect(names(live.tracked('shop'))).toEqual(['Deployment far', 'Deployment web']);
    expect(live.forbidden).toEqual([]);
    // The watch of the one namespace is gone with what it was for.
    cluster.remove(web);
    expect(names(live.tracked('shop'))).toEqual(['Deployment far']);
  });

  it('for nothing at all leave an empty cache, and every kind named', async () => {
    const failing = Object.fromEntries(
      kinds.flatMap(it => [it.split(' ')[1] ?? '', `${it.split(' ')[1]} shop`]).map(it => [it, 'forbidden' as const]),
    );
    const { live } = liveOf([web], { failing });
    await live.ready();
    expect(live.tracked('shop')).toEqual([]);
    expect(live.forbidden.length).toBe(kinds.length * 2);
  });
});

describe('failures', () => {
  it('of the cluster reject', async () => {
    const { live } = liveOf([web], { failing: { Pod: 'unauthorized' } });
    await expect(live.ready()).rejects.toMatchObject({ reason: 'unauthorized' });
  });

  it('of one aggregated API hide its objects only', async () => {
    const { live } = liveOf([web], { failing: { Thing: 'serverError' } });
    await live.ready();
    expect(names(live.tracked('shop'))).toEqual(['Deployment web']);
    expect(live.forbidden.map(it => it.reason)).toEqual(['serverError']);
  });

  it('are told with the first watch, and their end with the last', async () => {
    const { live, cluster, told } = liveOf([web]);
    await live.ready();
    told.length = 0;
    cluster.trouble('Pod', 'unreachable');
    cluster.trouble('Deployment', 'unreachable');
    cluster.recover('Pod');
    cluster.recover('Deployment');
    expect(told.map(it => it.kind)).toEqual(['trouble', 'recovered']);
  });

  it('of one aggregated API are no failure of the cluster, and hide none', async () => {
    const { live, cluster, told } = liveOf([web, object('example.com/v1 Thing t', { app: 'shop' })]);
    await live.ready();
    told.length = 0;
    cluster.trouble('Thing', 'serverError');
    expect(live.forbidden.map(it => it.message)).toEqual(['Thing (example.com/v1): serverError']);
    cluster.trouble('Pod', 'unreachable');
    cluster.recover('Thing');
    expect(live.forbidden).toEqual([]);
    cluster.recover('Pod');
    expect(told.map(it => it.kind)).toEqual(['trouble', 'recovered']);
  });

  it('a kind that is removed from the server takes its objects along', async () => {
    const { live, cluster } = liveOf([object('example.com/v1 Thing t', { app: 'shop' })]);
    await live.ready();
    cluster.trouble('Thing', 'notFound');
    expect(live.tracked('shop')).toEqual([]);
    expect(live.covers({ group: 'example.com', kind: 'Thing', namespace: 'shop', name: 't' })).toBe(false);
    expect(live.hides({ group: 'example.com', kind: 'Thing', namespace: 'shop', name: 't' })).toBe(false);
  });
});

describe('what is held', () => {
  const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };

  it('of a tracked object: everything', async () => {
    const { live } = liveOf([web]);
    await live.ready();
    expect(live.get(webKey)).toEqual(web);
  });

  it('of others: not who wrote which field', async () => {
    const pod = object('v1 Pod lone', { metadata: { annotations: applied } });
    const { live } = liveOf([pod]);
    await live.ready();
    const { managedFields: _, ...metadata } = metadataOf(pod);
    expect(live.get(keyOf(pod))).toEqual({ ...pod, metadata });
  });

  it('of what a controller made: not what was last applied either', async () => {
    const pod = object('v1 Pod web-1-a', { owner: webSet, metadata: { annotations: { ...applied, kept: 'yes' } } });
    const { live } = liveOf([web, webSet, pod]);
    await live.ready();
    expect(metadataOf(live.get(keyOf(pod)) ?? {}).annotations).toEqual({ kept: 'yes' });
  });

  it.each([
    ['that a controller made', object('v1 Secret s', { owner: web, body: { data: { password: 'aHVudGVy' } } })],
    ['of Helm', object('v1 Secret s', { body: { type: 'helm.sh/release.v1', data: { release: 'H4sI' } } })],
    [
      'with a token',
      object('v1 Secret s', { body: { type: 'kubernetes.io/service-account-token', data: { token: 'ZXlK' } } }),
    ],
  ])('of a Secret %s: names, no values', async (_, secret) => {
    const { live } = liveOf([web, secret]);
    await live.ready();
    await live.need([{ group: '', kind: 'Secret' }]);
    expect(Object.values((live.get(keyOf(secret))?.data ?? {}) as JsonObject)).toEqual(['']);
  });

  it('of a Secret that may be compared: values', async () => {
    const secret = object('v1 Secret s', { app: 'shop', body: { data: { password: 'aHVudGVy' } } });
    const { live } = liveOf([secret]);
    await live.ready();
    expect(live.get(keyOf(secret))?.data).toEqual({ password: 'aHVudGVy' });
  });
});
