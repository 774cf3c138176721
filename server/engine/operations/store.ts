import { metadataOf } from '../../core/sync/resource.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { type Cluster, ClusterFailure, type ObjectRef } from '../cluster.ts';
import { isWeather } from './failures.ts';
import { dataOf, type StoredApplication, storedIn } from './record.ts';

/**
 * The ConfigMap in which a cluster remembers the operation and the history of one Application. It stands in the destination's namespace,
 * because whoever syncs may write there; until that exists, in `default`. Each write names the version that it was decided on, so that
 * of two people who begin at once one is told of the other.
 */
export class RecordStore {
  readonly #cluster: Cluster;
  readonly #name: string;
  readonly #namespaces: readonly string[];
  readonly #signal: AbortSignal | undefined;
  #object: JsonObject | undefined;

  constructor(
    cluster: Cluster,
    application: { readonly namespace: string; readonly name: string },
    destination: string,
    signal?: AbortSignal,
  ) {
    this.#cluster = cluster;
    this.#name = recordName(application);
    this.#namespaces = [...new Set([destination, fallback].filter(it => it !== ''))];
    this.#signal = signal;
  }

  async read(): Promise<StoredApplication> {
    const found = await Promise.all(this.#namespaces.map(it => this.#get(it)));
    this.#object = found.find(it => it !== undefined);
    return this.#object ? storedIn(this.#object) : { history: [] };
  }

  /** `conflict`: somebody wrote since it was read; read again, then decide anew. */
  async write(stored: StoredApplication): Promise<'written' | 'conflict'> {
    const data = dataOf(stored);
    try {
      this.#object = this.#object ? await this.#update({ ...this.#object, data }) : await this.#create(data);
      return 'written';
    } catch (cause) {
      if (!(cause instanceof ClusterFailure)) throw cause;
      if (cause.reason === 'conflict' || cause.reason === 'alreadyExists') return 'conflict';
      if (cause.reason === 'notFound' && this.#object) return 'conflict';
      // The answer was lost, perhaps with the request: what stands there now tells.
      if (isWeather(cause) && (await this.#stands(data))) return 'written';
      throw cause;
    }
  }

  async remove(): Promise<void> {
    for (const namespace of this.#namespaces) await this.#cluster.delete(this.#ref(namespace), this.#reading);
    this.#object = undefined;
  }

  get #reading() {
    return this.#signal ? { signal: this.#signal } : {};
  }

  #ref(namespace: string): ObjectRef {
    return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: this.#name };
  }

  async #get(namespace: string): Promise<JsonObject | undefined> {
    try {
      return await this.#cluster.get(this.#ref(namespace), this.#reading);
    } catch (cause) {
      // Many may not read `default`; then nothing of theirs stands there.
      if (
        cause instanceof ClusterFailure &&
        cause.reason === 'forbidden' &&
        namespace === fallback &&
        this.#namespaces.length > 1
      )
        return undefined;
      throw cause;
    }
  }

  async #update(object: JsonObject): Promise<JsonObject> {
    return (await this.#cluster.write({ verb: 'update', object }, { fieldManager: manager, ...this.#reading })).object;
  }

  async #create(data: JsonObject): Promise<JsonObject> {
    let failure: unknown;
    for (const namespace of this.#namespaces) {
      const object = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: this.#name, namespace, labels: { 'app.kubernetes.io/managed-by': manager } },
        data,
      };
      try {
        return (await this.#cluster.write({ verb: 'create', object }, { fieldManager: manager, ...this.#reading }))
          .object;
      } catch (cause) {
        if (!(cause instanceof ClusterFailure)) throw cause;
        if (cause.reason !== 'notFound' && cause.reason !== 'terminating' && !(failure && cause.reason === 'forbidden'))
          throw cause;
        // A namespace that is not there yet: the next place.
        failure ??= cause;
      }
    }
    throw failure;
  }

  async #stands(data: JsonObject): Promise<boolean> {
    const former = this.#object;
    const found = await Promise.all(this.#namespaces.map(it => this.#get(it)));
    const now = found.find(it => it !== undefined);
    if (!now || !isObject(now.data) || fingerprint(now.data) !== fingerprint(data)) return false;
    if (former && metadataOf(former).uid !== metadataOf(now).uid) return false;
    this.#object = now;
    return true;
  }
}

const fallback = 'default';
export const manager = 'gitops-workbench';

/** Namespaces are labels and have no dot, so no two Applications share a name. */
export function recordName({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${manager}.${namespace === '' ? 'argocd' : namespace}.${name}`.slice(0, 253);
}
