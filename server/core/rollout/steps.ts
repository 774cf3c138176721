import type { JsonObject } from '../text/json.ts';
import { canaryOf, maxWeight, replicasOf } from './surge.ts';
import { flagOf, isSet, listOf, numberOf, objectAt, objectOf, textOf } from './view.ts';

/** Where a canary rollout stands in its steps, and what the steps ask for (argo-rollouts:utils/replicaset/canary.go). */

/** `undefined`: there are no steps. Equal to the number of steps: all are done. */
export function stepIndex(rollout: JsonObject): number | undefined {
  const steps = listOf(canaryOf(rollout), 'steps');
  return steps.length === 0 ? undefined : (numberOf(objectOf(rollout, 'status'), 'currentStepIndex') ?? 0);
}

/** Steps up to and with the current one, the current one first; `undefined` without steps and past the last one. */
function stepsSoFar(rollout: JsonObject): readonly JsonObject[] | undefined {
  const [steps, index] = [listOf(canaryOf(rollout), 'steps'), stepIndex(rollout)];
  return index === undefined || index >= steps.length ? undefined : steps.slice(0, index + 1).reverse();
}

/** The nearest setWeight at or before the current step; everything past the last step, nothing after an abort. */
export function currentWeight(rollout: JsonObject): number {
  if (flagOf(objectOf(rollout, 'status'), 'abort')) return 0;
  const steps = stepsSoFar(rollout);
  if (!steps) return maxWeight(rollout);
  return (
    numberOf(
      steps.find(it => isSet(it, 'setWeight')),
      'setWeight',
    ) ?? 0
  );
}

export interface Wanted {
  /** A count set by setCanaryScale, which goes before the weight. */
  readonly replicas?: number;
  readonly weight: number;
}

/** What the canary should have now. `available`: pods of the two ReplicaSets where both exist. */
export function wanted(
  rollout: JsonObject,
  available: { readonly canary: number; readonly stable: number } | undefined,
): Wanted {
  const status = objectOf(rollout, 'status');
  const stable = textOf(status, 'stableRS');
  const complete = flagOf(status, 'promoteFull') || stable === '' || textOf(status, 'currentPodHash') === stable;
  if (complete) return { weight: maxWeight(rollout) };
  const scale = canaryScale(rollout);
  const [replicas, weight] = [numberOf(scale, 'replicas'), numberOf(scale, 'weight')];
  if (replicas !== undefined) return { replicas, weight: 0 };
  return { weight: weight ?? desiredWeight(rollout, available) };
}

/** The nearest setCanaryScale at or before the current step. It needs a router, and ends with an abort unless pods are to be kept. */
function canaryScale(rollout: JsonObject): JsonObject | undefined {
  const canary = canaryOf(rollout);
  if (!isSet(canary, 'trafficRouting')) return undefined;
  const kept = numberOf(canary, 'abortScaleDownDelaySeconds') === 0;
  if (flagOf(objectOf(rollout, 'status'), 'abort') && !kept) return undefined;
  const scale = objectOf(
    stepsSoFar(rollout)?.find(it => isSet(it, 'setCanaryScale')),
    'setCanaryScale',
  );
  return flagOf(scale, 'matchTrafficWeight') ? undefined : scale;
}

/** An aborted rollout with a dynamic stable scale goes back through its weights, so that pods are not all made at once. */
function desiredWeight(
  rollout: JsonObject,
  available: { readonly canary: number; readonly stable: number } | undefined,
): number {
  const dynamic = flagOf(canaryOf(rollout), 'dynamicStableScale');
  if (!flagOf(objectAt(rollout, 'status'), 'abort') || !dynamic || !available) return currentWeight(rollout);
  const replicas = replicasOf(rollout);
  const canary = Math.max(replicas - available.stable, available.canary);
  const weights = listOf(canaryOf(rollout), 'steps').flatMap(it => numberOf(it, 'setWeight') ?? []);
  return weights.findLast(it => weightedReplicas(replicas, it, maxWeight(rollout)) < canary) ?? 0;
}

/** Replicas for a share of the traffic, rounded up. */
export function weightedReplicas(replicas: number, weight: number, most: number): number {
  return Math.ceil((weight * replicas) / most);
}
