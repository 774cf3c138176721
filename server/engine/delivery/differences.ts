import { maskSecrets } from '../../core/diff/mask.ts';
import type { KubernetesTypes } from '../../core/diff/types.ts';
import type { Rendering } from '../../core/render/rendering.ts';
import { isHook } from '../../core/sync/hooks.ts';
import { apiVersionOf, keyOf, keyText } from '../../core/sync/resource.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { ContentAt, DifferenceOptions, ResourceDifference } from '../delivery.ts';
import { type Observation, type ObserveOptions, type ObservePorts, observe, type Place, renderFor } from './observe.ts';
import { withoutManagers } from './peek.ts';

export interface DifferencesOptions extends DifferenceOptions {
  readonly near: readonly string[];
  /** Revisions of the last sync, by source; absent: there was none. */
  readonly lastSynced: readonly string[] | undefined;
  /** The Application as an entry of its history recorded it. */
  readonly at: (entry: number) => Promise<JsonObject>;
  readonly types: KubernetesTypes;
  readonly signal?: AbortSignal;
}

/** Live and predicted of every resource of an Application, hooks aside; in the order of the manifests, extras last. */
export async function differencesOf(
  application: JsonObject,
  place: Place,
  ports: ObservePorts,
  options: DifferencesOptions,
): Promise<readonly ResourceDifference[]> {
  const { only, base = 'live', target = 'buffers' } = options;
  const all =
    base === 'live'
      ? told(
          await observe(
            await applicationIn(target, application, options),
            place,
            ports,
            contentOptions(target, options),
          ),
        )
      : await between(application, place, ports, { ...options, base, target });
  return all.filter(
    it =>
      !only ||
      (it.group === only.group && it.kind === only.kind && it.namespace === only.namespace && it.name === only.name),
  );
}

/** Two contents against each other: what would be applied of the one and of the other; the cluster is not asked. */
async function between(
  application: JsonObject,
  { connected }: Place,
  ports: ObservePorts,
  options: DifferencesOptions & { readonly base: ContentAt; readonly target: ContentAt },
): Promise<readonly ResourceDifference[]> {
  const { types } = options;
  const [former, latter] = await Promise.all(
    [options.base, options.target].map(async it =>
      renderFor(await applicationIn(it, application, options), connected, ports, contentOptions(it, options)),
    ),
  );
  const byKey = (rendering: Rendering | undefined) =>
    new Map((rendering?.manifests ?? []).map(({ object }) => [keyText(keyOf(object)), object]));
  const [old, now] = [byKey(former), byKey(latter)];
  const note = [former, latter].map(it => it?.error ?? it?.unknown[0]?.why).find(it => it !== undefined);
  return [...new Set([...now.keys(), ...old.keys()])].map((key): ResourceDifference => {
    const [before, after] = [old.get(key), now.get(key)];
    const sides = { ...(after && { target: after }), ...(before && { live: before }) };
    const masked = maskSecrets(sides, types, connected.settings.sensitiveAnnotations);
    const object = now.get(key) ?? old.get(key) ?? {};
    const modified = fingerprint(old.get(key)) !== fingerprint(now.get(key));
    return {
      ...keyOf(object),
      apiVersion: apiVersionOf(object),
      status: modified ? 'OutOfSync' : 'Synced',
      modified,
      requiresPruning: !now.has(key),
      hook: isHook(object),
      live: masked.live,
      predicted: masked.target,
      by: 'twoWay',
      ...(note === undefined ? {} : { note }),
    };
  });
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
        live: found.live && withoutManagers(found.live),
        predicted: found.predicted && withoutManagers(found.predicted),
        by: found.by === 'none' || found.by === 'existence' ? ('twoWay' as const) : found.by,
        ...(found.note === undefined ? {} : { note: found.note }),
      },
    ];
  });
}

const isEntry = (content: ContentAt): content is { readonly entry: number } =>
  typeof content === 'object' && 'entry' in content;

/** An entry of the history names its sources and revisions itself; for everything else the Application is as it is now. */
const applicationIn = async (
  content: ContentAt,
  now: JsonObject,
  { at }: Pick<DifferencesOptions, 'at'>,
): Promise<JsonObject> => (isEntry(content) ? at(content.entry) : now);

function contentOptions(
  content: ContentAt,
  { near, lastSynced, signal }: Pick<DifferencesOptions, 'near' | 'lastSynced' | 'signal'>,
): ObserveOptions {
  const shared = { near, ...(signal && { signal }) };
  if (isEntry(content)) return shared;
  return content === 'lastSynced' ? { ...shared, revisions: lastSynced ?? [] } : { ...shared, content };
}
