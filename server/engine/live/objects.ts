import type { Tracking } from '../../core/model/tracking.ts';
import { applicationOf } from '../../core/model/tracking.ts';
import { keyOf, keyText, metadataOf, nameOf, namespaceOf } from '../../core/sync/resource.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { claimPrefixes, isVolumeClaim, ownersOf } from './owners.ts';

/** Objects by key, with who owns them and which Application tracks them. */
export class Objects {
  readonly #tracking: Tracking;
  readonly #objects = new Map<string, JsonObject>();
  readonly #byUid = new Map<string, string>();
  /** Keys of children by the uid, or by the key, of their owner. */
  readonly #children = new Map<string, Set<string>>();
  readonly #tracked = new Map<string, Set<string>>();
  /** Per namespace, because a StatefulSet and its claims know each other by name only. */
  readonly #claims = new Map<string, Set<string>>();
  readonly #claimers = new Map<string, Set<string>>();

  constructor(tracking: Tracking) {
    this.#tracking = tracking;
  }

  get size(): number {
    return this.#objects.size;
  }

  at(key: string): JsonObject | undefined {
    return this.#objects.get(key);
  }

  ofUid(uid: string): JsonObject | undefined {
    return this.#objects.get(this.#byUid.get(uid) ?? '');
  }

  /** Says whether that is news. */
  put(object: JsonObject): boolean {
    const key = keyText(keyOf(object));
    const former = this.#objects.get(key);
    const { uid, resourceVersion } = metadataOf(object);
    const version = former && metadataOf(former);
    if (version && resourceVersion !== undefined && version.resourceVersion === resourceVersion && version.uid === uid)
      return false;
    if (former) this.#forget(key, former);
    this.#objects.set(key, object);
    if (typeof uid === 'string') this.#byUid.set(uid, key);
    const owners = ownersOf(object);
    for (const it of [...owners.uids, ...owners.keys]) addTo(this.#children, it, key);
    const instance = applicationOf(object, this.#tracking);
    if (instance !== undefined) addTo(this.#tracked, instance, key);
    if (isVolumeClaim(object)) addTo(this.#claims, namespaceOf(object), key);
    if (claimPrefixes(object).length > 0) addTo(this.#claimers, namespaceOf(object), key);
    return true;
  }

  remove(key: string): JsonObject | undefined {
    const former = this.#objects.get(key);
    if (!former) return undefined;
    this.#forget(key, former);
    this.#objects.delete(key);
    return former;
  }

  tracked(instance: string): readonly JsonObject[] {
    // Controllers copy annotations to what they make; what has an owner is no Application's own (gitops-engine/pkg/cache/cluster.go, GetManagedLiveObjs).
    return this.#of(this.#tracked.get(instance)).filter(it => !this.#isOwned(it));
  }

  owned(uid: string): readonly JsonObject[] {
    const owner = this.ofUid(uid);
    const keys = new Set(this.#children.get(uid));
    if (owner) {
      for (const it of this.#children.get(keyText(keyOf(owner))) ?? []) keys.add(it);
      for (const it of this.#claimsOf(owner)) keys.add(it);
    }
    return this.#of(keys);
  }

  /** The topmost owner that is known, the object itself if it has none. */
  rootOf(object: JsonObject): JsonObject {
    let root = object;
    // Owners cannot form a ring in a sound cluster; a broken one must not hang us.
    for (let depth = 0; depth < 20; depth++) {
      const owner = this.#ownerOf(root);
      if (!owner) return root;
      root = owner;
    }
    return root;
  }

  #of(keys: ReadonlySet<string> | undefined): readonly JsonObject[] {
    return [...(keys ?? [])]
      .sort()
      .map(it => this.#objects.get(it))
      .filter(it => it !== undefined);
  }

  #isOwned(object: JsonObject): boolean {
    const { uids, keys } = ownersOf(object);
    return uids.length > 0 || keys.length > 0 || this.#claimerOf(object) !== undefined;
  }

  #ownerOf(object: JsonObject): JsonObject | undefined {
    const { uids, keys } = ownersOf(object);
    for (const uid of uids) {
      const owner = this.ofUid(uid);
      if (owner) return owner;
    }
    for (const key of keys) {
      const owner = this.#objects.get(key);
      if (owner) return owner;
    }
    return this.#claimerOf(object);
  }

  #claimerOf(object: JsonObject): JsonObject | undefined {
    if (!isVolumeClaim(object)) return undefined;
    return this.#of(this.#claimers.get(namespaceOf(object))).find(set =>
      claimPrefixes(set).some(it => nameOf(object).startsWith(it)),
    );
  }

  #claimsOf(owner: JsonObject): readonly string[] {
    const prefixes = claimPrefixes(owner);
    if (prefixes.length === 0) return [];
    return this.#of(this.#claims.get(namespaceOf(owner)))
      .filter(claim => prefixes.some(it => nameOf(claim).startsWith(it)))
      .map(it => keyText(keyOf(it)));
  }

  #forget(key: string, object: JsonObject): void {
    const { uid } = metadataOf(object);
    if (typeof uid === 'string' && this.#byUid.get(uid) === key) this.#byUid.delete(uid);
    const owners = ownersOf(object);
    for (const it of [...owners.uids, ...owners.keys]) removeFrom(this.#children, it, key);
    const instance = applicationOf(object, this.#tracking);
    if (instance !== undefined) removeFrom(this.#tracked, instance, key);
    removeFrom(this.#claims, namespaceOf(object), key);
    removeFrom(this.#claimers, namespaceOf(object), key);
  }
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
