import type { Json, JsonObject } from '../text/json.ts';
import { numberOf, objectAt, objectOf } from './view.ts';

/** How far a rollout may leave the wanted number of pods (argo-rollouts:utils/replicaset/replicaset.go, resolveFenceposts). */

export function replicasOf(rollout: JsonObject): number {
  return numberOf(objectOf(rollout, 'spec'), 'replicas') ?? 1;
}

export function canaryOf(rollout: JsonObject): JsonObject | undefined {
  return objectAt(rollout, 'spec', 'strategy', 'canary');
}

/** The weight that means all traffic. */
export function maxWeight(rollout: JsonObject): number {
  return numberOf(objectOf(canaryOf(rollout), 'trafficRouting'), 'maxTrafficWeight') ?? 100;
}

/** Pods beyond the wanted number, in the canary strategy; percentages round up. */
export function maxSurge(rollout: JsonObject): number {
  return canaryOf(rollout) ? fenceposts(rollout).surge : 0;
}

/** Pods that may be missing; percentages round down, and it is 1 where both this and maxSurge would be 0. */
export function maxUnavailable(rollout: JsonObject): number {
  const replicas = replicasOf(rollout);
  if (replicas === 0) return 0;
  const blueGreen = objectAt(rollout, 'spec', 'strategy', 'blueGreen');
  const unavailable = canaryOf(rollout)
    ? fenceposts(rollout).unavailable
    : (share(blueGreen?.maxUnavailable ?? '25', replicas, Math.floor) ?? 0);
  return Math.min(unavailable, replicas);
}

function fenceposts(rollout: JsonObject): { readonly surge: number; readonly unavailable: number } {
  const [canary, replicas] = [canaryOf(rollout), replicasOf(rollout)];
  const surge = share(canary?.maxSurge ?? '25', replicas, Math.ceil);
  const unavailable = share(canary?.maxUnavailable ?? '25', replicas, Math.floor);
  if (surge === undefined || unavailable === undefined) return { surge: 0, unavailable: 0 };
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** [!] A text is a percentage with or without its sign: "25" is 25 %. `undefined` for a text that is no number. */
function share(value: Json, total: number, round: (share: number) => number): number | undefined {
  if (typeof value === 'number') return value;
  const text = String(value).replaceAll('%', '');
  return /^[-+]?[0-9]+$/.test(text) ? round((Number(text) * total) / 100) : undefined;
}
