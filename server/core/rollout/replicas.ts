import type { JsonObject } from '../text/json.ts';
import { type Wanted, wanted, weightedReplicas } from './steps.ts';
import { canaryOf, maxSurge, maxUnavailable, maxWeight, replicasOf } from './surge.ts';
import { flagOf, isSet, numberOf, objectOf, textOf } from './view.ts';

/**
 * How many pods the canary and the stable ReplicaSet get next (argo-rollouts:utils/replicaset/canary.go). Without traffic routing the
 * counts themselves approximate the weight, within maxSurge and maxUnavailable; with it the router makes the weight and the counts follow.
 */
export interface ReplicaSetState {
  /** Replicas asked for. */
  readonly spec: number;
  readonly available: number;
  /** Pods that exist; as many as asked for where it is not told. */
  readonly created?: number;
}

export interface CanaryState {
  /** The Rollout with its status. */
  readonly rollout: JsonObject;
  readonly newRS: ReplicaSetState | undefined;
  /** The very object `newRS` where no other version is left. */
  readonly stableRS: ReplicaSetState | undefined;
  /** Older ReplicaSets that still exist. */
  readonly old: readonly ReplicaSetState[];
  /** Weights that the router really has. */
  readonly weights?: { readonly canary: number; readonly stable: number };
}

export interface ReplicaCounts {
  readonly newRS: number;
  readonly stableRS: number;
}

export function replicaCounts(state: CanaryState): ReplicaCounts {
  return isSet(canaryOf(state.rollout), 'trafficRouting') ? routedCounts(state) : basicCounts(state);
}

/** Whether the ReplicaSets have what the current step asks for, so that the next step may begin. */
export function atDesiredCounts(state: CanaryState): boolean {
  const counts = replicaCounts(state);
  const canary = canaryOf(state.rollout);
  const routed = isSet(canary, 'trafficRouting');
  if (!thresholdMet(objectOf(canary, 'replicaProgressThreshold'), state.newRS, counts.newRS)) return false;
  const stableIsFixed = !routed || !flagOf(canary, 'dynamicStableScale');
  if (stableIsFixed && !isScaled(state.stableRS, counts.stableRS)) return false;
  // Without a router older ReplicaSets still get traffic, so they must be gone.
  return routed || state.old.every(it => it.available === 0);
}

/** What the steps ask of the canary now. */
export function wantedBy({ rollout, newRS, stableRS }: CanaryState): Wanted {
  return wanted(rollout, newRS && stableRS && { canary: newRS.available, stable: stableRS.available });
}

function hasAll(replicaSet: ReplicaSetState | undefined, count: number): boolean {
  return replicaSet !== undefined && replicaSet.spec === count && replicaSet.available === count;
}

/** The stable pods need not be available: a broken stable version must not hold up its replacement. */
function isScaled(replicaSet: ReplicaSetState | undefined, count: number): boolean {
  return replicaSet?.spec === count && (replicaSet.created ?? replicaSet.spec) === count;
}

function thresholdMet(
  threshold: JsonObject | undefined,
  replicaSet: ReplicaSetState | undefined,
  count: number,
): boolean {
  const value = numberOf(threshold, 'value') ?? 0;
  if (!threshold || !replicaSet || value < 0) return hasAll(replicaSet, count);
  if (textOf(threshold, 'type') !== 'Percent') return replicaSet.available >= value;
  const percentage = (replicaSet.available / count) * 100;
  return count === 0 || percentage >= value || Math.abs(percentage - value) <= 1e-10;
}

function routedCounts(state: CanaryState): ReplicaCounts {
  const { rollout, weights } = state;
  const [canary, replicas, most] = [canaryOf(rollout), replicasOf(rollout), maxWeight(rollout)];
  const { replicas: fixed, weight } = wantedBy(state);
  // The floor never asks for more pods than the rollout has.
  const floor = Math.min(numberOf(canary, 'minPodsPerReplicaSet') ?? Number.NEGATIVE_INFINITY, replicas);
  const atLeast = (count: number): number => (count === 0 ? 0 : Math.max(count, floor));
  const forCanary = fixed ?? atLeast(weightedReplicas(replicas, weight, most));
  if (!flagOf(canary, 'dynamicStableScale')) return { newRS: forCanary, stableRS: replicas };
  const forStable = weightedReplicas(replicas, most - weight, most);
  if (!weights) return { newRS: atLeast(forCanary), stableRS: atLeast(forStable) };
  // Pods go only after the router has taken their traffic away.
  const aborted = flagOf(objectOf(rollout, 'status'), 'abort');
  const stillCanary = aborted ? weightedReplicas(replicas, weights.canary, most) : forCanary;
  const stillStable = weightedReplicas(replicas, weights.stable, most);
  return {
    newRS: atLeast(Math.max(stillCanary, forCanary)),
    stableRS: atLeast(Math.max(stillStable, forStable)),
  };
}

function basicCounts(state: CanaryState): ReplicaCounts {
  const { rollout, newRS, stableRS, old } = state;
  const replicas = replicasOf(rollout);
  const stable = stableRS && stableRS !== newRS ? stableRS : undefined;
  const desired = stable ? approximate(state) : { newRS: replicas, stableRS: 0 };
  const most = replicas + maxSurge(rollout);
  const counts = scaleUp(desired, { newRS, stable, free: most - total([...old, newRS, stable]) });
  // Older ReplicaSets are scaled down before the two that count are looked at.
  if (total(old) > 0) return counts;
  return scaleDown(counts, desired, { state, stable, most, least: replicas - maxUnavailable(rollout) });
}

function total(replicaSets: readonly (ReplicaSetState | undefined)[]): number {
  return replicaSets.reduce((sum, it) => sum + (it?.spec ?? 0), 0);
}

/** The stable ReplicaSet takes what is free first. */
function scaleUp(
  desired: ReplicaCounts,
  { newRS, stable, free }: { newRS: ReplicaSetState | undefined; stable: ReplicaSetState | undefined; free: number },
): ReplicaCounts {
  const up = (replicaSet: ReplicaSetState | undefined, count: number, room: number): number => {
    const now = replicaSet?.spec ?? 0;
    return replicaSet && now < count && room > 0 ? Math.min(now + room, count) : now;
  };
  const forStable = up(stable, desired.stableRS, free);
  const left = free - (forStable - (stable?.spec ?? 0));
  return { newRS: up(newRS, desired.newRS, left), stableRS: forStable };
}

interface Limits {
  readonly state: CanaryState;
  readonly stable: ReplicaSetState | undefined;
  readonly most: number;
  /** Pods that must stay available. */
  readonly least: number;
}

/** While the canary grows, the stable ReplicaSet gives pods away and the other way round; the growing one's availability counts. */
function scaleDown(counts: ReplicaCounts, desired: ReplicaCounts, limits: Limits): ReplicaCounts {
  const { newRS, stableRS } = limits.state;
  const growing = !newRS || desired.newRS >= newRS.spec;
  const spare = countable(newRS, !growing) + countable(stableRS, growing) - limits.least;
  if (spare <= 0) return counts;
  if (!growing) {
    const drained = drain(newRS, desired.newRS, spare, counts.newRS);
    const [forNew, forStable] = withinLimits([newRS, drained], [stableRS, counts.stableRS], limits);
    return { newRS: forNew, stableRS: forStable };
  }
  if (!limits.stable) return counts;
  const drained = drain(stableRS, desired.stableRS, spare, counts.stableRS);
  const [forStable, forNew] = withinLimits([stableRS, drained], [newRS, counts.newRS], limits);
  return { newRS: forNew, stableRS: forStable };
}

function countable(replicaSet: ReplicaSetState | undefined, evenUnavailable: boolean): number {
  if (!replicaSet) return 0;
  return replicaSet.spec < replicaSet.available || evenUnavailable ? replicaSet.spec : replicaSet.available;
}

function drain(replicaSet: ReplicaSetState | undefined, desired: number, spare: number, count: number): number {
  return replicaSet && replicaSet.spec > desired ? Math.max(desired, replicaSet.spec - spare) : count;
}

type Counted = readonly [ReplicaSetState | undefined, number];

/** The kept ReplicaSet is cut to maxSurge, gets back what availability needs, and the drained one then makes room. */
function withinLimits([drained, drainedCount]: Counted, [kept, keptCount]: Counted, limits: Limits): [number, number] {
  const over = (count: number): number => Math.max(0, count + drainedCount - limits.most);
  if (!kept) return [drainedCount, keptCount];
  const cut = keptCount - over(keptCount);
  const available = (drained ? Math.min(drained.available, drainedCount) : 0) + Math.min(kept.available, cut);
  const lost = Math.max(0, kept.available - cut);
  const count = cut + Math.min(lost, Math.max(0, limits.least - available));
  return [drainedCount - over(count), count];
}

/**
 * The split of the pods nearest to the weight. Half a pod always rounds up, and a weight between nothing and everything leaves neither
 * side empty where more than one pod may exist.
 */
function approximate(state: CanaryState): ReplicaCounts {
  const { rollout } = state;
  const [replicas, most] = [replicasOf(rollout), maxWeight(rollout)];
  const { weight } = wantedBy(state);
  if (replicas === 0) return { newRS: 0, stableRS: 0 };
  const surging = maxSurge(rollout) > 0;
  const [up, down] = [Math.ceil((replicas * weight) / most), Math.floor((replicas * weight) / most)];
  const extremesAllowed = weight === most || weight === 0 || (replicas === 1 && !surging);
  const downAllowed = (sum: number): boolean => !isHalf(weight, most, sum) && (down !== 0 || extremesAllowed);
  const options: { canary: number; sum: number }[] = [];
  if (up < replicas || extremesAllowed) options.push({ canary: up, sum: replicas });
  if (downAllowed(replicas)) options.push({ canary: down, sum: replicas });
  if (surging) options.push({ canary: up, sum: replicas + 1 });
  if (surging && downAllowed(replicas + 1)) options.push({ canary: down, sum: replicas + 1 });
  const distance = (it: { canary: number; sum: number }): number => Math.abs((it.canary * most) / it.sum - weight);
  const best = options.reduce<{ canary: number; sum: number } | undefined>(
    (nearest, it) => (nearest && distance(nearest) <= distance(it) ? nearest : it),
    undefined,
  );
  return best ? { newRS: best.canary, stableRS: best.sum - best.canary } : { newRS: 0, stableRS: replicas };
}

function isHalf(weight: number, most: number, replicas: number): boolean {
  return (replicas * (weight / most)) % 1 === 0.5;
}
