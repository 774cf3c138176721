import { timeOf } from '../../core/status/fromArgocd.ts';
import type { ResourceKey } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import type { Cluster, Discovery } from '../cluster.ts';
import type { EventNote } from '../delivery.ts';

/** The served version of a kind: the preferred one. `undefined`: the server does not serve it. */
export function apiVersionFor({ kinds }: Discovery, { group, kind }: Pick<ResourceKey, 'group' | 'kind'>) {
  const served = kinds.filter(it => it.kind === kind && groupOf(it.apiVersion) === group);
  return (served.find(it => it.preferred) ?? served[0])?.apiVersion;
}

/** One object as it is now, without its bookkeeping. */
export async function liveObject(
  cluster: Cluster,
  discovery: Discovery,
  key: ResourceKey,
): Promise<JsonObject | undefined> {
  const apiVersion = apiVersionFor(discovery, key);
  if (apiVersion === undefined) return undefined;
  const object = await cluster.get({ ...key, apiVersion });
  return object && withoutManagers(object);
}

/** As people read it: who manages which field is longer than the object. */
export function withoutManagers(object: JsonObject): JsonObject {
  if (!isObject(object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Events about one object, newest first. */
export async function eventsOf(cluster: Cluster, key: ResourceKey): Promise<readonly EventNote[]> {
  const { items } = await cluster.list(
    { apiVersion: 'v1', kind: 'Event' },
    {
      fieldSelector: `involvedObject.kind=${key.kind},involvedObject.name=${key.name}`,
      ...(key.namespace === '' ? {} : { namespace: key.namespace }),
    },
  );
  return items
    .map((it): EventNote => {
      const series = isObject(it.series) ? it.series : {};
      const last = [series.lastObservedTime, it.lastTimestamp, it.eventTime, it.firstTimestamp].map(timeOf);
      return {
        type: text(it.type),
        reason: text(it.reason),
        message: text(it.message),
        count: typeof series.count === 'number' ? series.count : typeof it.count === 'number' ? it.count : 1,
        lastAt: last.find(at => at !== undefined) ?? 0,
      };
    })
    .sort((a, b) => b.lastAt - a.lastAt || (a.message < b.message ? -1 : 1));
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
