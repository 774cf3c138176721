import type { Health } from '../health/health.ts';
import type { JsonObject } from '../text/json.ts';
import { needsConfirmation, type Pass, type SyncAction } from './actions.ts';
import { deletePoliciesOf, isHook } from './hooks.ts';
import { objectOf, waveOfTask } from './order.ts';
import { Desk, type OperationPhase, type PassSubject, type SyncRecord } from './records.ts';
import { groupOf, isNamespace, kindOf, metadataOf, nameOf } from './resource.ts';
import { deleteHooks, finalizersOf, isDeletedFirst, releaseHooks, run } from './run.ts';
import { hookFinalizer, type SyncTask } from './tasks.ts';
import { waitingText } from './words.ts';

/**
 * A sync goes in passes. Each pass looks at what is live and at what is recorded, does the next thing, and ends with a phase. Nothing is
 * remembered between passes but the records, so an operation goes on where it was after any restart
 * (argo-cd:gitops-engine/pkg/sync/sync_context.go, Sync). This file decides; whoever drives the generator does.
 */
export interface PassEnd {
  readonly phase: OperationPhase;
  readonly message: string;
  readonly records: ReadonlyMap<string, SyncRecord>;
}

/** One pass. Yields what is to be done now, gets the outcomes, returns what stands afterwards. */
export function* pass(subject: PassSubject): Pass<PassEnd> {
  const desk = new Desk(subject);
  const ended = yield* onePass(desk);
  return { ...ended, records: desk.records };
}

/** The records as the next pass will see them at its start: how running tasks are doing, read from what is live. */
export function settled(subject: PassSubject): ReadonlyMap<string, SyncRecord> {
  const desk = new Desk(subject);
  settle(desk);
  return desk.records;
}

type Ended = Omit<PassEnd, 'records'>;
const running = (message: string): Ended => ({ phase: 'Running', message });
const failed = (message: string): Ended => ({ phase: 'Failed', message });
const succeeded = (message: string): Ended => ({ phase: 'Succeeded', message });

function* onePass(desk: Desk): Pass<Ended> {
  const { subject } = desk;
  const refused = subject.tasks.filter(it => it.refusal !== undefined);
  if (refused.length > 0) {
    for (const task of refused) desk.record(task, { status: 'SyncFailed', operation: '', message: task.refusal ?? '' });
    return failed(
      `one or more synchronization tasks are not valid: ${[...new Set(refused.map(it => it.refusal))].join(', ')}`,
    );
  }
  if (desk.records.size === 0) {
    const stopped = yield* start(desk);
    if (stopped) return stopped;
  }
  settle(desk);
  const waiting = yield* waitFor(desk);
  if (waiting) return waiting;
  return yield* nextWave(desk);
}

/** Before anything else: the namespace, which a dry run of its contents needs, then a dry run of everything. */
function* start(desk: Desk): Pass<Ended | undefined> {
  const { tasks, namespace, inSync } = desk.subject;
  const creation = tasks.find(it => !it.live && it.target && isNamespace(it.target) && nameOf(it.target) === namespace);
  if (creation) {
    const state = yield* run(desk, [creation], false);
    if (state === 'failed') return yield* failWith(desk, [], [creation], 'the namespace failed to apply');
  }
  const tried = tasks.filter(it => it !== creation && !(inSync?.(it) ?? false));
  const state = yield* run(desk, tried, true);
  return state === 'failed' ? failed('one or more objects failed to apply (dry run)') : undefined;
}

/** Reads from what is live how the running tasks are doing. */
function settle(desk: Desk): void {
  for (const task of desk.subject.tasks) {
    const record = desk.recordOf(task);
    if (record?.operation !== 'Running' || !task.live) continue;
    const health = desk.subject.health(task.live);
    if (isHook(objectOf(task))) desk.record(task, { status: record.status, ...hookState(task.live, health) });
    else if (!health) desk.record(task, { ...record, operation: 'Succeeded' });
    else if (health.status === 'Healthy')
      desk.record(task, { status: record.status, operation: 'Succeeded', message: health.message });
    else if (health.status === 'Degraded')
      desk.record(task, { status: record.status, operation: 'Failed', message: health.message });
  }
}

function hookState(live: JsonObject, health: Health | undefined): { operation: OperationPhase; message: string } {
  switch (health?.status) {
    case undefined:
    case 'Missing':
      return { operation: 'Succeeded', message: `${nameOf(live)} created` };
    case 'Healthy':
      return { operation: 'Succeeded', message: health.message };
    case 'Progressing':
    case 'Suspended':
      return { operation: 'Running', message: health.message };
    case 'Unknown':
    case 'Degraded':
      return { operation: 'Failed', message: health.message };
  }
}

/** Hooks always hold the sync up; parts of the application only where more waves follow. Then what is being deleted. */
function* waitFor(desk: Desk): Pass<Ended | undefined> {
  const { tasks } = desk.subject;
  const severalSteps = new Set(tasks.map(it => `${it.phase} ${waveOfTask(it)}`)).size > 1;
  const active = tasks.filter(it => (severalSteps || isHook(objectOf(it))) && desk.isRunning(it));
  if (active.length > 0) {
    const unseen = active.filter(it => !it.live);
    if (unseen.length > 0) {
      const outcomes = yield unseen.map((it): SyncAction => ({ kind: 'look', object: objectOf(it) }));
      unseen.forEach((task, i) => {
        const object = objectOf(task);
        if (outcomes[i]?.kind !== 'missing') return;
        const message = `Resource ${groupOf(object)}/${kindOf(object)}/${nameOf(object)} is missing, it might have been deleted`;
        desk.record(task, { status: 'SyncFailed', operation: 'Error', message });
      });
    }
    return running(waitingText(active, 'none'));
  }
  const leaving = tasks.filter(
    it => desk.recordOf(it)?.status === 'Pruned' && it.live && metadataOf(it.live).deletionTimestamp,
  );
  return leaving.length > 0 ? running(waitingText(leaving, 'deletion')) : undefined;
}

function* nextWave(desk: Desk): Pass<Ended> {
  const { subject } = desk;
  const ended = subject.tasks.filter(it => isHook(objectOf(it)) && desk.isCompleted(it) && it.live);
  const finalized = ended.filter(it => finalizersOf(it.live).includes(hookFinalizer));
  yield* releaseHooks(desk, finalized, 'Failed to remove hook finalizer');
  const disposable = (policy: 'HookSucceeded' | 'HookFailed') =>
    subject.tasks.filter(
      it => it.live && isHook(objectOf(it)) && !desk.isRunning(it) && deletePoliciesOf(objectOf(it)).includes(policy),
    );
  const [onSuccess, onFailure] = [disposable('HookSucceeded'), disposable('HookFailed')];
  const syncFail = subject.tasks.filter(it => it.phase === 'SyncFail');
  const tasks = subject.tasks.filter(it => it.phase !== 'SyncFail');
  const wrong = tasks.filter(it => desk.recordOf(it)?.status === 'SyncFailed');
  if (tasks.some(it => desk.isCompleted(it) && desk.recordOf(it)?.operation !== 'Succeeded')) {
    yield* deleteHooks(desk, onFailure);
    return yield* failWith(desk, syncFail, wrong, 'one or more synchronization tasks completed unsuccessfully');
  }
  const pending = tasks.filter(it => desk.isPending(it) && !(subject.inSync?.(it) ?? false));
  const first = pending[0];
  if (!first) {
    yield* deleteHooks(desk, onSuccess);
    return succeeded('successfully synced (no more tasks)');
  }
  const group = pending.filter(it => it.phase === first.phase && waveOfTask(it) === waveOfTask(first));
  const state = yield* run(desk, group, false);
  switch (state) {
    case 'failed':
      return yield* afterFailure(desk, group, syncFail, onFailure);
    case 'succeeded':
      if (group.length < pending.length || group.some(it => isHook(objectOf(it))))
        return running(waitingText(group, 'none'));
      yield* deleteHooks(desk, onSuccess);
      return succeeded('successfully synced (all tasks run)');
    case 'confirmation':
      return running(
        waitingText(
          group.filter(it => needsConfirmation(it, subject.options)),
          'confirmation',
        ),
      );
    case 'pending':
      return running(
        waitingText(
          group.filter(it => isDeletedFirst(it, desk) || (!it.target && desk.isPending(it))),
          'deletion',
        ),
      );
  }
}

function* afterFailure(
  desk: Desk,
  group: readonly SyncTask[],
  syncFail: readonly SyncTask[],
  onFailure: readonly SyncTask[],
): Pass<Ended> {
  const wrong = group.filter(it => desk.recordOf(it)?.status === 'SyncFailed');
  const active = group.filter(it => desk.isRunning(it));
  const message = 'one or more objects failed to apply';
  if (active.length === 0) {
    const ended = yield* failWith(desk, syncFail, wrong, message);
    if (ended.phase === 'Failed') yield* deleteHooks(desk, onFailure);
    return ended;
  }
  if (syncFail.length > 0) {
    const ended = yield* failWith(desk, syncFail, wrong, message);
    if (ended.phase !== 'Failed') return running(waitingText([...active, ...syncFail], 'none'));
  }
  return running(waitingText(active, 'none'));
}

/** SyncFail hooks run before the operation fails; it fails when they are through. */
function* failWith(
  desk: Desk,
  syncFail: readonly SyncTask[],
  wrong: readonly SyncTask[],
  message: string,
): Pass<Ended> {
  const because = (tasks: readonly SyncTask[], text: string): string => {
    const reasons = [...new Set(tasks.map(it => desk.recordOf(it)?.message ?? ''))];
    return reasons.length > 0 ? `${text}, reason: ${reasons.join(',')}` : text;
  };
  const whole = because(wrong, message);
  if (syncFail.every(it => desk.isCompleted(it))) {
    const alsoWrong = syncFail.filter(it => desk.recordOf(it)?.status === 'SyncFailed');
    return failed(
      alsoWrong.length > 0 ? `${whole}\n${because(alsoWrong, 'one or more SyncFail hooks failed')}` : whole,
    );
  }
  const waiting = syncFail.filter(it => !desk.isCompleted(it) && !desk.isRunning(it));
  yield* run(desk, waiting, false);
  return running(waitingText(waiting, 'none'));
}
