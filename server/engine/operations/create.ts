import type { HistoryEntry, OperationState } from '../../core/status/application.ts';
import { metadataOf } from '../../core/sync/resource.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { ClusterFailure } from '../cluster.ts';
import { destinationOf } from '../delivery/destinations.ts';
import { type Observation, observe } from '../delivery/observe.ts';
import type { ExecuteAnswer, PlanRequest, Refusal, RevertAnswer, RollbackChoices, SyncPlan } from '../delivery.ts';
import { Cancelled } from '../workbench.ts';
import { applicationAt, shown } from './history.ts';
import { Lives } from './lives.ts';
import {
  type OperationPorts,
  type OperationSubject,
  type Operations,
  type OperationTiming,
  type Recalled,
  usualTiming,
} from './operations.ts';
import { pausesOn } from './pauses.ts';
import { planned } from './planning.ts';
import { type Prepared, prepare, tasksNow, wantedOf } from './prepare.ts';
import type { StoredApplication, StoredHistory, StoredOperation } from './record.ts';
import { Rehearsals } from './rehearse.ts';
import { Session } from './session.ts';
import { stateFrom } from './steps.ts';
import { RecordStore } from './store.ts';
import { leftBehind, type Ticket, Tickets } from './tickets.ts';

export function createOperations(ports: OperationPorts): Operations {
  return new Desk(ports);
}

const mostOperations = 200;

/** The facade: who may run what, and what became of it. */
class Desk implements Operations {
  readonly #ports: OperationPorts;
  readonly #timing: OperationTiming;
  readonly #session: string;
  readonly #tickets: Tickets;
  readonly #rehearsals = new Rehearsals();
  readonly #running = new Map<string, Session>();
  readonly #starting = new Set<string>();
  readonly #states = new Map<string, OperationState>();
  readonly #ended = new AbortController();

  constructor(ports: OperationPorts) {
    this.#ports = ports;
    this.#timing = { ...usualTiming, ...ports.timing };
    this.#session = fingerprint([ports.user, ports.process ?? '', ports.clock.now(), Math.random()]).slice(0, 12);
    this.#tickets = new Tickets(this.#session);
  }

  // — plans —

  async plan(id: string, request: PlanRequest, signal?: AbortSignal): Promise<SyncPlan> {
    const both = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    const subject = this.#ports.subject(id);
    const bare = this.#barePlan(id, request, subject);
    if (!subject)
      return refused(bare, {
        guard: 'unknownApplication',
        message: 'This Application is not in any chosen cluster that answers.',
      });
    try {
      return await this.#planned(bare, subject, request, both);
    } catch (cause) {
      if (both.aborted) throw new Cancelled();
      if (cause instanceof ClusterFailure)
        return refused(bare, { guard: 'cluster', message: `${cause.message} (${cause.about}).` });
      throw cause;
    }
  }

  async #planned(
    bare: SyncPlan,
    subject: OperationSubject,
    request: PlanRequest,
    signal: AbortSignal,
  ): Promise<SyncPlan> {
    const id = bare.application;
    const made = await this.#prepare(id, subject, request, signal);
    if ('refusal' in made) return refused(bare, made.refusal);
    const { prepared, observation, entry } = made;
    const view = { discovery: prepared.place.connected.discovery, startedAt: this.#ports.clock.now() };
    const outline = tasksNow(prepared, { ...view, lives: new Map() });
    const lives = await new Lives(prepared.place, pausesOn(this.#ports.clock, signal), signal).now(
      wantedOf(prepared, outline),
      new Set(),
    );
    const tasks = tasksNow(prepared, { ...view, lives });
    const rehearsed =
      observation.rendering.error === undefined ? await this.#rehearsals.of(prepared, tasks, lives, signal) : new Map();
    const { steps, refusals, warnings } = planned({ prepared, observation, tasks, rehearsed });
    const running = this.#running.get(id)?.state;
    const busy = running ? [busyRefusal(running.initiatedBy, running.startedAt)] : [];
    const plan: SyncPlan = {
      ...bare,
      dryRun: prepared.options.dryRun,
      revisions: prepared.revisions,
      steps,
      refusals: [...busy, ...refusals],
      warnings,
    };
    this.#tickets.keep({ plan, prepared, rehearsed, ...(entry && { entry }) });
    return plan;
  }

  async #prepare(id: string, subject: OperationSubject, request: PlanRequest, signal: AbortSignal): Promise<Made> {
    const { declared, place } = subject;
    let { application } = subject;
    let entry: StoredHistory | undefined;
    if (request.kind === 'rollback') {
      entry = (await this.#read(id, subject)).history.find(it => it.id === request.entry);
      if (!entry) return { refusal: { guard: 'unknownEntry', message: `The history has no entry ${request.entry}.` } };
      application = applicationAt(application, entry);
    }
    const observation = await observe(application, place, this.#ports.observing, {
      signal,
      near: declared ? [declared.file.slice(0, declared.file.lastIndexOf('/'))] : [],
      ...(request.content === undefined || request.content === 'lastSynced' ? {} : { content: request.content }),
    });
    const prepared = prepare(id, observation, place, request, this.#ports.clock.now());
    return { prepared, observation, ...(entry && { entry }) };
  }

  #barePlan(id: string, request: PlanRequest, subject: OperationSubject | undefined): SyncPlan {
    return {
      ticket: this.#tickets.name(),
      application: id,
      cluster: subject?.place.connected.cluster.name ?? '',
      kind: request.kind ?? 'sync',
      dryRun: request.dryRun ?? false,
      revisions: [],
      steps: [],
      refusals: [],
      warnings: [],
    };
  }

  // — running —

  async execute(plan: SyncPlan): Promise<ExecuteAnswer> {
    const id = plan.application;
    const ticket = this.#tickets.get(plan.ticket);
    if (!ticket)
      return refusal({
        guard: 'unknownPlan',
        message: 'This plan has run already, or is not known any more. Make it again.',
      });
    if (ticket.plan.refusals.length > 0) return { kind: 'refused', refusals: ticket.plan.refusals };
    const running = this.#running.get(id)?.state;
    if (running) return refusal(busyRefusal(running.initiatedBy, running.startedAt));
    if (this.#starting.has(id)) return refusal(busyRefusal(this.#ports.user, this.#ports.clock.now()));
    this.#starting.add(id);
    try {
      const changed = await this.#changedSince(ticket);
      if (changed.length > 0) return { kind: 'refused', refusals: changed };
      const answer = await this.#begin(ticket);
      if (answer.kind === 'started') this.#tickets.use(plan.ticket);
      return answer;
    } catch (cause) {
      if (!(cause instanceof ClusterFailure)) throw cause;
      return refusal({ guard: 'cluster', message: `${cause.message} (${cause.about}).` });
    } finally {
      this.#starting.delete(id);
    }
  }

  async #changedSince({ prepared }: Ticket): Promise<readonly Refusal[]> {
    const subject = this.#ports.subject(prepared.id);
    if (!subject) return [{ guard: 'cluster', message: 'The cluster does not answer any more.' }];
    const now = await this.#prepare(prepared.id, subject, prepared.request, this.#ended.signal);
    return 'refusal' in now ? [now.refusal] : leftBehind(prepared, now.prepared);
  }

  async #begin(ticket: Ticket): Promise<ExecuteAnswer> {
    const { prepared } = ticket;
    const { id } = prepared;
    const startedAt = this.#ports.clock.now();
    const session = this.#sessionFor(prepared, ticket, {
      operationId: `${this.#session}-${startedAt}`,
      initiatedBy: prepared.request.initiatedBy ?? this.#ports.user,
      startedAt,
    });
    const claimed = await session.claim();
    if (claimed.kind === 'held') return refusal(busyRefusal(claimed.by, claimed.since));
    if (claimed.kind === 'forbidden')
      return refusal({
        guard: 'recordForbidden',
        message: `${claimed.message}. An operation is recorded in a ConfigMap, so that a restart or somebody else cannot run it twice: ask for get, create and update of ConfigMaps there.`,
      });
    this.#drive(id, session);
    return { kind: 'started', operation: session.state };
  }

  #sessionFor(
    prepared: Prepared,
    ticket: Pick<Ticket, 'rehearsed'>,
    operation: { readonly operationId: string; readonly initiatedBy: string; readonly startedAt: number },
    resumed?: StoredApplication,
  ): Session {
    const { id } = prepared;
    return new Session({
      ...operation,
      prepared,
      rehearsed: ticket.rehearsed,
      ...(resumed && { resumed }),
      store: this.#storeOf(prepared.application, prepared.place.connected.cluster),
      holder: { session: this.#session, process: this.#ports.process ?? '', user: this.#ports.user },
      isAlive: this.#ports.isAlive ?? (() => undefined),
      library: this.#ports.observing.library,
      clock: this.#ports.clock,
      log: this.#ports.log,
      timing: this.#timing,
      application: () => this.#ports.subject(id)?.application ?? prepared.application,
      changed: state => this.#tell(state),
      recorded: history => this.#ports.recorded?.(id, history.map(shown)),
    });
  }

  #drive(id: string, session: Session): void {
    this.#running.set(id, session);
    this.#tell(session.state);
    session
      .run()
      .finally(() => {
        if (this.#running.get(id) === session) this.#running.delete(id);
      })
      .catch(cause => this.#ports.log.error(`The operation of ${id} failed.`, cause));
  }

  async terminate(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running) {
      running.terminate();
      return;
    }
    // Somebody else's, or one that nobody drives any more: its holder reads the request with its next heartbeat.
    const subject = this.#ports.subject(id);
    if (!subject) return;
    const store = this.#storeOf(subject.application, subject.place.connected.cluster);
    for (;;) {
      const stored = await store.read();
      const { operation } = stored;
      if (operation?.phase !== 'Running' && operation?.phase !== 'Terminating') return;
      if ((await store.write({ ...stored, operation: { ...operation, terminatedBy: this.#ports.user } })) === 'written')
        return;
    }
  }

  // — what is known —

  operation(id: string): OperationState | undefined {
    return this.#running.get(id)?.state ?? [...this.#states.values()].filter(it => it.application === id).at(-1);
  }

  operations(): readonly OperationState[] {
    return [...this.#states.values()].sort((a, b) => b.startedAt - a.startedAt);
  }

  async settled(id: string): Promise<OperationState | undefined> {
    await this.#running.get(id)?.done;
    return this.operation(id);
  }

  async recall(id: string): Promise<Recalled> {
    const subject = this.#ports.subject(id);
    if (!subject) return { history: [] };
    const stored = await this.#read(id, subject);
    const history = stored.history.map(shown);
    const local = this.#running.get(id);
    if (local) return { history, operation: local.state };
    const { operation } = stored;
    if (!operation) return { history };
    if (operation.phase === 'Running' || operation.phase === 'Terminating') {
      const resumed = await this.#resume(id, subject, stored, operation);
      if (resumed) return { history, operation: resumed };
    }
    return { history, operation: stateFrom(id, operation, 0) };
  }

  /** Goes on with an operation of ours that nobody drives; `undefined` where it is somebody's. */
  async #resume(
    id: string,
    subject: OperationSubject,
    stored: StoredApplication,
    operation: StoredOperation,
  ): Promise<OperationState | undefined> {
    if (operation.holder.user !== this.#ports.user || this.#starting.has(id)) return undefined;
    this.#starting.add(id);
    try {
      const request = operation.request as PlanRequest;
      const made = await this.#prepare(id, subject, request, this.#ended.signal);
      if ('refusal' in made) return undefined;
      const { prepared } = made;
      const begun = { operationId: operation.id, initiatedBy: operation.initiatedBy, startedAt: operation.startedAt };
      const session = this.#sessionFor(prepared, { rehearsed: new Map() }, begun, stored);
      const claimed = await session.claim();
      if (claimed.kind !== 'claimed') return undefined;
      if (prepared.fingerprint !== operation.fingerprint) {
        await session.abandon(
          'A restart interrupted this operation, and the manifests are others now. What it had done stays; sync again.',
        );
        return session.state;
      }
      this.#drive(id, session);
      return session.state;
    } finally {
      this.#starting.delete(id);
    }
  }

  async history(id: string): Promise<readonly HistoryEntry[]> {
    const subject = this.#ports.subject(id);
    return subject ? (await this.#read(id, subject)).history.map(shown) : [];
  }

  async rollbackChoices(_id: string, _entry: number): Promise<RollbackChoices> {
    throw new Error('not yet');
  }

  async revertInGit(_id: string, _entry: number): Promise<RevertAnswer> {
    throw new Error('not yet');
  }

  async dispose(): Promise<void> {
    this.#ended.abort(new Cancelled());
    await Promise.all([...this.#running.values()].map(it => it.stop()));
  }

  #read(_id: string, { application, place }: OperationSubject): Promise<StoredApplication> {
    return this.#storeOf(application, place.connected.cluster).read();
  }

  #storeOf(application: JsonObject, cluster: OperationSubject['place']['connected']['cluster']): RecordStore {
    const { namespace, name } = metadataOf(application);
    return new RecordStore(
      cluster,
      { namespace: textOf(namespace) || this.#ports.observing.controllerNamespace, name: textOf(name) },
      destinationOf(application).namespace,
    );
  }

  #tell(state: OperationState): void {
    this.#states.delete(state.id);
    this.#states.set(state.id, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > mostOperations && oldest !== undefined) this.#states.delete(oldest);
    this.#ports.changed(state);
  }
}

type Made =
  | { readonly prepared: Prepared; readonly observation: Observation; readonly entry?: StoredHistory }
  | { readonly refusal: Refusal };

const refused = (plan: SyncPlan, refusal: Refusal): SyncPlan => ({ ...plan, refusals: [refusal] });
const refusal = (one: Refusal): ExecuteAnswer => ({ kind: 'refused', refusals: [one] });

function busyRefusal(by: string, since: number): Refusal {
  return {
    guard: 'operationRunning',
    message: `${by} has been syncing this Application since ${new Date(since).toISOString()}. Wait for its end, or terminate it.`,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
