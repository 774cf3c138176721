import type { Health, HealthStatus } from '../health/health.ts';
import { isHook } from '../sync/hooks.ts';
import type { Pair, Pairs } from '../sync/pairs.ts';
import {
  annotationItems,
  annotationOf,
  apiVersionOf,
  keyOf,
  keyText,
  metadataOf,
  type ResourceKey,
} from '../sync/resource.ts';
import { waveOf } from '../sync/waves.ts';
import type { JsonObject } from '../text/json.ts';
import type { Condition, ResourceStatus, SyncStatus } from './application.ts';
import { applicationHealth } from './health.ts';
import { createdAt, imagesOf, infoOf } from './info.ts';

/** What was seen of one Application; from it comes everything that is shown of it. */
export interface Observed {
  readonly pairs: Pairs;
  /** Whether live differs from target, by position of the pair; `undefined`: it could not be compared. */
  readonly modified: readonly (boolean | undefined)[];
  /** Whether the object of a pair may live and is not seen. */
  readonly isHidden: (pair: Pair) => boolean;
  /** Targets could not be loaded: nothing can be said about sync (argo-cd:controller/state.go, failedToLoadObjs). */
  readonly targetsUnknown: boolean;
  /** Live objects below the managed ones, owners before what they own. */
  readonly owned: readonly OwnedObject[];
  /** Health of a live object; `undefined`: a kind without health. */
  readonly healthOf: (live: JsonObject) => Health | undefined;
  /** The Application object itself, where it manages itself. */
  readonly self?: ResourceKey;
  /** `namespace/name` of the Application, for conditions. */
  readonly qualifiedName: string;
  /** The namespace whose metadata the Application keeps: missing, it is made by a sync and is no difference. */
  readonly managedNamespace: (object: JsonObject) => boolean;
}

export interface OwnedObject {
  readonly object: JsonObject;
  readonly parent: ResourceKey;
}

export interface ObservedStatus {
  readonly sync: SyncStatus;
  readonly health: HealthStatus;
  readonly resources: readonly ResourceStatus[];
  readonly conditions: readonly Condition[];
}

/** argo-cd:controller/state.go, CompareAppState, from the comparison on. */
export function observedStatus(observed: Observed): ObservedStatus {
  const { pairs, healthOf } = observed;
  const statuses = pairs.pairs.map((pair, i) => syncOf(pair, observed.modified[i], observed));
  const judged = pairs.pairs.map(pair => ({ pair, health: pair.live && healthOf(pair.live) }));
  const outOfSync = pairs.pairs.some((pair, i) => statuses[i] === 'OutOfSync' && !isTolerated(pair));
  const hidden = pairs.pairs.map(it => !it.live && observed.isHidden(it));
  // What differs for sure is told before what nobody may see.
  const unknown = observed.targetsUnknown || statuses.some((it, i) => it === 'Unknown' && !(hidden[i] && outOfSync));
  return {
    sync: unknown ? 'Unknown' : outOfSync ? 'OutOfSync' : 'Synced',
    health: applicationHealth(
      judged.filter((_, i) => !hidden[i]),
      observed.self,
    ),
    resources: [
      ...pairs.pairs.map((pair, i) => managedResource(pair, statuses[i], judged[i]?.health, hidden[i] ?? false)),
      ...observed.owned.map(it => ownedResource(it, healthOf(it.object))),
    ],
    conditions: pairs.shared.map(({ key, application }) => ({
      type: 'SharedResourceWarning',
      message: `${key.kind}/${key.name} is part of applications ${observed.qualifiedName} and ${application.replaceAll('_', '/')}`,
    })),
  };
}

function syncOf(pair: Pair, modified: boolean | undefined, observed: Observed): SyncStatus | undefined {
  if (pair.uncounted) return undefined;
  if (observed.targetsUnknown) return 'Unknown';
  const { target, live } = pair;
  if (target && !live && observed.managedNamespace(target)) return 'Synced';
  if (target && !live && observed.isHidden(pair)) return 'Unknown';
  if (!target || !live) return 'OutOfSync';
  if (modified === undefined) return 'Unknown';
  return modified ? 'OutOfSync' : 'Synced';
}

/** An extra object that says so does not make its Application OutOfSync, though it would be pruned. */
function isTolerated({ target, live }: Pair): boolean {
  return (
    !target &&
    live !== undefined &&
    annotationItems(live, 'argocd.argoproj.io/compare-options').includes('IgnoreExtraneous')
  );
}

function managedResource(
  pair: Pair,
  sync: SyncStatus | undefined,
  health: Health | undefined,
  hidden: boolean,
): ResourceStatus {
  const { target, live, key } = pair;
  const object = live ?? target ?? {};
  return {
    ...key,
    version: versionOf(object),
    ...(sync && { sync }),
    ...(health && { health: { status: health.status, message: health.message } }),
    ...(pair.requiresPruning ? { requiresPruning: true } : {}),
    ...(pair.uncounted === 'hook' || isHook(object) ? { hook: true } : {}),
    ...(hidden ? { health: { status: 'Unknown', message: 'its kind may not be listed there' } as const } : {}),
    ...(live || hidden ? {} : { missing: true }),
    wave: target ? waveOf(target) : pair.wave,
    ...liveFacts(live),
  };
}

function ownedResource({ object, parent }: OwnedObject, health: Health | undefined): ResourceStatus {
  return {
    ...keyOf(object),
    version: versionOf(object),
    ...(health && { health: { status: health.status, message: health.message } }),
    parent: keyText(parent),
    ...liveFacts(object),
  };
}

function liveFacts(live: JsonObject | undefined): Partial<ResourceStatus> {
  if (!live) return {};
  const { uid } = metadataOf(live);
  const info = infoOf(live);
  const created = createdAt(live);
  const images = imagesOf(live);
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(info === undefined ? {} : { info }),
    ...(created === undefined ? {} : { createdAt: created }),
    ...(images.length > 0 ? { images } : {}),
  };
}

function versionOf(object: JsonObject): string {
  const version = apiVersionOf(object);
  return version.slice(version.indexOf('/') + 1);
}

/** Whether an Application asks not to be reconciled for now. */
export function isPaused(application: JsonObject): boolean {
  return annotationOf(application, 'argocd.argoproj.io/skip-reconcile') === 'true';
}
