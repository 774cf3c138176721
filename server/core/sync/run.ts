import type { JsonObject } from '../text/json.ts';
import { applyAction, needsConfirmation, type Outcome, type Pass, pruneOption, type SyncAction } from './actions.ts';
import { deletePoliciesOf, isHook } from './hooks.ts';
import { objectOf } from './order.ts';
import type { Desk } from './records.ts';
import { kindOf, metadataOf } from './resource.ts';
import { hookFinalizer, type SyncTask } from './tasks.ts';

export type RunState = 'succeeded' | 'pending' | 'confirmation' | 'failed';

/** Prunes first, then hooks that are replaced, then everything else by kind; a kind that fails does not stop the next of the same wave. */
export function* run(desk: Desk, tasks: readonly SyncTask[], dry: boolean): Pass<RunState> {
  const { options } = desk.subject;
  const dryRun = dry || (options.dryRun ?? false);
  const recorded = !dryRun || (options.dryRun ?? false);
  const old = tasks.filter(
    it => it.live && isHook(objectOf(it)) && desk.isPending(it) && finalizersOf(it.live).includes(hookFinalizer),
  );
  if (!dryRun && (yield* releaseHooks(desk, old, 'failed to remove hook finalizer'))) return 'failed';
  const prunes = tasks.filter(it => !it.target);
  if (prunes.some(it => needsConfirmation(it, options))) return 'confirmation';
  if (yield* prune(desk, prunes, dryRun, recorded)) return 'failed';
  const creates = tasks.filter(it => it.target);
  const replaced = creates.filter(it => isDeletedFirst(it, desk));
  if (replaced.length > 0 && !dryRun) {
    const outcomes = yield replaced.map((it): SyncAction => ({ kind: 'deleteHook', object: it.live ?? {} }));
    const wrong = replaced.filter((task, i) => recordFailure(desk, task, outcomes[i]));
    if (wrong.length > 0) return 'failed';
    if (outcomes.some(it => it.kind === 'done')) return 'pending';
  }
  return yield* create(desk, creates, dryRun, recorded);
}

function recordFailure(
  desk: Desk,
  task: SyncTask,
  outcome: Outcome | undefined,
  words = 'failed to delete resource',
): boolean {
  if (outcome?.kind !== 'failed') return false;
  desk.record(task, {
    status: desk.recordOf(task)?.status ?? '',
    operation: 'Error',
    message: `${words}: ${outcome.message}`,
  });
  return true;
}

function* prune(desk: Desk, tasks: readonly SyncTask[], dryRun: boolean, recorded: boolean): Pass<boolean> {
  const { options } = desk.subject;
  const kept = (task: SyncTask): string | undefined => {
    if (!options.prune) return 'ignored (requires pruning)';
    return pruneOption(task, options) === 'false' ? 'ignored (no prune)' : undefined;
  };
  const doomed = tasks.filter(it => kept(it) === undefined && !dryRun && !metadataOf(it.live ?? {}).deletionTimestamp);
  const outcomes =
    doomed.length > 0 ? yield doomed.map((it): SyncAction => ({ kind: 'prune', object: it.live ?? {} })) : [];
  let wrong = false;
  for (const task of tasks) {
    const outcome = outcomes[doomed.indexOf(task)];
    const why = kept(task);
    if (outcome?.kind === 'failed') {
      wrong = true;
      desk.record(task, { status: 'SyncFailed', operation: 'Failed', message: outcome.message });
    } else if (recorded) {
      const message = why ?? (dryRun ? 'pruned (dry run)' : 'pruned');
      desk.record(task, { status: why === undefined ? 'Pruned' : 'PruneSkipped', operation: 'Succeeded', message });
    }
  }
  return wrong;
}

function* create(desk: Desk, tasks: readonly SyncTask[], dryRun: boolean, recorded: boolean): Pass<RunState> {
  let state: RunState = 'succeeded';
  for (const group of byKind(tasks.filter(it => !(dryRun && it.skipDryRun)))) {
    const outcomes = yield group.map((it): SyncAction => applyAction(it, desk.subject.options, dryRun));
    group.forEach((task, i) => {
      const outcome = outcomes[i];
      if (outcome?.kind === 'failed') {
        state = 'failed';
        desk.record(task, { status: 'SyncFailed', operation: 'Failed', message: outcome.message });
      } else if (recorded) {
        const message = outcome?.kind === 'done' ? outcome.message : '';
        desk.record(task, {
          status: 'Synced',
          operation: desk.subject.options.dryRun ? 'Succeeded' : 'Running',
          message,
        });
      }
    });
  }
  return state;
}

/** Neighbours of one kind go together; the order is that of the tasks. */
function byKind(tasks: readonly SyncTask[]): readonly (readonly SyncTask[])[] {
  const groups: SyncTask[][] = [];
  for (const task of tasks) {
    const last = groups.at(-1);
    if (last?.[0] && kindOf(objectOf(last[0])) === kindOf(objectOf(task))) last.push(task);
    else groups.push([task]);
  }
  return groups;
}

/** Whether one of them could not be let go of; its record says why. */
export function* releaseHooks(desk: Desk, tasks: readonly SyncTask[], words: string): Pass<boolean> {
  if (tasks.length === 0) return false;
  const outcomes = yield tasks.map((it): SyncAction => ({ kind: 'removeHookFinalizer', object: it.live ?? {} }));
  return tasks.filter((task, i) => recordFailure(desk, task, outcomes[i], words)).length > 0;
}

export function* deleteHooks(desk: Desk, tasks: readonly SyncTask[]): Pass<void> {
  if (tasks.length === 0) return;
  const outcomes = yield tasks.map((it): SyncAction => ({ kind: 'deleteHook', object: it.live ?? {} }));
  for (const [i, task] of tasks.entries()) recordFailure(desk, task, outcomes[i]);
}

export function finalizersOf(object: JsonObject | undefined): readonly unknown[] {
  const { finalizers } = metadataOf(object ?? {});
  return Array.isArray(finalizers) ? finalizers : [];
}

/** A hook that still lives from an earlier sync and is to be made anew. */
export function isDeletedFirst(task: SyncTask, desk: Desk): boolean {
  const object = objectOf(task);
  return (
    Boolean(task.live) &&
    isHook(object) &&
    desk.isPending(task) &&
    deletePoliciesOf(object).includes('BeforeHookCreation')
  );
}
