import type { ResourceKey } from './resource.ts';

/** What the embedded loop knows of an Application when it asks itself whether to sync. Times in milliseconds. */
export interface AutoSyncSubject {
  /** `syncPolicy.automated`; `undefined`: manual. `on`: the user turned the loop on for this Application. */
  readonly automated?: {
    readonly prune: boolean;
    readonly selfHeal: boolean;
    readonly allowEmpty: boolean;
    readonly enabled: boolean;
    readonly on: boolean;
  };
  readonly sync: 'Synced' | 'OutOfSync' | 'Unknown';
  readonly operationRuns: boolean;
  readonly deleting: boolean;
  readonly resources: readonly (ResourceKey & {
    readonly synced: boolean;
    readonly requiresPruning: boolean;
    readonly hook: boolean;
  })[];
  /** What would be synced: revisions, and anything that stands for the manifests and the sources. */
  readonly desired: { readonly revisions: readonly string[]; readonly content: string };
  readonly last?: {
    readonly revisions: readonly string[];
    readonly content: string;
    readonly succeeded: boolean;
    readonly message: string;
    readonly finishedAt: number;
    /** Self-heals in a row, as `selfHealAttempts` of the decision said. */
    readonly selfHealAttempts: number;
  };
  readonly now: number;
}

export type AutoSyncDecision =
  | { readonly kind: 'nothing'; readonly why: string }
  /** To be shown as a condition of the Application. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'later'; readonly afterMs: number }
  | {
      readonly kind: 'sync';
      readonly prune: boolean;
      /** A self-heal brings back only what drifted. */
      readonly resources?: readonly ResourceKey[];
      readonly selfHealAttempts: number;
    };

/** argo-cd:controller/appcontroller.go, autoSync, with the controller's default back-off: 2 s × 3, at most 5 minutes. */
export function autoSyncDecision(subject: AutoSyncSubject): AutoSyncDecision {
  const { automated, resources, desired, last } = subject;
  const nothing = (why: string): AutoSyncDecision => ({ kind: 'nothing', why });
  if (!automated?.enabled) return nothing('the Application is synced by hand');
  if (!automated.on) return nothing('the embedded loop is off for this Application');
  if (subject.operationRuns) return nothing('another operation is in progress');
  if (subject.deleting) return nothing('deletion in progress');
  if (subject.sync !== 'OutOfSync') return nothing(`application status is ${subject.sync}`);
  const counted = resources.filter(it => !it.hook);
  if (!automated.prune && counted.every(it => it.synced || it.requiresPruning))
    return nothing('need to prune extra resources only but automated prune is disabled');
  const attempted = last !== undefined && last.content === desired.content && isSame(last.revisions, desired.revisions);
  const to = `[${desired.revisions.join(' ')}]`;
  if (attempted && !last.succeeded)
    return { kind: 'refused', message: `Failed last sync attempt to [${last.revisions.join(' ')}]: ${last.message}` };
  if (attempted && !automated.selfHeal) return nothing(`most recent sync already to ${to}`);
  const attempts = attempted ? last.selfHealAttempts : 0;
  if (attempted) {
    const afterMs = last.finishedAt + selfHealDelayMs(attempts) - subject.now;
    if (afterMs > 0) return { kind: 'later', afterMs };
  }
  if (automated.prune && !automated.allowEmpty && counted.every(it => it.requiresPruning))
    return { kind: 'refused', message: `Skipping sync attempt to ${to}: auto-sync will wipe out all resources` };
  const drifted = counted
    .filter(it => !it.synced)
    .map(({ group, kind, namespace, name }) => ({ group, kind, namespace, name }));
  return {
    kind: 'sync',
    prune: automated.prune,
    ...(attempted ? { resources: drifted } : {}),
    selfHealAttempts: attempted ? attempts + 1 : 0,
  };
}

const isSame = (a: readonly string[], b: readonly string[]): boolean => a.join(' ') === b.join(' ');

/** None for the first, then 2 s, 6 s, 18 s, … */
export function selfHealDelayMs(attempts: number): number {
  return attempts === 0 ? 0 : Math.min(300_000, 2_000 * 3 ** (attempts - 1));
}
