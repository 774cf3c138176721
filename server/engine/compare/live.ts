import { keyText, type ResourceKey } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { abreast } from '../abreast.ts';
import type { Cluster } from '../cluster.ts';

/** A key with the version in which to ask for it. */
export interface Wanted extends ResourceKey {
  readonly apiVersion: string;
}

/** Requests under way at once: more does not make an API server faster. */
export const requestsAbreast = 16;

type Request = { readonly get: Wanted } | { readonly list: readonly Wanted[] };

/** So many objects of one kind in one namespace are listed rather than asked for one by one. */
const worthListing = 4;

/**
 * Live objects in full, by `keyText`; what does not exist is absent. Kinds that the server does not serve have no objects. Rejects with the
 * first failure.
 */
export async function readLive(
  cluster: Cluster,
  wanted: readonly Wanted[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, JsonObject>> {
  const served = new Set(
    (await cluster.discover(signal ? { signal } : {})).kinds.map(it => `${it.apiVersion} ${it.kind}`),
  );
  const groups = new Map<string, Wanted[]>();
  for (const it of wanted) {
    if (!served.has(`${it.apiVersion} ${it.kind}`)) continue;
    const key = `${it.apiVersion} ${it.kind} ${it.namespace}`;
    groups.set(key, [...(groups.get(key) ?? []), it]);
  }
  const requests = [...groups.values()].flatMap((group): readonly Request[] =>
    group.length >= worthListing ? [{ list: group }] : group.map(one => ({ get: one })),
  );
  const found = new Map<string, JsonObject>();
  const options = signal ? { signal } : {};
  await abreast(requests, requestsAbreast, async request => {
    if ('get' in request) {
      const object = await cluster.get(request.get, options);
      if (object) found.set(keyText(request.get), object);
      return;
    }
    const [first] = request.list;
    if (!first) return;
    const names = new Set(request.list.map(it => it.name));
    const { items } = await cluster.list(first, {
      ...options,
      ...(first.namespace === '' ? {} : { namespace: first.namespace }),
    });
    for (const item of items) {
      const name = isObject(item.metadata) && typeof item.metadata.name === 'string' ? item.metadata.name : '';
      if (names.has(name)) found.set(keyText({ ...first, name }), item);
    }
  });
  return found;
}
