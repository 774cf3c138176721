import type { Health } from '../health/health.ts';
import type { JsonObject } from '../text/json.ts';
import type { PassOptions } from './actions.ts';
import { objectOf } from './order.ts';
import { keyOf, keyText, type ResourceKey } from './resource.ts';
import type { SyncTask } from './tasks.ts';

export type OperationPhase = 'Running' | 'Succeeded' | 'Failed' | 'Error';
export type ResultCode = 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';

/** What has become of a task; kept by `recordKey`. */
export interface SyncRecord {
  readonly key: ResourceKey;
  readonly phase: SyncTask['phase'];
  readonly status: ResultCode | '';
  readonly operation: OperationPhase | '';
  readonly message: string;
}

export interface PassSubject {
  readonly tasks: readonly SyncTask[];
  readonly records: ReadonlyMap<string, SyncRecord>;
  readonly namespace: string;
  readonly options: PassOptions;
  /** Health of a live object; `undefined`: a kind without health. */
  readonly health: (object: JsonObject) => Health | undefined;
  /** Whether an object is equal to its target already (ApplyOutOfSyncOnly). */
  readonly inSync?: (task: SyncTask) => boolean;
}

export function recordKey(task: SyncTask): string {
  return `${keyText(keyOf(objectOf(task)))}:${task.phase}`;
}

/** The records of one pass; they outlive it. */
export class Desk {
  readonly subject: PassSubject;
  readonly records: Map<string, SyncRecord>;

  constructor(subject: PassSubject) {
    this.subject = subject;
    this.records = new Map(subject.records);
  }

  recordOf(task: SyncTask): SyncRecord | undefined {
    return this.records.get(recordKey(task));
  }

  /** The newest message stays where a change has none. */
  record(task: SyncTask, change: Pick<SyncRecord, 'status' | 'operation' | 'message'>): void {
    const before = this.recordOf(task);
    this.records.set(recordKey(task), {
      key: keyOf(objectOf(task)),
      phase: task.phase,
      status: change.status,
      operation: change.operation,
      message: change.message || before?.message || '',
    });
  }

  isPending(task: SyncTask): boolean {
    return (this.recordOf(task)?.operation ?? '') === '';
  }

  isRunning(task: SyncTask): boolean {
    return this.recordOf(task)?.operation === 'Running';
  }

  isCompleted(task: SyncTask): boolean {
    return !this.isPending(task) && !this.isRunning(task);
  }
}
