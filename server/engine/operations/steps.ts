import type { OperationState, OperationStep, PlanAction } from '../../core/status/application.ts';
import { isHook } from '../../core/sync/hooks.ts';
import { objectOf, waveOfTask } from '../../core/sync/order.ts';
import { recordKey, type SyncRecord } from '../../core/sync/records.ts';
import type { ResourceKey } from '../../core/sync/resource.ts';
import type { SyncTask } from '../../core/sync/tasks.ts';
import { type Prepared, placedKey } from './prepare.ts';
import type { StoredOperation } from './record.ts';

/** A step before it begins, by the key of its record. */
export function firstSteps(
  prepared: Pick<Prepared, 'place' | 'options'>,
  tasks: readonly SyncTask[],
): ReadonlyMap<string, OperationStep> {
  return new Map(
    tasks.map(task => {
      const object = objectOf(task);
      const step: OperationStep = {
        ...placedKey(object, prepared),
        phase: task.phase,
        wave: waveOfTask(task),
        hook: isHook(object),
        action: actionOf(task, prepared),
        state: 'waiting',
        message: '',
      };
      return [recordKey(task), step];
    }),
  );
}

function actionOf(task: SyncTask, { options }: Pick<Prepared, 'options'>): PlanAction {
  if (isHook(objectOf(task))) return 'hook';
  if (!task.target) return options.prune ? 'prune' : 'keep';
  return task.live ? 'update' : 'create';
}

export function stepAfter(step: OperationStep, record: SyncRecord, ended: boolean): OperationStep {
  return {
    ...step,
    state: stateOf(record, ended),
    ...(record.status === '' ? {} : { result: record.status }),
    message: record.message,
  };
}

/** What is applied and not yet healthy is done all the same once the operation has succeeded (argo-semantics: the last wave is not waited for). */
function stateOf({ status, operation }: SyncRecord, ended: boolean): OperationStep['state'] {
  switch (operation) {
    case 'Running':
      return ended ? 'succeeded' : 'running';
    case 'Succeeded':
      return status === 'PruneSkipped' ? 'skipped' : 'succeeded';
    case 'Failed':
    case 'Error':
      return 'failed';
    case '':
      return status === 'SyncFailed' ? 'failed' : 'waiting';
  }
}

/** An operation of another session, as its record tells it. */
export function stateFrom(application: string, stored: StoredOperation, limit: number): OperationState {
  const ended = stored.phase === 'Succeeded';
  return {
    id: stored.id,
    application,
    kind: stored.kind,
    phase: stored.phase,
    message: stored.message,
    startedAt: stored.startedAt,
    ...(stored.finishedAt === undefined ? {} : { finishedAt: stored.finishedAt }),
    dryRun: stored.dryRun,
    initiatedBy: stored.initiatedBy,
    revisions: stored.revisions,
    ...(stored.retry.count > 0 ? { retry: { count: stored.retry.count, limit } } : {}),
    steps: stored.records.map(record => stepAfter(bareStep(record.key, record), record, ended)),
  };
}

function bareStep(key: ResourceKey, { phase, status }: SyncRecord): OperationStep {
  const action: PlanAction = status === 'Pruned' ? 'prune' : status === 'PruneSkipped' ? 'keep' : 'update';
  return { ...key, phase, wave: 0, hook: phase !== 'Sync', action, state: 'waiting', message: '' };
}
