import type { ApplicationStatus, HistoryEntry, OperationState } from '../core/status/application.ts';
import type { PlanStep, Refusal } from '../core/sync/plan.ts';
import type { ResourceKey } from '../core/sync/resource.ts';
import type { JsonObject } from '../core/text/json.ts';
import type { AccessAsked, ClusterFailureReason, ContextNote } from './cluster.ts';
import type { Subscription } from './workbench.ts';

/**
 * The cluster half of the engine, as the front doors see it: chosen clusters, the state of every Application in them, differences, plans and
 * operations. Nothing here writes to a cluster but `execute`, which takes a plan that a person accepted.
 */
export interface Delivery {
  contexts(): Promise<readonly ContextNote[]>;
  /** From now on exactly these contexts are watched; none is ever contacted unless chosen. */
  choose(contexts: readonly string[]): void;
  clusters(): readonly ClusterStatus[];
  /** Sorted by cluster, namespace, name. */
  applications(): readonly ApplicationStatus[];
  application(id: string): ApplicationStatus | undefined;
  /** Declared Applications that go to none of the chosen clusters, and why; sorted by name. */
  unplaced(): readonly UnplacedApplication[];
  /** Resolves when the comparison that follows from now has ended. `hard`: rendered anew, discovery asked anew. */
  refresh(id: string | undefined, options?: { readonly hard?: boolean }): Promise<void>;
  /** Live and predicted of every managed resource, or of one; Secrets masked, both normalized for reading. */
  differences(id: string, options?: DifferenceOptions): Promise<readonly ResourceDifference[]>;
  /** What a sync would do. Rejects only with `Cancelled`; everything else is in the plan's `refusals`. */
  plan(id: string, request: PlanRequest, signal?: AbortSignal): Promise<SyncPlan>;
  /** Runs an accepted plan; the operation is told by events. Refuses a plan that the cluster or the manifests have left behind. */
  execute(plan: SyncPlan): Promise<ExecuteAnswer>;
  terminate(id: string): Promise<void>;
  operations(): readonly OperationState[];
  history(id: string): Promise<readonly HistoryEntry[]>;
  /** What the two kinds of rollback would do, and which of them would be undone by whom. */
  rollbackChoices(id: string, entry: number): Promise<RollbackChoices>;
  /** Makes the revert commit on a new branch of the local repository; touches no cluster and pushes nothing. */
  revertInGit(id: string, entry: number): Promise<RevertAnswer>;
  /** The embedded loop for `syncPolicy.automated` of this Application. */
  setAutomated(id: string, on: boolean): void;
  /** One live object, Secrets masked. */
  live(id: string, key: ResourceKey): Promise<JsonObject | undefined>;
  logs(
    id: string,
    pod: ResourceKey,
    options?: { readonly container?: string; readonly tailLines?: number },
  ): Promise<string>;
  events(id: string, key: ResourceKey): Promise<readonly EventNote[]>;
  subscribe(listener: (event: DeliveryEvent) => void): Subscription;
  dispose(): Promise<void>;
}

export interface ClusterStatus {
  readonly name: string;
  readonly server: string;
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'loginExpired' | 'forbidden';
  /** Set where the state is not good: what happened and what to do. */
  readonly message?: string;
  readonly reason?: ClusterFailureReason;
  /** Permissions that are missing, for the forbidden state. */
  readonly missing: readonly AccessAsked[];
  readonly gitVersion?: string;
  /** An Argo CD runs there and drives its Applications. */
  readonly argocd: boolean;
}

export interface UnplacedApplication {
  readonly name: string;
  /** A sentence, with what to do. */
  readonly why: string;
}

export interface DifferenceOptions {
  readonly only?: ResourceKey;
  /** What stands for the target. Default: the buffers over the work tree. */
  readonly target?: ContentAt;
  /** What it is compared with. Default: live. */
  readonly base?: ContentAt | 'live';
}

/** Which content of a local repository: unsaved buffers over the work tree, the work tree, the index, or a revision. */
export type RepositoryContent = 'buffers' | 'workTree' | 'staged' | { readonly revision: string } | 'lastSynced';

/** Also an entry of the history: all its sources, as they were named then, at the revisions of then. */
export type ContentAt = RepositoryContent | { readonly entry: number };

export interface ResourceDifference extends ResourceKey {
  readonly apiVersion: string;
  readonly status: 'Synced' | 'OutOfSync';
  readonly modified: boolean;
  readonly requiresPruning: boolean;
  readonly hook: boolean;
  readonly live: JsonObject | undefined;
  readonly predicted: JsonObject | undefined;
  /** How it was compared: `server` = server-side dry run. */
  readonly by: 'server' | 'settled' | 'threeWay' | 'twoWay' | 'structured';
  /** Why this one could not be compared, or only less exactly. */
  readonly note?: string;
}

export interface PlanRequest {
  readonly kind?: 'sync' | 'rollback' | 'delete';
  /** Of a rollback: id in the history. */
  readonly entry?: number;
  /** Of a delete. */
  readonly cascade?: 'foreground' | 'background' | 'none';
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly replace?: boolean;
  /** Pruning that wants a confirmation was confirmed. */
  readonly pruneConfirmed?: boolean;
  /** More or other than the Application's own `syncOptions`. */
  readonly syncOptions?: readonly string[];
  /** Only these: a selective sync, without hooks and without history. */
  readonly resources?: readonly ResourceKey[];
  readonly content?: RepositoryContent;
  readonly initiatedBy?: string;
  /** Of the embedded loop: it tries again by itself where the Application says nothing of retries. */
  readonly automated?: boolean;
}

/** Decided, to be shown and accepted. Plain data; what it needs to run stands in `ticket`, kept by the engine. */
export interface SyncPlan {
  readonly ticket: string;
  readonly application: string;
  readonly cluster: string;
  readonly kind: 'sync' | 'rollback' | 'delete';
  readonly dryRun: boolean;
  readonly revisions: readonly string[];
  /** In the order in which they run. */
  readonly steps: readonly PlanStep[];
  /** While there are any, the plan cannot run. */
  readonly refusals: readonly Refusal[];
  /** To be read before accepting: what is recreated, shared, wiped. */
  readonly warnings: readonly string[];
}

export type { PlanStep, Refusal } from '../core/sync/plan.ts';

export type ExecuteAnswer =
  | { readonly kind: 'started'; readonly operation: OperationState }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

export interface RollbackChoices {
  readonly entry: HistoryEntry;
  readonly git:
    | { readonly possible: true; readonly repository: string; readonly branch: string; readonly summary: string }
    | { readonly possible: false; readonly why: string };
  readonly cluster: {
    readonly possible: boolean;
    readonly why?: string /** Who would undo it, in a sentence. */;
    readonly undoneBy?: string;
  };
}

export type RevertAnswer =
  | {
      readonly kind: 'made';
      readonly repository: string;
      readonly branch: string;
      readonly commit: string;
      readonly summary: string;
    }
  | { readonly kind: 'impossible'; readonly why: string };

export interface EventNote {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly lastAt: number;
}

export type DeliveryEvent =
  | { readonly kind: 'cluster'; readonly cluster: ClusterStatus }
  | { readonly kind: 'application'; readonly application: ApplicationStatus }
  | { readonly kind: 'removed'; readonly id: string }
  /** It was compared anew: differences may be others, even where its status is the same. */
  | { readonly kind: 'compared'; readonly id: string }
  | { readonly kind: 'operation'; readonly operation: OperationState };
