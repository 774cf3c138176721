import { isExcluded } from '../../core/model/argocdSettings.ts';
import { keyOf, keyText, metadataOf } from '../../core/sync/resource.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { readLive, type Wanted } from '../compare/live.ts';
import type { Place } from '../delivery/observe.ts';
import type { Pauses } from './pauses.ts';

/** Watches tell of a write within this time, unless nobody watches the kind. */
const newsTakesMs = 1_500;

/**
 * What lives, as a sync must see it: watches are a moment late, so what our own writes answered stands until a watch has something newer.
 * An old object that is healthy would otherwise open the next wave too early.
 */
export class Lives {
  readonly #place: Place;
  readonly #pauses: Pauses;
  readonly #signal: AbortSignal;
  readonly #watched: ReadonlySet<string>;
  readonly #written = new Map<string, { readonly object: JsonObject; readonly at: number }>();
  readonly #deleted = new Map<string, unknown>();

  constructor(place: Place, pauses: Pauses, signal: AbortSignal) {
    this.#place = place;
    this.#pauses = pauses;
    this.#signal = signal;
    const { discovery, settings, cluster } = place.connected;
    this.#watched = new Set(
      discovery.kinds
        .filter(it => it.verbs.includes('list') && it.verbs.includes('watch'))
        .map(it => ({ group: groupIn(it.apiVersion), kind: it.kind }))
        .filter(it => !isExcluded(settings, it.group, it.kind, cluster.server))
        .map(it => `${it.group}/${it.kind}`),
    );
  }

  wrote(object: JsonObject): void {
    const key = keyText(keyOf(object));
    this.#written.set(key, { object, at: this.#pauses.now() });
    // Made anew under the name of what was deleted.
    if (this.#deleted.get(key) !== metadataOf(object).uid) this.#deleted.delete(key);
  }

  deleted(object: JsonObject): void {
    this.#deleted.set(keyText(keyOf(object)), metadataOf(object).uid);
  }

  /** By `keyText`. `exactly`: keys whose state decides something now; they are asked of the server where watches cannot know. */
  async now(wanted: readonly Wanted[], exactly: ReadonlySet<string>): Promise<ReadonlyMap<string, JsonObject>> {
    await this.#place.live.need(wanted);
    const found = new Map<string, JsonObject>();
    const ask: Wanted[] = [];
    for (const it of wanted) {
      const key = keyText(it);
      const told = this.#told(it, key, exactly.has(key));
      if (told === 'ask') ask.push(it);
      else if (told) found.set(key, told);
    }
    if (ask.length === 0) return found;
    const asked = await readLive(this.#place.connected.cluster, ask, this.#signal);
    for (const it of ask) {
      const key = keyText(it);
      const object = asked.get(key);
      if (!object) {
        this.#written.delete(key);
        continue;
      }
      found.set(key, object);
      if (this.#written.has(key)) this.wrote(object);
    }
    return found;
  }

  #told(wanted: Wanted, key: string, exactly: boolean): JsonObject | 'ask' | undefined {
    const written = this.#written.get(key);
    if (!this.#watched.has(`${wanted.group}/${wanted.kind}`)) return exactly ? 'ask' : written?.object;
    const cached = this.#place.live.get(wanted);
    if (this.#deleted.has(key)) {
      const known = cached && this.#deleted.get(key) === metadataOf(cached).uid;
      if (known && !metadataOf(cached).deletionTimestamp) return 'ask';
      if (cached) return written && isNewer(written.object, cached) ? written.object : cached;
      return written && exactly ? 'ask' : undefined;
    }
    if (!written) return cached;
    if (cached && !isNewer(written.object, cached)) return cached;
    return exactly && this.#pauses.now() - written.at > newsTakesMs ? 'ask' : written.object;
  }
}

/** Since Kubernetes 1.35 resource versions are numbers by contract; before, they always were. */
function isNewer(a: JsonObject, b: JsonObject): boolean {
  const [one, other] = [versionOf(a), versionOf(b)];
  return one.length === other.length ? one > other : one.length > other.length;
}

const versionOf = (object: JsonObject): string => String(metadataOf(object).resourceVersion ?? '');
const groupIn = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
