import { type ArgocdSettings, isExcluded } from '../core/model/argocdSettings.ts';
import { applicationOf } from '../core/model/tracking.ts';
import { keyOf, keyText, metadataOf, type ResourceKey } from '../core/sync/resource.ts';
import { isObject, type JsonObject } from '../core/text/json.ts';
import { abreast } from './abreast.ts';
import { type Cluster, ClusterFailure, type DiscoveredKind, type Discovery, type Watch } from './cluster.ts';
import type { Clock } from './ports.ts';
import type { Subscription } from './workbench.ts';

/**
 * What lives in one cluster, as far as chosen Applications need it (kin: argo-cd:gitops-engine/pkg/cache/cluster.go, which watches
 * everything). At first the metadata of every kind is listed once: it tells which objects Applications track, and which kinds grow below
 * them. Only those kinds, and the ones that are asked for later, are watched; `managedFields` are dropped, because nothing that is shown
 * needs them.
 */
export interface LiveCache {
  /** Resolves when everything that is watched was listed once. Rejects when the cluster itself fails. */
  ready(): Promise<void>;
  /** Watches more kinds, by group and kind; resolves when they are listed. Kinds that the server does not serve are passed over. */
  need(kinds: readonly { readonly group: string; readonly kind: string }[]): Promise<void>;
  /** Looks again for tracked objects of kinds that are not watched. */
  search(): Promise<void>;
  get(key: ResourceKey): JsonObject | undefined;
  /** Every object without an owner that an Application of this instance name tracks. */
  tracked(instance: string): readonly JsonObject[];
  /** Instance names of all Applications that track anything. */
  instances(): readonly string[];
  /** Objects whose owner has this uid, by key. */
  owned(uid: string): readonly JsonObject[];
  /** The topmost owner that is known, the object itself if it has none. */
  rootOf(object: JsonObject): JsonObject;
  /** Kinds that may not be read, and where; what is below them is not seen. */
  readonly forbidden: readonly ClusterFailure[];
  subscribe(listener: (event: LiveEvent) => void): Subscription;
  dispose(): void;
}

export type LiveEvent =
  /** Keys (`keyText`) of objects that changed, and of the topmost owners above them. */
  | { readonly kind: 'changed'; readonly keys: ReadonlySet<string> }
  | { readonly kind: 'trouble'; readonly failure: ClusterFailure }
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
const alwaysWatched: readonly { readonly group: string; readonly kind: string }[] = [
  { group: 'apps', kind: 'ReplicaSet' },
  { group: '', kind: 'Pod' },
];

const listsAbreast = 12;
/** Events of a burst (a rollout, a sync) are told together. */
const gatherMs = 50;

export function createLiveCache(options: LiveCacheOptions): LiveCache {
  return new Cache(options);
}

class Cache implements LiveCache {
  readonly #options: LiveCacheOptions;
  readonly #kinds: ReadonlyMap<string, DiscoveredKind>;
  readonly #watched = new Map<string, Promise<void>>();
  readonly #watches: Watch[] = [];
  readonly #objects = new Map<string, JsonObject>();
  readonly #byUid = new Map<string, string>();
  readonly #children = new Map<string, Set<string>>();
  readonly #tracked = new Map<string, Set<string>>();
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #forbidden: ClusterFailure[] = [];
  readonly #first: Promise<void>;
  #changed = new Set<string>();
  #telling: { cancel(): void } | undefined;
  #ended = false;

  constructor(options: LiveCacheOptions) {
    this.#options = options;
    this.#kinds = watchable(options);
    this.#first = this.#begin();
    // Whoever waits for `ready` sees the failure.
    this.#first.catch(() => undefined);
  }

  get forbidden(): readonly ClusterFailure[] {
    return this.#forbidden;
  }

  ready(): Promise<void> {
    return this.#first;
  }

  async need(kinds: readonly { readonly group: string; readonly kind: string }[]): Promise<void> {
    await Promise.all(kinds.map(it => this.#watch(`${it.group}/${it.kind}`)));
  }

  async search(): Promise<void> {
    const unwatched = [...this.#kinds].filter(([key]) => !this.#watched.has(key));
    const found = await abreast(unwatched, listsAbreast, ([key, kind]) => this.#metadata(key, kind));
    await Promise.all(
      [...relevant(found.flat(), this.#options.settings, uid => this.#byUid.has(uid))].map(it => this.#watch(it)),
    );
  }

  get(key: ResourceKey): JsonObject | undefined {
    return this.#objects.get(keyText(key));
  }

  tracked(instance: string): readonly JsonObject[] {
    return this.#objectsOf(this.#tracked.get(instance));
  }

  instances(): readonly string[] {
    return [...this.#tracked.keys()].sort();
  }

  owned(uid: string): readonly JsonObject[] {
    return this.#objectsOf(this.#children.get(uid));
  }

  rootOf(object: JsonObject): JsonObject {
    let root = object;
    // Owners cannot form a ring in a sound cluster; a broken one must not hang us.
    for (let depth = 0; depth < 20; depth++) {
      const owner = ownersOf(root)
        .map(uid => this.#objects.get(this.#byUid.get(uid) ?? ''))
        .find(it => it !== undefined);
      if (!owner) return root;
      root = owner;
    }
    return root;
  }

  subscribe(listener: (event: LiveEvent) => void): Subscription {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#ended = true;
    this.#telling?.cancel();
    for (const it of this.#watches) it.stop();
    this.#listeners.clear();
  }

  async #begin(): Promise<void> {
    await this.need(alwaysWatched);
    await this.search();
  }

  #objectsOf(keys: ReadonlySet<string> | undefined): readonly JsonObject[] {
    return [...(keys ?? [])]
      .sort()
      .map(it => this.#objects.get(it))
      .filter(it => it !== undefined);
  }

  async #metadata(key: string, kind: DiscoveredKind): Promise<readonly JsonObject[]> {
    try {
      return (await this.#options.cluster.list(kind, { metadataOnly: true })).items;
    } catch (cause) {
      if (!(cause instanceof ClusterFailure)) throw cause;
      if (cause.reason === 'forbidden') {
        const lists = await Promise.all(
          (kind.namespaced ? this.#options.namespaces() : []).map(namespace =>
            this.#options.cluster.list(kind, { metadataOnly: true, namespace }).then(
              it => it.items,
              () => [],
            ),
          ),
        );
        this.#forbidden.push(cause);
        return lists.flat();
      }
      // A kind whose server is down, or that was removed a moment ago, hides its own objects only.
      if (isWeather(cause)) throw cause;
      this.#forbidden.push(new ClusterFailure(cause.reason, key, cause.message, { status: cause.status, cause }));
      return [];
    }
  }

  #watch(key: string): Promise<void> {
    const known = this.#watched.get(key);
    if (known) return known;
    const kind = this.#kinds.get(key);
    if (!kind || this.#ended) return Promise.resolve();
    const listed = this.#reflect(kind, undefined).catch(async cause => {
      if (!(cause instanceof ClusterFailure) || cause.reason !== 'forbidden') throw cause;
      this.#forbidden.push(cause);
      const namespaces = kind.namespaced ? this.#options.namespaces() : [];
      await Promise.all(namespaces.map(it => this.#reflect(kind, it).catch(() => undefined)));
    });
    this.#watched.set(key, listed);
    listed.catch(() => this.#watched.delete(key));
    return listed;
  }

  /** Resolves with the first listing; rejects, and gives up, when that is forbidden. */
  #reflect(kind: DiscoveredKind, namespace: string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      let mine = new Set<string>();
      let listed = false;
      const watch = this.#options.cluster.watch(kind, namespace === undefined ? {} : { namespace }, event => {
        switch (event.kind) {
          case 'listed': {
            const now = new Set(event.objects.map(it => keyText(keyOf(it))));
            for (const gone of mine) if (!now.has(gone)) this.#remove(gone);
            mine = now;
            for (const object of event.objects) this.#put(object);
            listed = true;
            resolve();
            return;
          }
          case 'added':
          case 'modified':
            mine.add(keyText(keyOf(event.object)));
            this.#put(event.object);
            return;
          case 'deleted':
            mine.delete(keyText(keyOf(event.object)));
            this.#remove(keyText(keyOf(event.object)));
            return;
          case 'trouble':
            if (listed) {
              this.#emit({ kind: 'trouble', failure: event.failure });
              return;
            }
            watch.stop();
            reject(event.failure);
            return;
          case 'recovered':
            this.#emit({ kind: 'recovered' });
            return;
        }
      });
      this.#watches.push(watch);
    });
  }

  #put(full: JsonObject): void {
    const object = withoutManagedFields(full);
    const key = keyText(keyOf(object));
    const former = this.#objects.get(key);
    if (former && metadataOf(former).resourceVersion === metadataOf(object).resourceVersion) return;
    if (former) this.#forget(key, former);
    this.#objects.set(key, object);
    const { uid } = metadataOf(object);
    if (typeof uid === 'string') this.#byUid.set(uid, key);
    for (const owner of ownersOf(object)) addTo(this.#children, owner, key);
    const instance = this.#instanceOf(object);
    if (instance !== undefined) addTo(this.#tracked, instance, key);
    this.#note(key, object);
  }

  #remove(key: string): void {
    const former = this.#objects.get(key);
    if (!former) return;
    // The owner is found before the object is forgotten: its Application changes too.
    this.#note(key, former);
    this.#forget(key, former);
    this.#objects.delete(key);
  }

  #forget(key: string, object: JsonObject): void {
    const { uid } = metadataOf(object);
    if (typeof uid === 'string') this.#byUid.delete(uid);
    for (const owner of ownersOf(object)) removeFrom(this.#children, owner, key);
    const instance = this.#instanceOf(object);
    if (instance !== undefined) removeFrom(this.#tracked, instance, key);
  }

  /** Controllers copy annotations to what they make; what has an owner is no Application's own (gitops-engine/pkg/cache/cluster.go, GetManagedLiveObjs). */
  #instanceOf(object: JsonObject): string | undefined {
    return ownersOf(object).length > 0 ? undefined : applicationOf(object, this.#options.settings.tracking);
  }

  #note(key: string, object: JsonObject): void {
    this.#changed.add(key);
    this.#changed.add(keyText(keyOf(this.rootOf(object))));
    this.#telling ??= this.#options.clock.after(gatherMs, () => {
      const keys = this.#changed;
      this.#changed = new Set();
      this.#telling = undefined;
      this.#emit({ kind: 'changed', keys });
    });
  }

  #emit(event: LiveEvent): void {
    if (!this.#ended) for (const it of this.#listeners) it(event);
  }
}

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
  for (const it of objects) for (const owner of ownersOf(it)) below.set(owner, [...(below.get(owner) ?? []), it]);
  const wanted = objects.filter(it => applicationOf(it, tracking) !== undefined || ownersOf(it).some(isKnown));
  const seen = new Set(wanted);
  for (const it of wanted) {
    const { uid } = metadataOf(it);
    for (const child of typeof uid === 'string' ? (below.get(uid) ?? []) : []) {
      if (seen.has(child)) continue;
      seen.add(child);
      wanted.push(child);
    }
  }
  return new Set(wanted.map(it => `${keyOf(it).group}/${keyOf(it).kind}`));
}

function isWeather({ reason }: ClusterFailure): boolean {
  return reason === 'unreachable' || reason === 'unauthorized' || reason === 'kubeconfig';
}

function ownersOf(object: JsonObject): readonly string[] {
  const { ownerReferences } = metadataOf(object);
  return (Array.isArray(ownerReferences) ? ownerReferences : []).flatMap(it =>
    isObject(it) && typeof it.uid === 'string' ? [it.uid] : [],
  );
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields, ...metadata } = metadataOf(object);
  return managedFields === undefined ? object : { ...object, metadata };
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values) values.add(value);
  else map.set(key, new Set([value]));
}

function removeFrom(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  values?.delete(value);
  if (values?.size === 0) map.delete(key);
}
