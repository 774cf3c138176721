import type { KubernetesTypes } from '../../core/diff/types.ts';
import type { HistoryEntry, OperationState } from '../../core/status/application.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { DeclaredApplication } from '../delivery/declared.ts';
import type { ObservePorts, Place } from '../delivery/observe.ts';
import type { ExecuteAnswer, PlanRequest, RevertAnswer, RollbackChoices, SyncPlan } from '../delivery.ts';
import type { Clock, Git, Log } from '../ports.ts';

/**
 * Plans and operations of Applications. A plan is a value: what a sync, a rollback or a deletion would do, in order, with what refuses it.
 * Only `execute` writes to a cluster, and only what an accepted plan says; a cluster or manifests that changed since refuse it. What runs is
 * recorded in the cluster at every step, so that it goes on after a restart, two people do not sync at once, and no hook runs twice.
 */
export interface Operations {
  /** What it would do. Rejects only when the signal is aborted; everything else that is in the way stands in `refusals`. */
  plan(id: string, request: PlanRequest, signal?: AbortSignal): Promise<SyncPlan>;
  /** Begins an accepted plan. It goes on in the background; `changed` of the ports tells how. */
  execute(plan: SyncPlan): Promise<ExecuteAnswer>;
  /** Running hooks are deleted, nothing more is applied; what was done stays. */
  terminate(id: string): Promise<void>;
  /** The running operation of an Application, else its last one of this session. */
  operation(id: string): OperationState | undefined;
  /** Every operation of this session, newest first. */
  operations(): readonly OperationState[];
  /** Resolves when nothing of this Application runs here any more. */
  settled(id: string): Promise<OperationState | undefined>;
  /**
   * Reads what the cluster remembers of an Application: its history, and its last operation. An operation of ours that a restart
   * interrupted goes on; one of somebody else is told as it stands.
   */
  recall(id: string, options?: { readonly resume?: boolean }): Promise<Recalled>;
  /** Asks the Argo CD that drives an Application to render and compare it anew; for others there is nothing to ask. */
  refresh(id: string): Promise<void>;
  /** Whether this session drives an operation of the Application. */
  isRunning(id: string): boolean;
  /** Newest first. */
  history(id: string): Promise<readonly HistoryEntry[]>;
  /** An Application as it was when an entry of its history was made: its sources of then, at their revisions. */
  applicationAt(id: string, entry: number): Promise<JsonObject>;
  rollbackChoices(id: string, entry: number): Promise<RollbackChoices>;
  revertInGit(id: string, entry: number): Promise<RevertAnswer>;
  /** Stops driving; what runs stays in its record and goes on with the next `recall`. */
  dispose(): Promise<void>;
}

export interface Recalled {
  readonly history: readonly HistoryEntry[];
  readonly operation?: OperationState;
}

/** An Application and where it lives; as the desk's `subject` gives it. */
export interface OperationSubject {
  readonly application: JsonObject;
  readonly place: Place;
  readonly declared: DeclaredApplication | undefined;
  /** Who reconciles it; `direct` where absent. */
  readonly driver?: 'direct' | 'argocd';
  /** The embedded loop is on for it. */
  readonly automatedOn?: boolean;
}

export interface OperationPorts {
  /** `undefined`: no Application of this id, or its cluster does not answer. */
  readonly subject: (id: string) => OperationSubject | undefined;
  readonly observing: ObservePorts;
  readonly types: () => KubernetesTypes;
  readonly git: Git;
  /** Root of the local repository that a URL is a remote of; `near`: folders whose own repository counts. */
  readonly repositoryOf: (url: string, near: readonly string[]) => Promise<string | undefined>;
  /** Its AppProject, where one is known. */
  readonly project?: (application: JsonObject) => JsonObject | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Who syncs, as other people shall read it: `ada@laptop`. */
  readonly user: string;
  /** This process, on this machine: `laptop/4711`. Another process of the same machine may ask `isAlive` about it. */
  readonly process?: string;
  /** `false`: that process is certainly gone; `undefined`: nobody here can know. */
  readonly isAlive?: (process: string) => boolean | undefined;
  readonly changed: (operation: OperationState) => void;
  /** The history of an Application changed in the cluster. */
  readonly recorded?: (id: string, history: readonly HistoryEntry[]) => void;
  readonly timing?: Partial<OperationTiming>;
}

export interface OperationTiming {
  /** Between waves, for other controllers to react (Argo CD's ARGOCD_SYNC_WAVE_DELAY). */
  readonly waveDelayMs: number;
  /** Longest time between two looks at what lives, where no watch tells. */
  readonly pollMs: number;
  /** A holder renews its record this often; one that did not for four times as long is taken for gone. */
  readonly heartbeatMs: number;
  /** How long a cluster that does not answer is tried again before the operation is left to its record. */
  readonly patienceMs: number;
}

export const usualTiming: OperationTiming = {
  waveDelayMs: 2_000,
  pollMs: 1_000,
  heartbeatMs: 5_000,
  patienceMs: 60_000,
};
