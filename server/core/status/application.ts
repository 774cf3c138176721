import type { HealthStatus } from '../health/health.ts';
import type { PlanAction } from '../sync/plan.ts';
import type { ResultCode } from '../sync/records.ts';
import type { ResourceKey } from '../sync/resource.ts';

export type { PlanAction } from '../sync/plan.ts';

/** What is known of one Application in one cluster: what trees, the status bar and `status --output json` show. Plain data; no Secret values. */
export interface ApplicationStatus {
  /** `<cluster>|<namespace>/<name>`; stable. */
  readonly id: string;
  readonly cluster: string;
  /** Namespace of the Application object. */
  readonly namespace: string;
  readonly name: string;
  readonly project: string;
  readonly destinationNamespace: string;
  /** Who reconciles it: our engine, or the Argo CD of that cluster through its Application object. */
  readonly driver: 'direct' | 'argocd';
  /** Where it is declared in the opened folders; `set` when an ApplicationSet there generates it. */
  readonly declared?: { readonly file: string; readonly document: number; readonly set?: string };
  readonly sync: SyncStatus;
  readonly health: HealthStatus;
  /** Why health or sync are what they are, where one sentence can tell. */
  readonly message?: string;
  /** Commit or chart version of each source that was compared; `work tree` for the opened folder. */
  readonly revisions: readonly string[];
  readonly resources: readonly ResourceStatus[];
  /** The running operation, else the last one of this session or of the record in the cluster. */
  readonly operation?: OperationState;
  readonly conditions: readonly Condition[];
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
  /** Loading until the first comparison; then the newest answer stays while a new one is made. */
  readonly phase: 'loading' | 'ready' | 'unreachable' | 'forbidden' | 'loginExpired' | 'renderFailed';
  /** Milliseconds since 1970. */
  readonly comparedAt?: number;
  /** What was left out for lack of knowledge, in sentences; never silently. */
  readonly notes: readonly string[];
  /** `syncPolicy.automated` of the manifest, and whether the user turned the embedded loop on for it. */
  readonly automated?: { readonly prune: boolean; readonly selfHeal: boolean; readonly on: boolean };
}

export type SyncStatus = 'Synced' | 'OutOfSync' | 'Unknown';

export interface ResourceStatus extends ResourceKey {
  readonly version: string;
  /** `undefined`: below a managed resource, or a hook: not compared. */
  readonly sync?: SyncStatus;
  readonly health?: { readonly status: HealthStatus; readonly message: string };
  readonly requiresPruning?: boolean;
  readonly hook?: boolean;
  /** Not in the cluster yet. */
  readonly missing?: boolean;
  readonly wave?: number;
  /** Owner by `keyText`, for resources that a managed one made (ReplicaSets, Pods, …). */
  readonly parent?: string;
  /** `uid` of the live object. */
  readonly uid?: string;
  /** One line: `3/3`, `1.2.3.4:80`, an image. */
  readonly info?: string;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
  readonly images?: readonly string[];
  /** Where the manifest stands in the opened folders. */
  readonly file?: string;
}

export interface Condition {
  /** Argo CD's type, such as `RepeatedResourceWarning`, `ComparisonError`, `SharedResourceWarning`. */
  readonly type: string;
  readonly message: string;
}

export type OperationKind = 'sync' | 'rollback' | 'delete';

export interface OperationState {
  readonly id: string;
  readonly application: string;
  readonly kind: OperationKind;
  readonly phase: 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly dryRun: boolean;
  readonly initiatedBy: string;
  readonly revisions: readonly string[];
  readonly retry?: { readonly count: number; readonly limit: number; readonly nextAt?: number };
  readonly steps: readonly OperationStep[];
}

export interface OperationStep extends ResourceKey {
  readonly phase: string;
  readonly wave: number;
  readonly hook: boolean;
  readonly action: PlanAction;
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped';
  readonly result?: ResultCode;
  readonly message: string;
  /** The last lines of a failed hook's log. */
  readonly log?: string;
}

export interface HistoryEntry {
  readonly id: number;
  readonly deployedAt: number;
  readonly startedAt?: number;
  readonly revisions: readonly string[];
  readonly initiatedBy: string;
  readonly result: 'Succeeded' | 'Failed';
  /** One line: repository and path or chart per source. */
  readonly sources: readonly string[];
}
