import { type Health, type HealthStatus, isWorse } from '../health/health.ts';
import { isHook, isSkipped } from '../sync/hooks.ts';
import type { Pair } from '../sync/pairs.ts';
import { annotationOf, type ResourceKey } from '../sync/resource.ts';

/** A pair and the health of its live object; `undefined`: a kind without health. */
export interface JudgedPair {
  readonly pair: Pair;
  readonly health: Health | undefined;
}

/**
 * Health of an Application: the worst of its live resources (argo-cd:controller/health.go, setApplicationHealth). What is missing does not
 * count, because OutOfSync says it already, unless nothing is there at all. `self`: an Application that manages itself is not asked about itself.
 */
export function applicationHealth(judged: readonly JudgedPair[], self?: ResourceKey): HealthStatus {
  const own = judged.filter(({ pair }) => !isLeftOut(pair));
  const worst = own
    .filter(it => it.pair.live && counts(it, self))
    .flatMap(({ health }) => (health ? [health.aggregateAs ?? health.status] : []))
    .reduce<HealthStatus>((worse, it) => (isWorse(worse, it) ? it : worse), 'Healthy');
  const nothingLives = own.length > 0 && own.every(({ pair }) => !pair.live);
  return nothingLives && isWorse(worst, 'Missing') ? 'Missing' : worst;
}

function isLeftOut({ target, live }: Pair): boolean {
  if (target && isSkipped(target)) return true;
  return live !== undefined && (isHook(live) || isSkipped(live));
}

function counts({ pair: { live, key }, health }: JudgedPair, self: ResourceKey | undefined): boolean {
  if (live && annotationOf(live, 'argocd.argoproj.io/ignore-healthcheck') === 'true') return false;
  if (key.group !== 'argoproj.io' || key.kind !== 'Application') return true;
  if (self && key.name === self.name && key.namespace === self.namespace) return false;
  return health?.status !== 'Missing' && health?.status !== 'Unknown';
}
