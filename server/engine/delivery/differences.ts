import { apiVersionOf } from '../../core/sync/resource.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { ContentAt, DifferenceOptions, ResourceDifference } from '../delivery.ts';
import { type Observation, type ObserveOptions, type ObservePorts, observe, type Place } from './observe.ts';

export interface DifferencesOptions extends DifferenceOptions {
  readonly near: readonly string[];
  /** Revisions of the last sync, by source; absent: there was none. */
  readonly lastSynced: readonly string[] | undefined;
  readonly signal?: AbortSignal;
}

/** Live and predicted of every resource of an Application, hooks aside; in the order of the manifests, extras last. */
export async function differencesOf(
  application: JsonObject,
  place: Place,
  ports: ObservePorts,
  options: DifferencesOptions,
): Promise<readonly ResourceDifference[]> {
  const observation = await observe(application, place, ports, contentOptions(options.target ?? 'buffers', options));
  const { only } = options;
  return told(observation).filter(
    it =>
      !only ||
      (it.group === only.group && it.kind === only.kind && it.namespace === only.namespace && it.name === only.name),
  );
}

function told({ pairs, compared, status }: Observation): readonly ResourceDifference[] {
  return pairs.pairs.flatMap((pair, i) => {
    const found = compared[i];
    if (pair.uncounted === 'hook' || !found) return [];
    return [
      {
        ...pair.key,
        apiVersion: apiVersionOf(pair.live ?? pair.target ?? {}),
        status: status.resources[i]?.sync === 'Synced' ? ('Synced' as const) : ('OutOfSync' as const),
        modified: found.modified ?? true,
        requiresPruning: pair.requiresPruning,
        hook: false,
        live: found.live,
        predicted: found.predicted,
        by: found.by === 'none' ? ('twoWay' as const) : found.by,
        ...(found.note === undefined ? {} : { note: found.note }),
      },
    ];
  });
}

export function contentOptions(
  content: ContentAt,
  { near, lastSynced, signal }: Pick<DifferencesOptions, 'near' | 'lastSynced' | 'signal'>,
): ObserveOptions {
  const shared = { near, ...(signal && { signal }) };
  return content === 'lastSynced' ? { ...shared, revisions: lastSynced ?? [] } : { ...shared, content };
}
