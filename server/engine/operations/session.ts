import type { KubernetesTypes } from '../../core/diff/types.ts';
import type { OperationState } from '../../core/status/application.ts';
import type { Outcome } from '../../core/sync/actions.ts';
import type { SyncRecord } from '../../core/sync/records.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { ClusterFailure } from '../cluster.ts';
import type { Clock, Library, Log } from '../ports.ts';
import { Cancelled } from '../workbench.ts';
import { deleteApplicationObject } from './deleting.ts';
import { Drive, type Progress } from './drive.ts';
import { entryFor, withEntry } from './history.ts';
import type { OperationTiming } from './operations.ts';
import { patiently } from './patience.ts';
import { pausesOn } from './pauses.ts';
import { objectKey } from './perform.ts';
import type { Prepared } from './prepare.ts';
import type { Holder, StoredApplication, StoredHistory, StoredOperation } from './record.ts';
import type { Rehearsal } from './rehearse.ts';
import type { RecordStore } from './store.ts';
import { acceptedConflicts } from './tickets.ts';

export interface SessionSubject {
  readonly prepared: Prepared;
  readonly operationId: string;
  readonly initiatedBy: string;
  readonly startedAt: number;
  readonly rehearsed: ReadonlyMap<string, Rehearsal>;
  /** What stood in the record, where an interrupted operation goes on. */
  readonly resumed?: StoredApplication;
  readonly store: RecordStore;
  readonly holder: Omit<Holder, 'beatAt'>;
  readonly isAlive: (process: string) => boolean | undefined;
  readonly library: Library;
  readonly types: () => KubernetesTypes;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing: OperationTiming;
  readonly application: () => JsonObject;
  readonly changed: (state: OperationState) => void;
  readonly recorded: (history: readonly StoredHistory[]) => void;
}

export type Claim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'held'; readonly by: string; readonly since: number }
  | { readonly kind: 'forbidden'; readonly message: string };

/** One operation and its record: claims it, keeps it up to date while the passes go, and closes it. */
export class Session {
  readonly #subject: SessionSubject;
  readonly #drive: Drive;
  readonly #controller = new AbortController();
  #stored: StoredApplication = { history: [] };
  #progress: Progress;
  #saving: Promise<void> = Promise.resolve();
  #beat: { cancel(): void } | undefined;
  #state: OperationState;
  #done: Promise<unknown> = Promise.resolve();

  constructor(subject: SessionSubject) {
    this.#subject = subject;
    const operation = subject.resumed?.operation;
    const records = new Map<string, SyncRecord>(operation?.records.map(it => [keyOfRecord(it), it]));
    this.#progress = {
      phase: 'Running',
      message: operation?.message ?? '',
      records,
      intents: operation?.intents ?? {},
      retries: operation?.retry.count ?? 0,
    };
    const outcomes = new Map<string, Outcome>([...subject.rehearsed].map(([key, it]) => [key, it.outcome]));
    this.#drive = new Drive({
      prepared: subject.prepared,
      operationId: subject.operationId,
      initiatedBy: subject.initiatedBy,
      startedAt: subject.startedAt,
      records,
      intents: this.#progress.intents,
      retries: this.#progress.retries,
      rehearsed: outcomes,
      isAccepted: (object, conflicts) =>
        subject.prepared.options.force || acceptedConflicts(conflicts, subject.rehearsed.get(objectKey(object))),
      library: subject.library,
      types: subject.types,
      clock: subject.clock,
      timing: subject.timing,
      application: subject.application,
      changed: state => this.#tell(state),
      save: progress => this.#save(progress),
      signal: this.#controller.signal,
    });
    this.#state = this.#drive.state;
    if (operation?.phase === 'Terminating' || operation?.terminatedBy !== undefined) this.#drive.terminate();
  }

  get state(): OperationState {
    return this.#state;
  }

  /** Resolves when nothing is driven any more. */
  get done(): Promise<unknown> {
    return this.#done;
  }

  /** Makes the operation ours in the cluster, unless somebody holds it. A dry run changes nothing and needs no record. */
  async claim(): Promise<Claim> {
    if (this.#subject.prepared.options.dryRun) return { kind: 'claimed' };
    try {
      for (;;) {
        const stored = await this.#subject.store.read();
        const held = await this.#heldBy(stored.operation);
        if (held) return { kind: 'held', by: held.initiatedBy, since: held.startedAt };
        if (this.#subject.resumed && stored.operation?.id !== this.#subject.operationId)
          return { kind: 'held', by: stored.operation?.initiatedBy ?? '', since: stored.operation?.startedAt ?? 0 };
        this.#stored = stored;
        if ((await this.#write()) === 'written') return { kind: 'claimed' };
      }
    } catch (cause) {
      if (cause instanceof ClusterFailure && cause.reason === 'forbidden')
        return { kind: 'forbidden', message: cause.message };
      throw cause;
    }
  }

  run(): Promise<OperationState> {
    const running = this.#run();
    this.#done = running.catch(() => undefined);
    return running;
  }

  terminate(): void {
    this.#drive.terminate();
  }

  /** Stops driving; whoever reads the record next may go on at once. */
  async stop(): Promise<void> {
    this.#controller.abort(new Cancelled());
    await this.#done;
  }

  /** Of a deleted Application nothing is remembered. */
  async forget(): Promise<void> {
    const { prepared, store } = this.#subject;
    if (prepared.options.dryRun) return;
    await deleteApplicationObject(prepared.place.connected.cluster, prepared.application);
    await store.remove();
  }

  /** Closes the record of an operation that cannot go on. */
  async abandon(message: string): Promise<void> {
    const finishedAt = this.#subject.clock.now();
    this.#state = { ...this.#state, phase: 'Error', message, finishedAt };
    await this.#save({ ...this.#progress, phase: 'Error', message, finishedAt });
    this.#subject.changed(this.#state);
  }

  async #run(): Promise<OperationState> {
    this.#beatLater();
    try {
      return await this.#drive.run();
    } catch (cause) {
      return await this.#interrupted(cause);
    } finally {
      this.#beat?.cancel();
      this.#controller.abort(new Cancelled());
    }
  }

  async #interrupted(cause: unknown): Promise<OperationState> {
    if (cause instanceof LostRecord) {
      const message = `${cause.by} took this operation over; what it does is told in the cluster.`;
      return this.#closed('Error', message);
    }
    if (this.#controller.signal.aborted) {
      await this.#release();
      return this.#state;
    }
    if (cause instanceof ClusterFailure)
      return this.#closed(
        'Error',
        `${cause.message}. The sync stopped in the middle: what was done is recorded, and it goes on when the cluster answers again.`,
      );
    await this.abandon('A mistake of ours ended this operation; what it had done stays.').catch(() => undefined);
    throw cause;
  }

  #closed(phase: OperationState['phase'], message: string): OperationState {
    this.#state = { ...this.#state, phase, message, finishedAt: this.#subject.clock.now() };
    this.#subject.changed(this.#state);
    return this.#state;
  }

  async #release(): Promise<void> {
    if (this.#subject.prepared.options.dryRun) return;
    await this.#saving.catch(() => undefined);
    await this.#write(0).catch(cause =>
      this.#subject.log.warn(`The record of an operation could not be released: ${cause}`),
    );
  }

  /** Writes one after the other; what a heartbeat writes is always the newest progress. */
  #save(progress: Progress): Promise<void> {
    this.#progress = progress;
    if (this.#subject.prepared.options.dryRun) return Promise.resolve();
    const saved = this.#saving.catch(() => undefined).then(() => this.#persist());
    this.#saving = saved;
    // Whoever asked hears of it; nobody else has to.
    saved.catch(() => undefined);
    return saved;
  }

  async #persist(): Promise<void> {
    for (;;) {
      if (this.#progress.finishedAt !== undefined) this.#conclude(this.#progress.finishedAt);
      if ((await this.#patiently(() => this.#write())) === 'written') {
        if (this.#progress.finishedAt !== undefined) this.#subject.recorded(this.#stored.history);
        return;
      }
      const now = await this.#patiently(() => this.#subject.store.read());
      const { operation } = now;
      if (
        operation &&
        (operation.id !== this.#subject.operationId || operation.holder.session !== this.#subject.holder.session)
      )
        throw new LostRecord(operation.holder.user);
      this.#stored = now;
      if (operation?.terminatedBy !== undefined) this.#drive.terminate();
    }
  }

  /** What the store writes is guarded by versions: a second time it is written, or a conflict. */
  #patiently<T>(ask: () => Promise<T>): Promise<T> {
    const { clock, timing } = this.#subject;
    return patiently({ pauses: pausesOn(clock, this.#controller.signal), patienceMs: timing.patienceMs }, ask);
  }

  #conclude(finishedAt: number): void {
    const { prepared } = this.#subject;
    if (!prepared.options.recordHistory || this.#stored.history[0]?.startedAt === this.#subject.startedAt) return;
    const ended = { ...this.#state, phase: this.#progress.phase, finishedAt };
    const entry = entryFor(prepared.application, ended, prepared.fingerprint);
    this.#stored = { ...this.#stored, history: withEntry(this.#stored.history, entry, prepared.options.historyLimit) };
  }

  async #write(beatAt = this.#subject.clock.now()): Promise<'written' | 'conflict'> {
    const next: StoredApplication = { ...this.#stored, operation: this.#operation(beatAt) };
    const answer = await this.#subject.store.write(next);
    if (answer === 'written') this.#stored = next;
    return answer;
  }

  #operation(beatAt: number): StoredOperation {
    const { prepared, operationId, initiatedBy, startedAt, holder } = this.#subject;
    const { phase, message, finishedAt, records, intents, retries, nextAt } = this.#progress;
    const { content: _, ...request } = prepared.request;
    const terminatedBy = this.#stored.operation?.id === operationId ? this.#stored.operation.terminatedBy : undefined;
    return {
      id: operationId,
      kind: request.kind ?? 'sync',
      phase,
      message,
      startedAt,
      ...(finishedAt === undefined ? {} : { finishedAt }),
      dryRun: prepared.options.dryRun,
      initiatedBy,
      revisions: prepared.revisions,
      request: JSON.parse(JSON.stringify(request)) as JsonObject,
      fingerprint: prepared.fingerprint,
      retry: { count: retries, ...(nextAt === undefined ? {} : { nextAt }) },
      records: [...records.values()],
      intents,
      holder: { ...holder, beatAt },
      ...(terminatedBy === undefined ? {} : { terminatedBy }),
    };
  }

  /** The operation that somebody drives right now, if anybody does. */
  async #heldBy(operation: StoredOperation | undefined): Promise<StoredOperation | undefined> {
    if (operation?.phase !== 'Running' && operation?.phase !== 'Terminating') return undefined;
    const { holder } = operation;
    if (holder.beatAt === 0 || holder.session === this.#subject.holder.session) return undefined;
    const alive = this.#subject.isAlive(holder.process);
    if (alive === false) return undefined;
    const { clock, timing } = this.#subject;
    const age = Math.abs(clock.now() - holder.beatAt);
    if (age < timing.heartbeatMs * 4) return operation;
    // Its clock may differ from ours: what it wrote may be old, or only look so. Its next heartbeat tells.
    await new Promise<void>(resolve => void clock.after(timing.heartbeatMs * 1.5, resolve));
    const again = (await this.#subject.store.read()).operation;
    return again && again.id === operation.id && again.holder.beatAt === holder.beatAt ? undefined : again;
  }

  #beatLater(): void {
    const { clock, timing, prepared, log } = this.#subject;
    if (prepared.options.dryRun) return;
    this.#beat = clock.after(timing.heartbeatMs, () => {
      if (this.#controller.signal.aborted || this.#progress.finishedAt !== undefined) return;
      this.#save(this.#progress).catch(cause => {
        if (cause instanceof LostRecord) this.#controller.abort(cause);
        else log.warn(`The heartbeat of an operation could not be written: ${cause}`);
      });
      this.#beatLater();
    });
  }

  #tell(state: OperationState): void {
    this.#state = state;
    this.#subject.changed(state);
  }
}

/** Somebody else holds the record now. */
class LostRecord extends Error {
  readonly by: string;
  constructor(by: string) {
    super(`the operation is held by ${by} now`);
    this.by = by;
  }
}

/** `recordKey` without the task. */
function keyOfRecord({ key, phase }: SyncRecord): string {
  return `${key.group}/${key.kind}/${key.namespace}/${key.name}:${phase}`;
}
