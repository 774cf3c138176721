import type { Health } from '../health/health.ts';
import type { JsonObject } from '../text/json.ts';
import { deletePoliciesOf, isHook } from './hooks.ts';
import { objectOf, waveOfTask } from './order.ts';
import {
  groupOf,
  hasSyncOption,
  isNamespace,
  keyOf,
  keyText,
  kindOf,
  metadataOf,
  nameOf,
  type ResourceKey,
} from './resource.ts';
import { hookFinalizer, type SyncTask } from './tasks.ts';

/**
 * A sync goes in passes. Each pass looks at what is live and at what is recorded, does the next thing, and ends with a phase. Nothing is
 * remembered between passes but the records, so an operation goes on where it was after any restart
 * (argo-cd:gitops-engine/pkg/sync/sync_context.go, Sync). This file decides; whoever drives the generator does.
 */
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

export interface PassOptions {
  readonly prune?: boolean;
  readonly pruneConfirmed?: boolean;
  readonly defaultPruneOption?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly replace?: boolean;
  readonly serverSideApply?: boolean;
  readonly validate?: boolean;
}

export interface PassEnd {
  readonly phase: OperationPhase;
  readonly message: string;
  readonly records: ReadonlyMap<string, SyncRecord>;
}

/** Things to do at once, in any order; the answer has one outcome for each. */
export type Actions = readonly SyncAction[];

export type SyncAction =
  | {
      readonly kind: 'apply';
      readonly how: ApplyKind;
      readonly object: JsonObject;
      readonly live?: JsonObject;
      readonly dryRun: boolean;
      readonly force: boolean;
      readonly validate: boolean;
    }
  | { readonly kind: 'prune'; readonly object: JsonObject }
  | { readonly kind: 'deleteHook'; readonly object: JsonObject }
  | { readonly kind: 'removeHookFinalizer'; readonly object: JsonObject }
  /** Whether an object exists that the observation did not have. */
  | { readonly kind: 'look'; readonly object: JsonObject };

/** `replace` recreates when forced; `update` keeps CRDs and Namespaces alive; `create` where nothing is live. */
export type ApplyKind = 'apply' | 'serverSideApply' | 'create' | 'replace' | 'update';
export type Outcome =
  | { readonly kind: 'done'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'missing' };

type Pass<T> = Generator<Actions, T, readonly Outcome[]>;

export function recordKey(task: SyncTask): string {
  return `${keyText(keyOf(objectOf(task)))}:${task.phase}`;
}

/** One pass. Yields what is to be done now, gets the outcomes, returns what stands afterwards. */
export function* pass(subject: PassSubject): Pass<PassEnd> {
  const desk = new Desk(subject);
  const ended = yield* onePass(desk);
  return { ...ended, records: desk.records };
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
  if (finalized.length > 0)
    yield finalized.map((it): SyncAction => ({ kind: 'removeHookFinalizer', object: it.live ?? {} }));
  const disposable = (policy: 'HookSucceeded' | 'HookFailed') =>
    subject.tasks.filter(
      it => it.live && isHook(objectOf(it)) && !desk.isRunning(it) && deletePoliciesOf(objectOf(it)).includes(policy),
    );
  const [onSuccess, onFailure] = [disposable('HookSucceeded'), disposable('HookFailed')];
  const syncFail = subject.tasks.filter(it => it.phase === 'SyncFail');
  const tasks = subject.tasks.filter(it => it.phase !== 'SyncFail');
  const wrong = tasks.filter(it => desk.recordOf(it)?.status === 'SyncFailed');
  if (tasks.some(it => desk.isCompleted(it) && desk.recordOf(it)?.operation !== 'Succeeded')) {
    yield* deleteHooks(onFailure);
    return yield* failWith(desk, syncFail, wrong, 'one or more synchronization tasks completed unsuccessfully');
  }
  const pending = tasks.filter(it => desk.isPending(it) && !(subject.inSync?.(it) ?? false));
  const first = pending[0];
  if (!first) {
    yield* deleteHooks(onSuccess);
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
      yield* deleteHooks(onSuccess);
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
    if (ended.phase === 'Failed') yield* deleteHooks(onFailure);
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

type RunState = 'succeeded' | 'pending' | 'confirmation' | 'failed';

/** Prunes first, then hooks that are replaced, then everything else by kind; a kind that fails does not stop the next of the same wave. */
function* run(desk: Desk, tasks: readonly SyncTask[], dry: boolean): Pass<RunState> {
  const { options } = desk.subject;
  const dryRun = dry || (options.dryRun ?? false);
  const recorded = !dryRun || (options.dryRun ?? false);
  const old = tasks.filter(
    it => it.live && isHook(objectOf(it)) && desk.isPending(it) && finalizersOf(it.live).includes(hookFinalizer),
  );
  if (old.length > 0 && !dryRun)
    yield old.map((it): SyncAction => ({ kind: 'removeHookFinalizer', object: it.live ?? {} }));
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

function recordFailure(desk: Desk, task: SyncTask, outcome: Outcome | undefined): boolean {
  if (outcome?.kind !== 'failed') return false;
  desk.record(task, {
    status: desk.recordOf(task)?.status ?? '',
    operation: 'Error',
    message: `failed to delete resource: ${outcome.message}`,
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

function applyAction({ target = {}, live }: SyncTask, options: PassOptions, dryRun: boolean): SyncAction {
  const wants = (option: string): boolean => hasSyncOption(target, option) || hasSyncOption(live, option);
  return {
    kind: 'apply',
    how: applyKind(target, live, options, dryRun),
    object: target,
    ...(live && { live }),
    dryRun,
    force: (options.force ?? false) || wants('Force=true'),
    validate: (options.validate ?? true) && !hasSyncOption(target, 'Validate=false'),
  };
}

/** Replace goes before server-side apply; a replaced CRD would take its objects along, a replaced Namespace everything in it. */
function applyKind(target: JsonObject, live: JsonObject | undefined, options: PassOptions, dryRun: boolean): ApplyKind {
  const replace = options.replace || hasSyncOption(target, 'Replace=true') || hasSyncOption(live, 'Replace=true');
  if (replace) {
    if (!live) return 'create';
    return kindOf(target) === 'CustomResourceDefinition' || kindOf(target) === 'Namespace' ? 'update' : 'replace';
  }
  // The dry run is never server-side: its namespace may not exist yet (argo-cd issue 13874).
  if (dryRun || options.dryRun || hasSyncOption(target, 'ServerSideApply=false')) return 'apply';
  return options.serverSideApply || hasSyncOption(target, 'ServerSideApply=true') ? 'serverSideApply' : 'apply';
}

function* deleteHooks(tasks: readonly SyncTask[]): Pass<void> {
  if (tasks.length > 0) yield tasks.map((it): SyncAction => ({ kind: 'deleteHook', object: it.live ?? {} }));
}

function finalizersOf(object: JsonObject | undefined): readonly unknown[] {
  const { finalizers } = metadataOf(object ?? {});
  return Array.isArray(finalizers) ? finalizers : [];
}

function pruneOption({ live }: SyncTask, { defaultPruneOption = '' }: PassOptions): string {
  if (hasSyncOption(live, 'Prune=confirm')) return 'confirm';
  return hasSyncOption(live, 'Prune=false') ? 'false' : defaultPruneOption;
}

function needsConfirmation(task: SyncTask, options: PassOptions): boolean {
  return !options.pruneConfirmed && !task.target && pruneOption(task, options) === 'confirm';
}

function isDeletedFirst(task: SyncTask, desk: Desk): boolean {
  const object = objectOf(task);
  return (
    Boolean(task.live) &&
    isHook(object) &&
    desk.isPending(task) &&
    deletePoliciesOf(object).includes('BeforeHookCreation')
  );
}

/** `waiting for completion of hook batch/Job/migrate and 2 more resources` */
function waitingText(tasks: readonly SyncTask[], reason: 'none' | 'deletion' | 'confirmation'): string {
  const hooks = tasks.filter(it => isHook(objectOf(it)));
  const first = hooks[0] ?? tasks[0];
  if (!first) return '';
  const what =
    reason === 'confirmation'
      ? 'pruning confirmation of'
      : reason === 'deletion'
        ? `deletion of${hooks.length > 0 ? ' hook' : ''}`
        : hooks.length > 0
          ? 'completion of hook'
          : 'healthy state of';
  const object = objectOf(first);
  const rest = tasks.length - 1;
  const more = rest > 0 ? ` and ${rest} more ${hooks.length === tasks.length ? 'hooks' : 'resources'}` : '';
  return `waiting for ${what} ${groupOf(object)}/${kindOf(object)}/${nameOf(object)}${more}`;
}

/** The records of one pass; they outlive it. */
class Desk {
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
