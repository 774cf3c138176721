import { kindOf, metadataOf, nameOf, namespaceOf } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { type Cluster, ClusterFailure } from '../cluster.ts';
import type { Prepared } from './prepare.ts';

const lines = 20;

/** The last lines of a failed hook's pods; empty where there are none. Values of the Application's Secrets are not shown. */
export async function hookLog(hook: JsonObject, prepared: Prepared, signal: AbortSignal): Promise<string> {
  const { cluster } = prepared.place.connected;
  const hidden = secretValues(prepared);
  try {
    for (const pod of await podsOf(hook, cluster, signal)) {
      const log = await cluster.logs({ namespace: namespaceOf(pod), name: nameOf(pod) }, { tailLines: lines, signal });
      if (log.trim() !== '') return masked(log.trimEnd(), hidden);
    }
    return '';
  } catch (cause) {
    // The hook has failed already; that its log cannot be read is worth a line, not another failure.
    if (!(cause instanceof ClusterFailure)) throw cause;
    return `(the log could not be read: ${cause.message})`;
  }
}

async function podsOf(hook: JsonObject, cluster: Cluster, signal: AbortSignal): Promise<readonly JsonObject[]> {
  if (kindOf(hook) === 'Pod') return [hook];
  const { items } = await cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace: namespaceOf(hook), labelSelector: `job-name=${nameOf(hook)}`, signal },
  );
  const { uid } = metadataOf(hook);
  return items
    .filter(it => {
      const { ownerReferences } = metadataOf(it);
      return Array.isArray(ownerReferences) && ownerReferences.some(owner => isObject(owner) && owner.uid === uid);
    })
    .sort((a, b) => createdAt(b).localeCompare(createdAt(a)));
}

const createdAt = (object: JsonObject): string => String(metadataOf(object).creationTimestamp ?? '');

/** Shorter values would hide half of every line, and guard nothing. */
const shortestSecret = 6;

function secretValues({ pairs, hooks }: Prepared): readonly string[] {
  const objects = [...pairs.flatMap(it => [it.target ?? {}, it.live ?? {}]), ...hooks];
  const values = objects
    .filter(it => kindOf(it) === 'Secret')
    .flatMap(it => {
      const plain = isObject(it.stringData) ? Object.values(it.stringData) : [];
      const encoded = isObject(it.data) ? Object.values(it.data) : [];
      return [...plain, ...encoded, ...encoded.map(decoded)];
    });
  return [...new Set(values.filter((it): it is string => typeof it === 'string' && it.trim().length >= shortestSecret))]
    .flatMap(it => [it, ...it.split('\n').filter(line => line.trim().length >= shortestSecret)])
    .sort((a, b) => b.length - a.length);
}

function decoded(value: unknown): string {
  if (typeof value !== 'string') return '';
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(value), it => it.charCodeAt(0)));
  } catch {
    // Not base64: the API server would not have taken it, so no log can hold it.
    return '';
  }
}

export function masked(text: string, hidden: readonly string[]): string {
  return hidden.reduce((shown, value) => shown.replaceAll(value, '++++++++'), text);
}
