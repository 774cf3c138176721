import { type ArgocdSettings, isExcluded } from '../core/model/argocdSettings.ts';
import { applicationOf, installationAnnotation, type Tracking, trackingAnnotation } from '../core/model/tracking.ts';
import { apiVersionOf, groupOf, keyOf, keyText, kindOf, metadataOf, type ResourceKey } from '../core/sync/resource.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import { abreast } from './abreast.ts';
import { type Cluster, ClusterFailure, type DiscoveredKind, type Discovery } from './cluster.ts';
import { isOfCluster, KindWatch } from './live/kindWatch.ts';
import { Objects } from './live/objects.ts';
import { growBelow, ownersOf } from './live/owners.ts';
import { slim } from './live/slim.ts';
import type { Clock } from './ports.ts';
import type { Subscription } from './workbench.ts';

/**
 * What lives in one cluster, as far as chosen Applications need it (kin: argo-cd:gitops-engine/pkg/cache/cluster.go, which watches
 * everything). At first the metadata of every kind is listed once: it tells which objects Applications track, and which kinds grow below
 * them. Only those kinds, and the ones that are asked for later, are watched. What is held of an object, and what not, says `slim`.
 */
export interface LiveCache {
  /** Resolves when everything that is watched was listed once. Rejects when the cluster itself fails. */
  ready(): Promise<void>;
  /** Watches more kinds, by group and kind; resolves when they are listed. Kinds that the server does not serve are passed over. */
  need(kinds: readonly { readonly group: string; readonly kind: string }[]): Promise<void>;
  /** Looks again for tracked objects of kinds that are not watched, and whether more may be read than before. Wanted before anything is pruned. */
  search(): Promise<void>;
  get(key: ResourceKey): JsonObject | undefined;
  /** Whether `get` would know the object if there were one: its kind is watched there, and was listed. */
  covers(key: ResourceKey): boolean;
  /** Whether an object may be there and is not seen, because its kind may not be listed there. */
  hides(key: ResourceKey): boolean;
  /** Every object without an owner that an Application of this instance name tracks. */
  tracked(instance: string): readonly JsonObject[];
  /** Instance name of the Application that tracks the object at a key (`keyText`). */
  trackedBy(key: string): string | undefined;
  /** Objects whose owner has this uid, by key. */
  owned(uid: string): readonly JsonObject[];
  /** The topmost owner that is known, the object itself if it has none. */
  rootOf(object: JsonObject): JsonObject;
  /** Kinds that may not be read, or whose server fails, and where; what is below them is not seen. */
  readonly forbidden: readonly ClusterFailure[];
  subscribe(listener: (event: LiveEvent) => void): Subscription;
  dispose(): void;
}

export type LiveEvent =
  /** Keys (`keyText`) of objects that changed, and of the topmost owners above them. */
  | { readonly kind: 'changed'; readonly keys: ReadonlySet<string> }
  /** The cluster fails, as the first of the watches noticed. */
  | { readonly kind: 'trouble'; readonly failure: ClusterFailure }
  /** None of the watches fails any more. */
  | { readonly kind: 'recovered' };

export interface LiveCacheOptions {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  readonly settings: ArgocdSettings;
  readonly clock: Clock;
  /** Where to look when a kind may not be listed in the whole cluster. */
  readonly namespaces: () => readonly string[];
}

/** Kinds that grow below others in every cluster. */
const alwaysWatched: readonly string[] = ['apps/ReplicaSet', '/Pod'];

const listsAbreast = 12;
/** Events of a burst (a rollout, a sync) are told together. */
const gatherMs = 50;

export function createLiveCache(options: LiveCacheOptions): LiveCache {
  return new Cache(options);
}

class Cache implements LiveCache {
  readonly #options: LiveCacheOptions;
  readonly #kinds: ReadonlyMap<string, DiscoveredKind>;
  readonly #objects: Objects;
  readonly #watches = new Map<string, { readonly watch: KindWatch; readonly begun: Promise<void> }>();
  /** By kind and place, so that a second refusal does not count twice. */
  readonly #forbidden = new Map<string, ClusterFailure>();
  readonly #troubled = new Set<object>();
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #first: Promise<void>;
  #changed = new Set<string>();
  #telling: { cancel(): void } | undefined;
  #ended = false;

  constructor(options: LiveCacheOptions) {
    this.#options = options;
    this.#kinds = watchable(options);
    this.#objects = new Objects(options.settings.tracking);
    this.#first = this.#begin();
    // Whoever waits for `ready` sees the failure.
    this.#first.catch(() => undefined);
  }

  get forbidden(): readonly ClusterFailure[] {
    return [...this.#forbidden.values()];
  }

  ready(): Promise<void> {
    return this.#first;
  }

  async need(kinds: readonly { readonly group: string; readonly kind: string }[]): Promise<void> {
    await Promise.all([
      ...kinds.map(it => this.#watch(`${it.group}/${it.kind}`)),
      // An Application may have come whose namespace nobody looked into before.
      ...[...this.#watches.values()].filter(it => it.watch.isPartial).map(it => it.watch.spread()),
    ]);
  }

  async search(): Promise<void> {
    const partial = [...this.#watches.values()].filter(it => it.watch.isPartial);
    const unwatched = [...this.#kinds].filter(([key]) => !this.#watches.has(key));
    await abreast(partial, listsAbreast, it => it.watch.widen());
    const found = await abreast(unwatched, listsAbreast, ([key, kind]) => this.#metadata(key, kind));
    const kinds = relevant(found.flat(), this.#options.settings, uid => this.#objects.ofUid(uid) !== undefined);
    await Promise.all([...kinds].map(it => this.#watch(it)));
  }

  get(key: ResourceKey): JsonObject | undefined {
    return this.#objects.at(keyText(key));
  }

  covers({ group, kind, namespace }: ResourceKey): boolean {
    return this.#watches.get(`${group}/${kind}`)?.watch.covers(namespace) ?? false;
  }

  hides({ group, kind, namespace }: ResourceKey): boolean {
    return this.#watches.get(`${group}/${kind}`)?.watch.hides(namespace) ?? false;
  }

  tracked(instance: string): readonly JsonObject[] {
    return this.#objects.tracked(instance);
  }

  trackedBy(key: string): string | undefined {
    const object = this.#objects.at(key);
    return object && applicationOf(object, this.#options.settings.tracking);
  }

  owned(uid: string): readonly JsonObject[] {
    return this.#objects.owned(uid);
  }

  rootOf(object: JsonObject): JsonObject {
    return this.#objects.rootOf(object);
  }

  subscribe(listener: (event: LiveEvent) => void): Subscription {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#ended = true;
    this.#telling?.cancel();
    for (const it of this.#watches.values()) it.watch.stop();
    this.#listeners.clear();
  }

  async #begin(): Promise<void> {
    await Promise.all(alwaysWatched.map(it => this.#watch(it)));
    await this.search();
  }

  /** Only what tells who tracks and who owns: a twentieth of the objects themselves. */
  async #metadata(key: string, kind: DiscoveredKind): Promise<readonly JsonObject[]> {
    const { cluster, namespaces, settings } = this.#options;
    const keep = (it: JsonObject): JsonObject => essence(it, settings.tracking);
    const list = async (namespace?: string): Promise<readonly JsonObject[]> => {
      const where = namespace === undefined ? {} : { namespace };
      const { items } = await cluster.list(kind, { metadataOnly: true, keep, ...where });
      this.#forgive(key, namespace);
      return items;
    };
    try {
      return await list();
    } catch (cause) {
      if (!(cause instanceof ClusterFailure) || isOfCluster(cause)) throw cause;
      if (cause.reason === 'notFound' || cause.reason === 'unknownKind') return [];
      this.#forbidden.set(key, told(cause, kind));
      if (cause.reason !== 'forbidden' || !kind.namespaced) return [];
    }
    const lists = await Promise.all(
      namespaces().map(namespace =>
        list(namespace).catch(cause => {
          if (!(cause instanceof ClusterFailure) || isOfCluster(cause)) throw cause;
          this.#forbidden.set(placeOf(key, namespace), cause);
          return [];
        }),
      ),
    );
    return lists.flat();
  }

  #watch(key: string): Promise<void> {
    const known = this.#watches.get(key);
    if (known) return known.begun;
    const kind = this.#kinds.get(key);
    if (!kind || this.#ended) return Promise.resolve();
    const { cluster, namespaces, settings } = this.#options;
    const watch = new KindWatch({
      cluster,
      kind,
      namespaces,
      keep: it => slim(it, settings.tracking),
      put: it => this.#put(it),
      remove: it => this.#remove(it),
      trouble: (of, failure, namespace) =>
        isOfCluster(failure)
          ? this.#trouble(of, failure)
          : void this.#forbidden.set(placeOf(key, namespace), told(failure, kind)),
      recovered: (of, namespace) => {
        this.#recovered(of);
        this.#forgive(key, namespace);
      },
      ended: of => this.#recovered(of),
      listed: namespace => this.#forgive(key, namespace),
      forbidden: (failure, namespace) => void this.#forbidden.set(placeOf(key, namespace), failure),
    });
    const begun = watch.begin();
    this.#watches.set(key, { watch, begun });
    begun.catch(() => {
      watch.stop();
      this.#watches.delete(key);
    });
    return Promise.all([begun, ...(growBelow[key] ?? []).map(it => this.#watch(it))]).then(() => undefined);
  }

  /** What may be listed everywhere may be listed in each namespace. */
  #forgive(key: string, namespace: string | undefined): void {
    for (const it of [...this.#forbidden.keys()])
      if (it === placeOf(key, namespace) || (namespace === undefined && it.startsWith(`${key} `)))
        this.#forbidden.delete(it);
  }

  #put(object: JsonObject): void {
    if (this.#objects.put(object)) this.#note(object);
  }

  #remove(key: string): void {
    const former = this.#objects.at(key);
    if (!former) return;
    // The owner is found before the object is forgotten: its Application changes too.
    this.#note(former);
    this.#objects.remove(key);
  }

  #note(object: JsonObject): void {
    this.#changed.add(keyText(keyOf(object)));
    this.#changed.add(keyText(keyOf(this.#objects.rootOf(object))));
    this.#telling ??= this.#options.clock.after(gatherMs, () => {
      const keys = this.#changed;
      this.#changed = new Set();
      this.#telling = undefined;
      this.#emit({ kind: 'changed', keys });
    });
  }

  #trouble(of: object, failure: ClusterFailure): void {
    const isFirst = this.#troubled.size === 0;
    this.#troubled.add(of);
    if (isFirst) this.#emit({ kind: 'trouble', failure });
  }

  #recovered(of: object): void {
    if (this.#troubled.delete(of) && this.#troubled.size === 0) this.#emit({ kind: 'recovered' });
  }

  #emit(event: LiveEvent): void {
    if (!this.#ended) for (const it of [...this.#listeners]) it(event);
  }
}

const placeOf = (key: string, namespace: string | undefined): string =>
  namespace === undefined ? key : `${key} ${namespace}`;

/** One version of each kind: the server's preferred one; Argo CD's exclusions are never looked at. */
function watchable({ discovery, settings, cluster }: LiveCacheOptions): ReadonlyMap<string, DiscoveredKind> {
  const kinds = new Map<string, DiscoveredKind>();
  for (const it of discovery.kinds) {
    const group = it.apiVersion.includes('/') ? it.apiVersion.slice(0, it.apiVersion.indexOf('/')) : '';
    const key = `${group}/${it.kind}`;
    if (!it.verbs.includes('list') || !it.verbs.includes('watch')) continue;
    if (isExcluded(settings, group, it.kind, cluster.server)) continue;
    if (!kinds.has(key) || it.preferred) kinds.set(key, it);
  }
  return kinds;
}

/** Kinds (`group/Kind`) of objects that are tracked, or that grow below something known or tracked. */
function relevant(
  objects: readonly JsonObject[],
  { tracking }: ArgocdSettings,
  isKnown: (uid: string) => boolean,
): ReadonlySet<string> {
  const below = new Map<string, JsonObject[]>();
  for (const it of objects) {
    for (const owner of ownersOf(it).uids) {
      const siblings = below.get(owner);
      if (siblings) siblings.push(it);
      else below.set(owner, [it]);
    }
  }
  const wanted = objects.filter(it => applicationOf(it, tracking) !== undefined || ownersOf(it).uids.some(isKnown));
  const seen = new Set(wanted);
  for (const it of wanted) {
    const { uid } = metadataOf(it);
    for (const child of typeof uid === 'string' ? (below.get(uid) ?? []) : []) {
      if (seen.has(child)) continue;
      seen.add(child);
      wanted.push(child);
    }
  }
  return new Set(wanted.map(it => `${groupOf(it)}/${kindOf(it)}`));
}

/** Who tracks it and who owns it. Held for a moment only, but of everything in the cluster. */
function essence(object: JsonObject, { labelKey }: Tracking): JsonObject {
  const { uid, ownerReferences, labels, annotations } = metadataOf(object);
  const chosen = (texts: Json | undefined, keys: readonly string[]): JsonObject =>
    isObject(texts) ? Object.fromEntries(keys.flatMap(key => (key in texts ? [[key, texts[key] ?? null]] : []))) : {};
  const metadata: JsonObject = {
    labels: chosen(labels, [labelKey]),
    annotations: chosen(annotations, [trackingAnnotation, installationAnnotation]),
    ...(uid !== undefined && { uid }),
    ...(ownerReferences !== undefined && { ownerReferences }),
  };
  return { apiVersion: apiVersionOf(object), kind: kindOf(object), metadata };
}

/** The API server says it in words of its own for permissions; of a broken aggregated API it does not say whose. */
function told(failure: ClusterFailure, { kind, apiVersion }: DiscoveredKind): ClusterFailure {
  if (failure.reason === 'forbidden') return failure;
  return new ClusterFailure(failure.reason, failure.about, `${kind} (${apiVersion}): ${failure.message}`, {
    status: failure.status,
    cause: failure,
  });
}
