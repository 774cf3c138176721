import type { HistoryEntry, OperationState } from '../../core/status/application.ts';
import { fromArgocd } from '../../core/status/fromArgocd.ts';
import { metadataOf } from '../../core/sync/resource.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { ClusterFailure } from '../cluster.ts';
import { destinationOf } from '../delivery/destinations.ts';
import { type Observation, observe } from '../delivery/observe.ts';
import type { ExecuteAnswer, PlanRequest, Refusal, RevertAnswer, RollbackChoices, SyncPlan } from '../delivery.ts';
import { Cancelled } from '../workbench.ts';
import {
  askDelete,
  askRefresh,
  askSync,
  askTerminate,
  type DrivenApplication,
  drivenApplication,
  drivenPlan,
  drivenState,
} from './argocd.ts';
import { deletionPlanned } from './deleting.ts';
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
import { patiently } from './patience.ts';
import { pausesOn } from './pauses.ts';
import { planned } from './planning.ts';
import { type Prepared, prepare, tasksNow, wantedOf } from './prepare.ts';
import type { StoredApplication, StoredHistory, StoredOperation } from './record.ts';
import { Rehearsals } from './rehearse.ts';
import { respectingIgnored } from './respect.ts';
import { type RollbackSubject, revertInGit, rollbackChoices, storedFromArgocd } from './rollback.ts';
import { Session } from './session.ts';
import { stateFrom } from './steps.ts';
import { RecordStore } from './store.ts';
import { type DirectTicket, type DrivenTicket, leftBehind, Tickets } from './tickets.ts';

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
  readonly #driving = new Map<string, Promise<void>>();
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
    if (subject.driver === 'argocd') {
      const driven = drivenApplication(subject.place.connected.cluster, subject.application);
      const now = (await driven.cluster.get(driven.ref, { signal })) ?? subject.application;
      const plan = { ...bare, ...drivenPlan(driven, now, request, this.#userOf(request)) };
      this.#tickets.keep({ plan, driven, request });
      return plan;
    }
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
    const deletes = request.kind === 'delete';
    const rehearsed =
      observation.rendering.error === undefined && !deletes
        ? await this.#rehearsals.of(prepared, tasks, lives, signal)
        : new Map();
    const { steps, refusals, warnings } = deletes
      ? deletionPlanned(prepared, observation, tasks)
      : planned({
          ...{ prepared, observation, tasks, lives, rehearsed, project: this.#ports.project?.(prepared.application) },
          now: this.#ports.clock.now(),
        });
    const running = this.#running.get(id)?.state;
    const busy = running ? [busyRefusal(running.initiatedBy, running.startedAt)] : [];
    const plan: SyncPlan = {
      ...bare,
      dryRun: prepared.options.dryRun,
      revisions: prepared.revisions,
      steps,
      refusals: [...busy, ...refusals],
      warnings: [...warnings, ...(entry && isOther(entry, prepared) ? [otherThanThen] : [])],
    };
    this.#tickets.keep({ plan, prepared, rehearsed, ...(entry && { entry }) });
    return plan;
  }

  async #prepare(id: string, subject: OperationSubject, request: PlanRequest, signal: AbortSignal): Promise<Made> {
    const { place } = subject;
    let { application } = subject;
    let entry: StoredHistory | undefined;
    if (request.kind === 'rollback') {
      entry = (await this.#read(id, subject)).history.find(it => it.id === request.entry);
      if (!entry) return { refusal: { guard: 'unknownEntry', message: `The history has no entry ${request.entry}.` } };
      application = applicationAt(application, entry);
    }
    const observation = await observe(application, place, this.#ports.observing, {
      signal,
      near: nearOf(subject),
      ...(request.content === undefined || request.content === 'lastSynced' ? {} : { content: request.content }),
    });
    const bare = prepare(id, observation, place, request, this.#ports.clock.now());
    const prepared = await respectingIgnored(bare, this.#ports.observing.library, this.#ports.types());
    return 'guard' in prepared ? { refusal: prepared } : { prepared, observation, ...(entry && { entry }) };
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
    if (plan.refusals.length > 0) return { kind: 'refused', refusals: plan.refusals };
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
    if ('driven' in ticket) return this.#askArgocd(id, ticket);
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

  async #changedSince({ prepared }: DirectTicket): Promise<readonly Refusal[]> {
    const subject = this.#ports.subject(prepared.id);
    if (!subject) return [{ guard: 'cluster', message: 'The cluster does not answer any more.' }];
    const now = await this.#prepare(prepared.id, subject, prepared.request, this.#ended.signal);
    return 'refusal' in now ? [now.refusal] : leftBehind(prepared, now.prepared);
  }

  async #begin(ticket: DirectTicket): Promise<ExecuteAnswer> {
    const { prepared } = ticket;
    const { id } = prepared;
    const startedAt = this.#ports.clock.now();
    const session = this.#sessionFor(prepared, ticket, {
      operationId: `${this.#session}-${startedAt}`,
      initiatedBy: this.#userOf(prepared.request),
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
    ticket: Pick<DirectTicket, 'rehearsed'>,
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
      types: this.#ports.types,
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
    this.#track(
      id,
      session.run().then(async state => {
        if (state.kind === 'delete' && state.phase === 'Succeeded') await session.forget();
      }),
      () => {
        if (this.#running.get(id) === session) this.#running.delete(id);
      },
    );
  }

  #track(id: string, work: Promise<unknown>, ended: () => void): void {
    const done = work
      .catch(cause => {
        if (!this.#ended.signal.aborted) this.#ports.log.error(`The operation of ${id} failed.`, cause);
      })
      .then(ended);
    this.#driving.set(id, done);
  }

  /** An Argo CD does the work; we ask, and look on. */
  async #askArgocd(id: string, { driven, request, plan }: DrivenTicket): Promise<ExecuteAnswer> {
    const startedAt = this.#ports.clock.now();
    try {
      const user = this.#userOf(request);
      const deletes = request.kind === 'delete';
      const why = deletes
        ? await askDelete(driven, request.cascade ?? 'foreground')
        : await askSync(driven, request, user);
      if (why !== undefined) return refusal({ guard: 'argocd', message: `${why}.` });
      this.#tickets.use(plan.ticket);
      const operation: OperationState = {
        ...{
          id: `${id}-${startedAt}`,
          application: id,
          kind: plan.kind,
          phase: 'Running',
          message: 'Argo CD was asked',
        },
        ...{ startedAt, dryRun: plan.dryRun, initiatedBy: user, revisions: [], steps: [] },
      };
      this.#tell(operation);
      this.#track(id, this.#lookOn(operation, driven), () => undefined);
      return { kind: 'started', operation };
    } catch (cause) {
      if (!(cause instanceof ClusterFailure)) throw cause;
      return refusal({ guard: 'cluster', message: `${cause.message} (${cause.about}).` });
    }
  }

  async #lookOn(begun: OperationState, driven: DrivenApplication): Promise<void> {
    const pauses = pausesOn(this.#ports.clock, this.#ended.signal);
    for (;;) {
      const now = await patiently({ pauses, patienceMs: Number.POSITIVE_INFINITY }, () => drivenState(driven));
      if (now === 'gone') {
        this.#tell({ ...begun, phase: 'Succeeded', message: 'deleted', finishedAt: pauses.now() });
        return;
      }
      if (now && begun.kind !== 'delete') {
        this.#tell({ ...now, id: begun.id, kind: begun.kind });
        if (now.finishedAt !== undefined) return;
      }
      await pauses.pause(this.#timing.pollMs);
    }
  }

  #userOf(request: PlanRequest): string {
    return request.initiatedBy ?? this.#ports.user;
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
    if (subject.driver === 'argocd') {
      await askTerminate(drivenApplication(subject.place.connected.cluster, subject.application));
      return;
    }
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
    await this.#driving.get(id);
    return this.operation(id);
  }

  async refresh(id: string): Promise<void> {
    const subject = this.#ports.subject(id);
    if (subject?.driver !== 'argocd') return;
    await askRefresh(drivenApplication(subject.place.connected.cluster, subject.application), true);
  }

  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  async recall(id: string, { resume = true }: { readonly resume?: boolean } = {}): Promise<Recalled> {
    const subject = this.#ports.subject(id);
    if (!subject) return { history: [] };
    if (subject.driver === 'argocd') {
      const { history, operation } = fromArgocd(subject.place.connected.cluster.name, subject.application);
      return { history, ...(operation && { operation }) };
    }
    const stored = await this.#read(id, subject);
    const history = stored.history.map(shown);
    const local = this.#running.get(id);
    if (local) return { history, operation: local.state };
    const { operation } = stored;
    if (!operation) return { history };
    if (resume && (operation.phase === 'Running' || operation.phase === 'Terminating')) {
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
    if (!subject) return [];
    if (subject.driver === 'argocd')
      return fromArgocd(subject.place.connected.cluster.name, subject.application).history;
    return (await this.#read(id, subject)).history.map(shown);
  }

  async applicationAt(id: string, entry: number): Promise<JsonObject> {
    const found = await this.#rollbackSubject(id, entry);
    return applicationAt(found.subject.application, found.entry);
  }

  async rollbackChoices(id: string, entry: number): Promise<RollbackChoices> {
    return rollbackChoices(await this.#rollbackSubject(id, entry), this.#ports);
  }

  async revertInGit(id: string, entry: number): Promise<RevertAnswer> {
    const subject = await this.#rollbackSubject(id, entry);
    const answer = await revertInGit(subject, this.#ports);
    return answer.kind === 'made' ? this.#proved(answer, subject, id) : answer;
  }

  async #rollbackSubject(id: string, entry: number): Promise<RollbackSubject> {
    const subject = this.#ports.subject(id);
    if (!subject)
      throw new ClusterFailure('unreachable', id, 'This Application is not in any chosen cluster that answers.');
    const driven = subject.driver === 'argocd';
    const history = driven ? storedFromArgocd(subject.application) : (await this.#read(id, subject)).history;
    const found = history.find(it => it.id === entry);
    if (!found) throw new ClusterFailure('notFound', id, `The history has no entry ${entry}.`);
    return { subject, entry: found };
  }

  /** Renders the commit that was made: whether it really gives what was synced then. */
  async #proved(
    answer: Extract<RevertAnswer, { kind: 'made' }>,
    { subject, entry }: RollbackSubject,
    id: string,
  ): Promise<RevertAnswer> {
    if (subject.driver === 'argocd' || entry.fingerprint === '') return answer;
    const observation = await observe(subject.application, subject.place, this.#ports.observing, {
      content: { revision: answer.commit },
      near: nearOf(subject),
      signal: this.#ended.signal,
    });
    const prepared = prepare(id, observation, subject.place, {}, this.#ports.clock.now());
    const same = prepared.fingerprint === entry.fingerprint;
    const proof = same
      ? 'It renders exactly what was synced then.'
      : 'It does not render exactly what was synced then: other changes stay in it. Look at the difference before you merge.';
    return { ...answer, summary: `${answer.summary} ${proof}` };
  }

  async dispose(): Promise<void> {
    this.#ended.abort(new Cancelled());
    await Promise.all([...this.#running.values()].map(it => it.stop()));
    await Promise.all(this.#driving.values());
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

function nearOf({ declared }: OperationSubject): readonly string[] {
  return declared ? [declared.file.slice(0, declared.file.lastIndexOf('/'))] : [];
}

type Made =
  | { readonly prepared: Prepared; readonly observation: Observation; readonly entry?: StoredHistory }
  | { readonly refusal: Refusal };

const otherThanThen = 'What was synced then held edits that were not committed; this brings back what the commit says.';
const isOther = (entry: StoredHistory, prepared: Prepared): boolean =>
  entry.fingerprint !== '' && entry.fingerprint !== prepared.fingerprint;

const refused = (plan: SyncPlan, refusal: Refusal): SyncPlan => ({ ...plan, refusals: [refusal] });
const refusal = (one: Refusal): ExecuteAnswer => ({ kind: 'refused', refusals: [one] });

function busyRefusal(by: string, since: number): Refusal {
  return {
    guard: 'operationRunning',
    message: `${by} has been syncing this Application since ${new Date(since).toISOString()}. Wait for its end, or terminate it.`,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
