import { isObject, type JsonObject } from '../core/text/json.ts';
import { type Kind, kindId } from './kinds.ts';
import { tooOld } from './status.ts';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly kind: string;
  readonly object: JsonObject;
  /** Before the change; a watch with a selector needs both. */
  readonly former?: JsonObject;
}

/** Events that a watch can be taken up from; older versions are gone, as after a compaction. */
const mostEvents = 5_000;

/** Objects by kind, with one version for all of them, and the history of changes that watches live from. */
export class Store {
  readonly #objects = new Map<string, Map<string, JsonObject>>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #events: StoreEvent[] = [];
  #version = 1;
  #oldest = 1;

  get version(): number {
    return this.#version;
  }

  get(kind: Kind, namespace: string, name: string): JsonObject | undefined {
    return this.#objects.get(kindId(kind))?.get(keyOf(namespace, name));
  }

  /** Sorted by namespace and name. */
  list(kind: Kind, namespace?: string): readonly JsonObject[] {
    const all = [...(this.#objects.get(kindId(kind)) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return all.flatMap(([key, it]) => (namespace === undefined || key.startsWith(`${namespace}/`) ? [it] : []));
  }

  /** Writes an object under a new version, which it then carries. */
  put(kind: Kind, object: JsonObject): JsonObject {
    const metadata = isObject(object.metadata) ? object.metadata : {};
    const [namespace, name] = [String(metadata.namespace ?? ''), String(metadata.name)];
    const former = this.get(kind, namespace, name);
    this.#version += 1;
    const stored = { ...object, metadata: { ...metadata, resourceVersion: String(this.#version) } };
    let objects = this.#objects.get(kindId(kind));
    if (!objects) {
      objects = new Map();
      this.#objects.set(kindId(kind), objects);
    }
    objects.set(keyOf(namespace, name), stored);
    this.#tell({
      type: former ? 'MODIFIED' : 'ADDED',
      version: this.#version,
      kind: kindId(kind),
      object: stored,
      ...(former && { former }),
    });
    return stored;
  }

  delete(kind: Kind, namespace: string, name: string): JsonObject | undefined {
    const former = this.get(kind, namespace, name);
    return former && this.#remove(kindId(kind), former);
  }

  /** Deletes every object, and watches are told of each; those of the kind `last` after all others. */
  clear(last: Kind): void {
    const kinds = [...this.#objects.keys()].sort((a, b) => Number(a === kindId(last)) - Number(b === kindId(last)));
    for (const kind of kinds)
      for (const object of [...(this.#objects.get(kind)?.values() ?? [])]) this.#remove(kind, object);
  }

  #remove(kind: string, former: JsonObject): JsonObject {
    const metadata = isObject(former.metadata) ? former.metadata : {};
    this.#version += 1;
    this.#objects.get(kind)?.delete(keyOf(String(metadata.namespace ?? ''), String(metadata.name)));
    const object = { ...former, metadata: { ...metadata, resourceVersion: String(this.#version) } };
    this.#tell({ type: 'DELETED', version: this.#version, kind, object, former });
    return object;
  }

  /** Everything after a version; throws 410 where that is too long ago. */
  since(version: number, kind: Kind): readonly StoreEvent[] {
    if (version < this.#oldest - 1) throw tooOld(String(version), this.#oldest);
    return this.#events.filter(it => it.version > version && it.kind === kindId(kind));
  }

  /** Forgets the history: watches from before have to list again. */
  compact(): void {
    this.#events = [];
    this.#oldest = this.#version + 1;
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every object, for a snapshot; kinds by id. */
  dump(): { readonly version: number; readonly objects: Readonly<Record<string, readonly JsonObject[]>> } {
    const objects = [...this.#objects].map(([kind, all]) => [kind, [...all.values()]] as const);
    return { version: this.#version, objects: Object.fromEntries(objects) };
  }

  /** In place of everything; watches end with 410. */
  load({ version, objects }: ReturnType<Store['dump']>): void {
    this.#objects.clear();
    for (const [kind, all] of Object.entries(objects)) {
      const byKey = all.map((it): [string, JsonObject] => {
        const metadata = isObject(it.metadata) ? it.metadata : {};
        return [keyOf(String(metadata.namespace ?? ''), String(metadata.name)), it];
      });
      this.#objects.set(kind, new Map(byKey));
    }
    this.#version = Math.max(version, this.#version) + 1;
    this.compact();
  }

  #tell(event: StoreEvent): void {
    this.#events.push(event);
    if (this.#events.length > mostEvents) {
      this.#events = this.#events.slice(mostEvents / 2);
      this.#oldest = this.#events[0]?.version ?? this.#version + 1;
    }
    for (const it of [...this.#listeners]) it(event);
  }
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;
