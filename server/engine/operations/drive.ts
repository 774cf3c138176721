import type { KubernetesTypes } from '../../core/diff/types.ts';
import type { Health } from '../../core/health/health.ts';
import { healthScriptFor } from '../../core/model/argocdSettings.ts';
import type { OperationState, OperationStep } from '../../core/status/application.ts';
import type { Actions, Outcome, SyncAction } from '../../core/sync/actions.ts';
import { deletionPass } from '../../core/sync/deletion.ts';
import { isHook } from '../../core/sync/hooks.ts';
import { objectOf } from '../../core/sync/order.ts';
import { type PassEnd, pass, settled } from '../../core/sync/pass.ts';
import { type PassSubject, recordKey, type SyncRecord } from '../../core/sync/records.ts';
import { groupOf, isNamespace, keyOf, keyText, kindOf, metadataOf } from '../../core/sync/resource.ts';
import type { SyncTask } from '../../core/sync/tasks.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { healthOf } from '../health.ts';
import type { Clock, Library } from '../ports.ts';
import type { FieldConflict } from './failures.ts';
import { hookLog } from './hookLogs.ts';
import { Lives } from './lives.ts';
import type { OperationTiming } from './operations.ts';
import { isConfirmed, retryDelayMs } from './options.ts';
import { patiently } from './patience.ts';
import { pausesOn } from './pauses.ts';
import { objectKey, type PerformSubject, perform } from './perform.ts';
import { type Prepared, placedKey, tasksNow, wantedOf } from './prepare.ts';
import { firstSteps, stepAfter } from './steps.ts';

export interface DriveSubject {
  readonly prepared: Prepared;
  readonly operationId: string;
  readonly initiatedBy: string;
  readonly startedAt: number;
  /** Of a resumed operation. */
  readonly records: ReadonlyMap<string, SyncRecord>;
  readonly intents: Readonly<Record<string, string>>;
  readonly retries: number;
  /** What the plan's dry run said; by `objectKey`. */
  readonly rehearsed: ReadonlyMap<string, Outcome>;
  readonly isAccepted: (object: JsonObject, conflicts: readonly FieldConflict[]) => boolean;
  readonly library: Library;
  readonly types: () => KubernetesTypes;
  readonly clock: Clock;
  readonly timing: OperationTiming;
  /** The Application as it is declared now: it may say meanwhile that pruning is confirmed. */
  readonly application: () => JsonObject;
  readonly changed: (state: OperationState) => void;
  /** Writes down how far it is; rejects when the record is somebody else's now. */
  readonly save: (progress: Progress) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What a record holds of a running operation. */
export interface Progress {
  readonly phase: OperationState['phase'];
  readonly message: string;
  readonly finishedAt?: number;
  readonly records: ReadonlyMap<string, SyncRecord>;
  readonly intents: Readonly<Record<string, string>>;
  readonly retries: number;
  readonly nextAt?: number;
}

/** Nobody reads faster; and many steps cost many milliseconds to tell. */
const tellEveryMs = (steps: number): number => Math.max(100, steps / 2);

/**
 * Drives the passes of one sync against its cluster until it has ended. Decides nothing: what to do comes from `pass`, what may be done from
 * the plan. Rejects when it was called off or the cluster was lost; what stands in the record then can be gone on with.
 */
export class Drive {
  readonly #subject: DriveSubject;
  readonly #lives: Lives;
  readonly #performing: PerformSubject;
  #records: ReadonlyMap<string, SyncRecord>;
  #intents: Readonly<Record<string, string>>;
  #retries: number;
  #steps: ReadonlyMap<string, OperationStep> = new Map();
  #byObject = new Map<string, string[]>();
  /** Records that have a task now. */
  #present: ReadonlySet<string> = new Set();
  #logs = new Map<string, string>();
  #terminating = false;
  #wake: (() => void) | undefined;
  #state: OperationState;
  #telling: { cancel(): void } | undefined;
  #writes = 0;

  constructor(subject: DriveSubject) {
    const { prepared, clock, signal, timing } = subject;
    this.#subject = subject;
    this.#records = subject.records;
    this.#intents = subject.intents;
    this.#retries = subject.retries;
    const pauses = pausesOn(clock, signal);
    this.#lives = new Lives(prepared.place, pauses, signal);
    this.#performing = {
      cluster: prepared.place.connected.cluster,
      isNamespaced: (group, kind) => {
        const scope = prepared.place.connected.scopeOf(group, kind);
        return scope && scope === 'Namespaced';
      },
      propagation: prepared.options.propagation,
      isAccepted: subject.isAccepted,
      rehearsed: object => subject.rehearsed.get(objectKey(object)),
      pauses,
      types: subject.types,
      patienceMs: timing.patienceMs,
      signal,
      wrote: object => {
        // Nobody has to react to a namespace before it is filled.
        if (!isNamespace(object)) this.#writes += 1;
        this.#lives.wrote(object);
      },
      deleted: object => this.#lives.deleted(object),
      progress: (action, outcome) => this.#progress(action, outcome),
    };
    this.#state = {
      id: subject.operationId,
      application: prepared.id,
      kind: prepared.request.kind ?? 'sync',
      phase: 'Running',
      message: '',
      startedAt: subject.startedAt,
      dryRun: prepared.options.dryRun,
      initiatedBy: subject.initiatedBy,
      revisions: prepared.revisions,
      steps: [],
    };
  }

  get state(): OperationState {
    return this.#state;
  }

  /** From the next pass on: running hooks are deleted and nothing else is begun. */
  terminate(): void {
    this.#terminating = true;
    this.#show({ phase: 'Terminating', message: 'operation is terminating' });
    this.#wake?.();
  }

  async run(): Promise<OperationState> {
    const live = this.#subject.prepared.place.live.subscribe(event => {
      if (event.kind === 'changed') this.#wake?.();
    });
    try {
      await this.#adopt();
      for (;;) {
        const ended = await this.#attempt();
        if (!(await this.#again(ended))) return this.#end(ended);
      }
    } finally {
      live.dispose();
      this.#telling?.cancel();
    }
  }

  /** Passes until one says how it ended. */
  async #attempt(): Promise<PassEnd> {
    for (;;) {
      const { tasks, subject } = await this.#look();
      if (this.#terminating) return this.#terminated(tasks, subject);
      const before = this.#writes;
      if (this.#subject.prepared.request.kind !== 'delete') await this.#keepHooks(subject);
      const end = await this.#onePass(subject);
      this.#records = end.records;
      // Hooks that were made are in the records now.
      this.#intents = {};
      await this.#attachLogs(tasks, end);
      if (end.phase !== 'Running') return end;
      this.#show({ message: end.message });
      this.#drawSteps(false);
      await this.#save('Running', end.message);
      const applied = this.#writes !== before;
      await this.#rest(applied ? this.#subject.timing.waveDelayMs : 0);
    }
  }

  async #onePass(subject: PassSubject): Promise<PassEnd> {
    const generator = this.#subject.prepared.request.kind === 'delete' ? deletionPass(subject) : pass(subject);
    let next = generator.next([]);
    while (!next.done) {
      await this.#intend(next.value, subject);
      next = generator.next(await perform(next.value, this.#performing));
    }
    return next.value;
  }

  async #look(): Promise<{ readonly tasks: readonly SyncTask[]; readonly subject: PassSubject }> {
    const { prepared, startedAt, library, application } = this.#subject;
    const { options, place } = prepared;
    const discovery = await this.#patiently(() => place.connected.cluster.discover({ signal: this.#subject.signal }));
    const view = { discovery, startedAt };
    // Twice: the names of hooks come from the tasks, and their tasks need what lives under these names.
    const outline = tasksNow(prepared, { ...view, lives: new Map() });
    const exactly = new Set(
      outline
        .filter(it => isHook(objectOf(it)) || this.#records.get(recordKey(it))?.operation === 'Running')
        .map(it => keyText(placedKey(objectOf(it), prepared))),
    );
    for (const it of this.#records.values()) if (it.status === 'Pruned') exactly.add(keyText(it.key));
    const lives = await this.#patiently(() => this.#lives.now(wantedOf(prepared, outline), exactly));
    const tasks = tasksNow(prepared, { ...view, lives });
    this.#outline(tasks);
    const judged = tasks.flatMap(it => (it.live && this.#isJudged(it) ? [it.live] : []));
    const { settings } = place.connected;
    const healths = await healthOf(judged, library, it => healthScriptFor(settings, groupOf(it), kindOf(it)));
    const byObject = new Map<JsonObject, Health | undefined>(judged.map((it, i) => [it, healths[i]]));
    const inSync = options.outOfSyncOnly
      ? (task: SyncTask) => !isHook(objectOf(task)) && prepared.inSync.has(keyText(placedKey(objectOf(task), prepared)))
      : undefined;
    const subject: PassSubject = {
      tasks,
      records: this.#records,
      namespace: prepared.namespace,
      options: {
        ...options,
        pruneConfirmed: options.pruneConfirmed || isConfirmed(application(), startedAt),
      },
      health: object => byObject.get(object),
      ...(inSync && { inSync }),
    };
    return { tasks, subject };
  }

  /** Only what runs, and hooks that are terminated, are ever judged in a pass. */
  #isJudged(task: SyncTask): boolean {
    return this.#records.get(recordKey(task))?.operation === 'Running' || (this.#terminating && isHook(objectOf(task)));
  }

  /** What hooks have come to is written down before anything is done about it: a hook that was let go cannot be asked any more. */
  async #keepHooks(subject: PassSubject): Promise<void> {
    const after = settled(subject);
    const changed = [...after].some(([key, it]) => it.phase !== 'Sync' && it !== this.#records.get(key));
    if (!changed) return;
    this.#records = after;
    await this.#save('Running', this.#state.message);
  }

  /** Which hooks are about to be made, and what stood there before. */
  async #intend(actions: Actions, { tasks }: PassSubject): Promise<void> {
    const made = new Set(
      actions.flatMap(it => (it.kind === 'apply' && !it.dryRun && isHook(it.object) ? [it.object] : [])),
    );
    if (made.size === 0) return;
    const intended = tasks
      .filter(it => it.target && made.has(it.target))
      .map(it => [recordKey(it), String(metadataOf(it.live ?? {}).uid ?? '')] as const);
    this.#intents = { ...this.#intents, ...Object.fromEntries(intended) };
    await this.#save('Running', this.#state.message);
  }

  /** Takes over hooks that an interrupted session made without having come to record it. */
  async #adopt(): Promise<void> {
    if (Object.keys(this.#intents).length === 0) return;
    const { prepared, startedAt, signal } = this.#subject;
    const discovery = await this.#patiently(() => prepared.place.connected.cluster.discover({ signal }));
    const tasks = tasksNow(prepared, { lives: new Map(), discovery, startedAt });
    const intended = tasks.filter(it => recordKey(it) in this.#intents);
    const keys = intended.map(it => ({ task: it, key: placedKey(objectOf(it), prepared) }));
    const lives = await this.#patiently(() =>
      this.#lives.now(
        keys.map(({ task, key }) => ({ ...key, apiVersion: String(objectOf(task).apiVersion) })),
        new Set(keys.map(({ key }) => keyText(key))),
      ),
    );
    const records = new Map(this.#records);
    for (const { task, key } of keys) {
      const uid = metadataOf(lives.get(keyText(key)) ?? {}).uid;
      if (uid === undefined || uid === this.#intents[recordKey(task)] || records.get(recordKey(task))?.operation)
        continue;
      const record: SyncRecord = {
        key: keyOf(objectOf(task)),
        phase: task.phase,
        status: 'Synced',
        operation: 'Running',
        message: '',
      };
      records.set(recordKey(task), record);
    }
    this.#records = records;
    this.#intents = {};
  }

  /** argo-cd:gitops-engine/pkg/sync/sync_context.go, Terminate */
  async #terminated(tasks: readonly SyncTask[], subject: PassSubject): Promise<PassEnd> {
    const records = new Map(this.#records);
    const hooks = tasks.filter(it => it.live && it.target && isHook(objectOf(it)) && records.has(recordKey(it)));
    const release = hooks.map((it): SyncAction => ({ kind: 'removeHookFinalizer', object: it.live ?? {} }));
    const running = hooks.filter(it => {
      const status = subject.health(it.live ?? {})?.status;
      return status === 'Progressing' || status === 'Suspended';
    });
    const outcomes = [
      ...(await perform(release, this.#performing)),
      ...(await perform(
        running.map(it => ({ kind: 'deleteHook', object: it.live ?? {} })),
        this.#performing,
      )),
    ];
    const wrong = outcomes.some(it => it.kind === 'failed');
    for (const it of running) {
      const record = records.get(recordKey(it));
      if (record) records.set(recordKey(it), { ...record, status: '', operation: 'Failed', message: 'Deleted' });
    }
    return wrong
      ? { phase: 'Error', message: 'Operation termination had errors', records }
      : { phase: 'Failed', message: 'Operation terminated', records };
  }

  /** Begins anew after a failure, as often as `retry` allows. */
  async #again(end: PassEnd): Promise<boolean> {
    const { retry, dryRun } = this.#subject.prepared.options;
    if (this.#terminating || dryRun || end.phase === 'Succeeded' || end.phase === 'Running') return false;
    if (retry.limit >= 0 && this.#retries >= retry.limit) return false;
    this.#retries += 1;
    const wait = retryDelayMs(retry, this.#retries);
    const nextAt = this.#subject.clock.now() + wait;
    const message = `${end.message}. Retrying attempt #${this.#retries} at ${new Date(nextAt).toISOString()}.`;
    this.#drawSteps(false);
    this.#show({ message, retry: { count: this.#retries, limit: retry.limit, nextAt } });
    await this.#save('Running', message, { nextAt });
    while (this.#subject.clock.now() < nextAt && !this.#terminating)
      await this.#rest(0, Math.max(1, nextAt - this.#subject.clock.now()));
    this.#records = new Map();
    this.#steps = new Map();
    this.#show({ retry: { count: this.#retries, limit: retry.limit } });
    return true;
  }

  async #end(end: PassEnd): Promise<OperationState> {
    this.#records = end.records;
    const finishedAt = this.#subject.clock.now();
    this.#drawSteps(end.phase === 'Succeeded');
    this.#state = { ...this.#state, phase: end.phase, message: end.message, finishedAt };
    await this.#save(end.phase, end.message, { finishedAt });
    this.#telling?.cancel();
    this.#telling = undefined;
    this.#subject.changed(this.#state);
    return this.#state;
  }

  #patiently<T>(ask: () => Promise<T>): Promise<T> {
    return patiently(this.#performing, ask);
  }

  async #attachLogs(tasks: readonly SyncTask[], end: PassEnd): Promise<void> {
    for (const task of tasks) {
      const key = recordKey(task);
      const operation = end.records.get(key)?.operation;
      if (!task.live || !isHook(objectOf(task)) || this.#logs.has(key)) continue;
      if (operation !== 'Failed' && operation !== 'Error') continue;
      this.#logs.set(key, await hookLog(task.live, this.#subject.prepared, this.#subject.signal));
    }
  }

  async #save(phase: OperationState['phase'], message: string, more: Partial<Progress> = {}): Promise<void> {
    await this.#subject.save({
      phase: this.#terminating && phase === 'Running' ? 'Terminating' : phase,
      message,
      records: this.#records,
      intents: this.#intents,
      retries: this.#retries,
      ...more,
    });
  }

  /** At least so long; then until something changes, or it is time to look anyway. */
  async #rest(atLeastMs: number, longestMs = this.#subject.timing.pollMs): Promise<void> {
    const { pauses } = this.#performing;
    await this.#woken(atLeastMs > 0 ? atLeastMs : longestMs, () => atLeastMs === 0 || this.#terminating);
    // Changes come in bursts.
    await pauses.pause(20);
  }

  async #woken(milliseconds: number, counts: () => boolean): Promise<void> {
    const { clock, signal } = this.#subject;
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        this.#wake = undefined;
        timer.cancel();
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        timer.cancel();
        reject(signal.reason);
      };
      const timer = clock.after(milliseconds, done);
      signal.addEventListener('abort', stop, { once: true });
      this.#wake = () => {
        if (counts()) done();
      };
      if (signal.aborted) stop();
    });
  }

  // — telling —

  #outline(tasks: readonly SyncTask[]): void {
    const steps = new Map(this.#steps);
    for (const [key, step] of firstSteps(this.#subject.prepared, tasks)) if (!steps.has(key)) steps.set(key, step);
    this.#steps = steps;
    this.#byObject = new Map();
    this.#present = new Set(tasks.map(recordKey));
    for (const task of tasks) {
      const key = objectKey(objectOf(task));
      this.#byObject.set(key, [...(this.#byObject.get(key) ?? []), recordKey(task)]);
    }
  }

  /** Inside a pass: records come only with its end, people want to see each object. */
  #progress(action: SyncAction, outcome: Outcome | undefined): void {
    if ((action.kind !== 'apply' && action.kind !== 'prune') || (action.kind === 'apply' && action.dryRun)) return;
    const steps = new Map<string, OperationStep>();
    for (const key of this.#byObject.get(objectKey(action.object)) ?? []) {
      const step = this.#steps.get(key);
      if (!step || this.#records.get(key)?.operation) continue;
      const state =
        outcome === undefined ? 'running' : outcome.kind === 'failed' ? 'failed' : step.hook ? 'running' : 'succeeded';
      steps.set(key, { ...step, state, message: outcome && 'message' in outcome ? outcome.message : '' });
    }
    if (steps.size === 0) return;
    for (const [key, step] of steps) (this.#steps as Map<string, OperationStep>).set(key, step);
    this.#tellSoon();
  }

  #drawSteps(ended: boolean): void {
    const steps = new Map(this.#steps);
    for (const [key, record] of this.#records) {
      const step = steps.get(key);
      const log = this.#logs.get(key);
      // The namespace that a sync makes is no task of it any more once it is there.
      const done = ended || !this.#present.has(key);
      if (step) steps.set(key, { ...stepAfter(step, record, done), ...(log ? { log } : {}) });
    }
    this.#steps = steps;
    this.#state = { ...this.#state, steps: [...steps.values()] };
    this.#tellSoon();
  }

  #show(change: Partial<OperationState>): void {
    this.#state = { ...this.#state, ...change };
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#telling ??= this.#subject.clock.after(tellEveryMs(this.#steps.size), () => {
      this.#telling = undefined;
      this.#state = { ...this.#state, steps: [...this.#steps.values()] };
      this.#subject.changed(this.#state);
    });
  }
}
