import type { PlanAction } from '../../core/status/application.ts';
import { applyAction, needsConfirmation, pruneOption } from '../../core/sync/actions.ts';
import { isHook } from '../../core/sync/hooks.ts';
import { objectOf, waveOfTask } from '../../core/sync/order.ts';
import { apiVersionOf, keyText, kindOf, nameOf } from '../../core/sync/resource.ts';
import type { SyncTask } from '../../core/sync/tasks.ts';
import type { Observation } from '../delivery/observe.ts';
import type { PlanStep, Refusal } from '../delivery.ts';
import { conflictsText, failureText } from './failures.ts';
import { objectKey } from './perform.ts';
import { type Prepared, placedKey } from './prepare.ts';
import type { Rehearsal } from './rehearse.ts';

export interface PlanSubject {
  readonly prepared: Prepared;
  readonly observation: Observation;
  readonly tasks: readonly SyncTask[];
  /** By `objectKey` of the target. */
  readonly rehearsed: ReadonlyMap<string, Rehearsal>;
}

export interface Planned {
  readonly steps: readonly PlanStep[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

/** What a person reads before accepting. */
export function planned(subject: PlanSubject): Planned {
  return {
    steps: subject.tasks.map(it => stepOf(it, subject)),
    refusals: guards.flatMap(it => it(subject)),
    warnings: advisers.flatMap(it => it(subject)),
  };
}

function stepOf(task: SyncTask, subject: PlanSubject): PlanStep {
  const { prepared } = subject;
  const object = objectOf(task);
  const key = placedKey(object, prepared);
  const { action, reason } = decision(task, subject);
  return {
    ...key,
    apiVersion: apiVersionOf(object),
    phase: task.phase,
    wave: waveOfTask(task),
    hook: isHook(object),
    action,
    reason,
  };
}

function decision(task: SyncTask, { prepared, rehearsed }: PlanSubject): { action: PlanAction; reason: string } {
  const { options, inSync } = prepared;
  const { target, live } = task;
  if (target && isHook(target)) return { action: 'hook', reason: `${task.phase} hook` };
  if (!target) {
    if (!options.prune) return { action: 'keep', reason: 'not in the manifests any more; pruning is off' };
    if (pruneOption(task, options) === 'false') return { action: 'keep', reason: 'Prune=false keeps it' };
    return { action: 'prune', reason: 'not in the manifests any more' };
  }
  const apply = applyAction(task, options, false);
  const how = apply.kind === 'apply' ? apply.how : 'apply';
  const force = apply.kind === 'apply' && apply.force;
  if (live && how === 'replace')
    return force
      ? { action: 'recreate', reason: 'deleted and made anew (replace with force)' }
      : { action: 'replace', reason: 'written over as a whole (replace)' };
  if (live && how === 'update') return { action: 'replace', reason: 'written over as a whole, kept alive (replace)' };
  if (!live)
    return { action: 'create', reason: task.skipDryRun ? 'its kind comes with this sync' : 'not in the cluster' };
  const known = rehearsed.get(objectKey(target));
  const equal = inSync.has(keyText(placedKey(target, prepared)));
  if (equal && options.outOfSyncOnly) return { action: 'skip', reason: 'in sync (ApplyOutOfSyncOnly)' };
  if (force && known?.failure?.reason === 'invalid')
    return { action: 'recreate', reason: 'the change is not possible on a living object (force)' };
  if (equal || known?.changes === false) return { action: 'unchanged', reason: 'in sync' };
  const taken = known?.conflicts ?? [];
  return { action: 'update', reason: taken.length > 0 ? `differs; ${conflictsText(taken)}` : 'differs' };
}

type Guard = (subject: PlanSubject) => readonly Refusal[];

const guards: readonly Guard[] = [
  notRendered,
  incomplete,
  unknownKinds,
  refusedByServer,
  shared,
  unconfirmed,
  missingSelection,
];

function notRendered({ observation }: PlanSubject): readonly Refusal[] {
  const { error } = observation.rendering;
  return error === undefined ? [] : [{ guard: 'notRendered', message: `The manifests cannot be made: ${error}` }];
}

function incomplete({ observation }: PlanSubject): readonly Refusal[] {
  return observation.rendering.unknown.map(it => ({
    guard: 'incompleteManifests',
    message: `Not all manifests are known, and a sync would take what is missing for removed. ${it.why}`,
  }));
}

function unknownKinds({ tasks, prepared }: PlanSubject): readonly Refusal[] {
  return tasks.flatMap(it =>
    it.refusal === undefined
      ? []
      : [{ guard: 'unknownKind', message: it.refusal, about: placedKey(objectOf(it), prepared) }],
  );
}

/** What would fail for sure and stop the sync at its dry run. */
function refusedByServer({ tasks, rehearsed, prepared }: PlanSubject): readonly Refusal[] {
  return tasks.flatMap(task => {
    const { failure } = rehearsed.get(objectKey(objectOf(task))) ?? {};
    if (!task.target || !failure) return [];
    const apply = applyAction(task, prepared.options, false);
    const recreates = apply.kind === 'apply' && apply.force && task.live;
    if (failure.reason !== 'forbidden' && (failure.reason !== 'invalid' || recreates)) return [];
    const guard = failure.reason === 'forbidden' ? 'forbidden' : 'invalid';
    return [{ guard, message: failureText(failure, task.target), about: placedKey(task.target, prepared) }];
  });
}

function shared({ observation, prepared }: PlanSubject): readonly Refusal[] {
  if (!prepared.options.failOnSharedResource) return [];
  return observation.pairs.shared.map(({ key, application }) => ({
    guard: 'sharedResource',
    message: `Shared resource found: ${key.kind}/${key.name} is part of ${application} too, and FailOnSharedResource is set.`,
    about: key,
  }));
}

function unconfirmed({ tasks, prepared }: PlanSubject): readonly Refusal[] {
  if (!prepared.options.prune) return [];
  return tasks
    .filter(it => needsConfirmation(it, prepared.options))
    .map(it => ({
      guard: 'pruneUnconfirmed',
      message: `Pruning ${kindOf(objectOf(it))} ${nameOf(objectOf(it))} wants a confirmation (Prune=confirm).`,
      about: placedKey(objectOf(it), prepared),
    }));
}

function missingSelection({ tasks, prepared }: PlanSubject): readonly Refusal[] {
  const wanted = prepared.request.resources ?? [];
  return wanted.length > 0 && tasks.length === 0
    ? [{ guard: 'nothingSelected', message: 'None of the chosen resources belongs to the Application any more.' }]
    : [];
}

type Adviser = (subject: PlanSubject) => readonly string[];

const advisers: readonly Adviser[] = [wiped, recreated, takenOver, sharedWith, doubtful, rollbackHooks];

function wiped({ observation, tasks, prepared }: PlanSubject): readonly string[] {
  const { pairs } = observation.pairs;
  const pruned = tasks.filter(it => !it.target).length;
  if (!prepared.options.prune || pruned === 0 || pairs.some(it => it.target)) return [];
  return [`Nothing is left in the manifests: this sync deletes everything of the Application, ${pruned} resources.`];
}

function recreated(subject: PlanSubject): readonly string[] {
  const names = subject.tasks.filter(it => decision(it, subject).action === 'recreate').map(it => textOf(it, subject));
  return names.length === 0 ? [] : [`Deleted and made anew, with whatever they run or hold: ${names.join(', ')}.`];
}

function takenOver({ tasks, rehearsed, prepared }: PlanSubject): readonly string[] {
  return tasks.flatMap(it => {
    const conflicts = rehearsed.get(objectKey(objectOf(it)))?.conflicts ?? [];
    if (!it.target || conflicts.length === 0) return [];
    return [`${textOf(it, { prepared })}: ${conflictsText(conflicts)} The sync takes these fields over.`];
  });
}

function sharedWith({ observation, prepared }: PlanSubject): readonly string[] {
  if (prepared.options.failOnSharedResource) return [];
  return observation.pairs.shared.map(
    ({ key, application }) => `${key.kind} ${key.name} belongs to ${application} too; the last to sync wins.`,
  );
}

function doubtful({ tasks, rehearsed, prepared }: PlanSubject): readonly string[] {
  return tasks.flatMap(it => {
    const { failure } = rehearsed.get(objectKey(objectOf(it))) ?? {};
    if (!it.target || !failure || failure.reason === 'invalid' || failure.reason === 'forbidden') return [];
    return [`${textOf(it, { prepared })} would be refused now: ${failureText(failure, it.target)}`];
  });
}

function rollbackHooks({ observation, prepared }: PlanSubject): readonly string[] {
  if (prepared.request.kind !== 'rollback' || observation.pairs.hooks.length === 0) return [];
  return ['Hooks do not run in a rollback, as with Argo CD.'];
}

function textOf(task: SyncTask, { prepared }: Pick<PlanSubject, 'prepared'>): string {
  const key = placedKey(objectOf(task), prepared);
  return `${key.kind} ${key.namespace === '' ? '' : `${key.namespace}/`}${key.name}`;
}
