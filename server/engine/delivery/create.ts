import { maskSecrets } from '../../core/diff/mask.ts';
import type { KubernetesTypes } from '../../core/diff/types.ts';
import { clusterOf } from '../../core/model/cluster/secret.ts';
import type { ApplicationStatus, HistoryEntry, OperationState } from '../../core/status/application.ts';
import { fromArgocd } from '../../core/status/fromArgocd.ts';
import { keyText, metadataOf, type ResourceKey } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { ClusterFailure, type ContextNote, type Contexts, type Watch } from '../cluster.ts';
import { createComparer } from '../compare/comparer.ts';
import type {
  ClusterStatus,
  Delivery,
  DeliveryEvent,
  DifferenceOptions,
  EventNote,
  ExecuteAnswer,
  PlanRequest,
  ResourceDifference,
  RevertAnswer,
  RollbackChoices,
  SyncPlan,
  UnplacedApplication,
} from '../delivery.ts';
import { Automation } from '../operations/automation.ts';
import { createOperations } from '../operations/create.ts';
import type { OperationSubject, Operations, OperationTiming } from '../operations/operations.ts';
import type { Clock, Git, Library, Log } from '../ports.ts';
import { Cancelled, type Subscription, type Workbench } from '../workbench.ts';
import { Clusters } from './clusters.ts';
import { type DeclaredApplication, declaredApplications } from './declared.ts';
import { contextFor } from './destinations.ts';
import { differencesOf } from './differences.ts';
import { Fetching } from './fetching.ts';
import { manifestFiles } from './manifestFiles.ts';
import { type Observation, type ObservePorts, observe, type Place, placeOf, statusFrom } from './observe.ts';
import { eventsOf, liveObject } from './peek.ts';
import { Rounds } from './rounds.ts';

export interface DeliveryPorts {
  readonly contexts: Contexts;
  readonly workbench: Workbench;
  readonly library: Library;
  readonly clock: Clock;
  readonly log: Log;
  /** Argo CD's name or address of a cluster → context, as the user says it; `*` for all others. */
  readonly destinations: () => Readonly<Record<string, string>>;
  readonly git: Git;
  /** What Go knows of the built-in kinds; asked when the first object is compared. */
  readonly types: () => KubernetesTypes;
  /** Who syncs, as other people shall read it: `ada@laptop`. */
  readonly user: string;
  /** This process on this machine, and whether another one that recorded itself still lives; see `OperationPorts`. */
  readonly process?: string;
  readonly isAlive?: (process: string) => boolean | undefined;
  readonly timing?: Partial<OperationTiming>;
  /** Whether an operation of ours that a restart interrupted goes on by itself; it does where nothing is said. */
  readonly resumes?: () => boolean;
  /** Whether repositories that no folder has are cloned when an Application of a chosen cluster needs them. */
  readonly fetches: () => boolean;
}

/** What the desk keeps of one Application. */
interface Entry {
  readonly id: string;
  readonly cluster: string;
  application: JsonObject;
  declared: DeclaredApplication | undefined;
  driver: 'direct' | 'argocd';
  status: ApplicationStatus;
  /** How many objects it is about; `undefined`: it was not looked at yet. What it was looked at with is not kept: it is much, of thousands. */
  size: number | undefined;
  /** What the cluster remembers of it was read. */
  recalled: boolean;
  /** Where it is looked at right now. */
  looking: Place | undefined;
  /** Keys whose change concerns it. */
  keys: ReadonlySet<string>;
}

type Recorded = Pick<Partial<ApplicationStatus>, 'operation' | 'history'>;

/** Comparisons at once; each asks an API server some twenty things. */
const abreast = 4;
/** Objects of an Application, above which a running operation is waited for before it is compared again. */
const worthWaiting = 100;
/** After the last keystroke or file event. */
const contentPauseMs = 300;

export function createDelivery(ports: DeliveryPorts): Desk {
  return new Desk(ports);
}

/**
 * The facade of the cluster half, and the one place that knows which change concerns which Application. What is seen is asked anew by name
 * (`Rounds`): a change of a manifest, of content, of a live object or of a cluster only says whose turn it is.
 */
export class Desk implements Delivery {
  readonly #ports: DeliveryPorts;
  readonly #clusters: Clusters;
  readonly #operations: Operations;
  readonly #automation: Automation;
  readonly #observing: ObservePorts;
  readonly #entries = new Map<string, Entry>();
  readonly #byKey = new Map<string, Set<string>>();
  readonly #rounds: Rounds;
  readonly #listeners = new Set<(event: DeliveryEvent) => void>();
  readonly #subscriptions: Subscription[] = [];
  readonly #applicationWatches = new Map<string, Watch>();
  readonly #automated = new Set<string>();
  readonly #fetching: Fetching;
  #declared: readonly DeclaredApplication[] = [];
  #unplaced: readonly UnplacedApplication[] = [];
  #chosen: readonly string[] = [];
  #pause: { cancel(): void } | undefined;
  #declaring: AbortController | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
    this.#rounds = new Rounds(abreast, ports.log, (id, signal) => this.#look(id, signal));
    this.#clusters = new Clusters({
      ...ports,
      createComparer: cluster => createComparer(cluster, ports.library, ports.types),
      argocdNamespace: () => ports.workbench.settings.argocdNamespace,
      namespacesOf: cluster => this.#namespacesOf(cluster),
      onStatus: status => this.#clusterChanged(status),
      onConnected: cluster => this.#clusterConnected(cluster),
      onLive: (cluster, keys) => this.#liveChanged(cluster, keys),
    });
    this.#observing = new CurrentPorts(ports);
    this.#fetching = new Fetching({ ...ports, observing: this.#observing, again: id => void this.#rounds.ask(id) });
    this.#operations = createOperations({
      ...ports,
      subject: id => this.subject(id),
      observing: this.#observing,
      repositoryOf: (url, near) => ports.workbench.repositoryOf(url, near),
      project: application => this.#projectOf(application),
      changed: operation => this.told(operation.application, { operation }),
      recorded: (id, history) => this.told(id, { history }),
    });
    this.#automation = new Automation({
      ...ports,
      operations: this.#operations,
      isOn: id => this.#automated.has(id),
      again: id => void this.#rounds.ask(id),
    });
    this.#subscriptions.push(
      ports.workbench.subscribe(event => {
        if (event.kind === 'content' || event.kind === 'index' || event.kind === 'generation') this.#contentChanged();
      }),
    );
  }

  // — clusters —

  contexts(): Promise<readonly ContextNote[]> {
    return this.#ports.contexts.list();
  }

  choose(contexts: readonly string[]): void {
    this.#chosen = [...new Set(contexts)];
    this.#settled = this.#clusters
      .choose(this.#chosen)
      .then(() => this.#declare())
      .catch(cause => this.#ports.log.error('The clusters could not be chosen.', cause));
  }

  clusters(): readonly ClusterStatus[] {
    return this.#clusters.statuses();
  }

  // — applications —

  applications(): readonly ApplicationStatus[] {
    return [...this.#entries.values()].map(it => it.status).sort(byPlace);
  }

  application(id: string): ApplicationStatus | undefined {
    return this.#entries.get(id)?.status;
  }

  unplaced(): readonly UnplacedApplication[] {
    return this.#unplaced;
  }

  async refresh(id: string | undefined, options: { readonly hard?: boolean } = {}): Promise<void> {
    await this.#settled;
    const entries = [...this.#entries.values()].filter(it => id === undefined || it.id === id);
    // Its record may be another one, or gone.
    if (options.hard) for (const it of entries) it.recalled = this.#operations.isRunning(it.id);
    const clusters = id === undefined ? this.#chosen : [...new Set(entries.map(it => it.cluster))];
    if (options.hard) this.#fetching.forget();
    // Somebody who was told what is missing refreshes once it is there.
    for (const it of clusters) this.#clusters.place(it)?.comparer.forgetRefusals();
    const stuck = clusters.filter(it => this.#clusters.statusOf(it)?.state !== 'connected');
    await Promise.all((options.hard ? clusters : stuck).map(it => this.#clusters.refresh(it)));
    if (id === undefined) await this.#declare();
    else if (options.hard) await this.#refreshDriven(id);
    await Promise.all(
      [...this.#entries.values()]
        .filter(it => id === undefined || it.id === id)
        .map(it => this.#rounds.ask(it.id, { first: id !== undefined })),
    );
  }

  /** Its Argo CD looks anew, and its watch tells us. */
  async #refreshDriven(id: string): Promise<void> {
    try {
      await this.#operations.refresh(id);
    } catch (cause) {
      if (!(cause instanceof ClusterFailure)) throw cause;
      this.#ports.log.warn(`Argo CD could not be asked to refresh ${id}: ${cause.message}`);
    }
  }

  /** Where an Application lives and what it says; for plans and operations. */
  subject(id: string): OperationSubject | undefined {
    const entry = this.#entries.get(id);
    const place = entry && this.#clusters.place(entry.cluster);
    if (!entry || !place) return undefined;
    const { application, declared, driver } = entry;
    return { application, place, declared, driver, automatedOn: this.#automated.has(id) };
  }

  async differences(id: string, options: DifferenceOptions = {}): Promise<readonly ResourceDifference[]> {
    const found = this.subject(id);
    if (!found) return [];
    const near = nearOf(found.declared);
    return differencesOf(found.application, found.place, this.#observing, {
      ...options,
      types: this.#ports.types(),
      near,
      at: entry => this.#operations.applicationAt(id, entry),
      lastSynced: this.application(id)?.history.find(it => it.result === 'Succeeded')?.revisions,
    });
  }

  setAutomated(id: string, on: boolean): void {
    if (on) this.#automated.add(id);
    else this.#automated.delete(id);
    void this.#rounds.ask(id);
  }

  isAutomated(id: string): boolean {
    return this.#automated.has(id);
  }

  // — operations —

  plan(id: string, request: PlanRequest, signal?: AbortSignal): Promise<SyncPlan> {
    this.#placeOf(id)?.comparer.forgetRefusals();
    return this.#operations.plan(id, request, signal);
  }

  execute(plan: SyncPlan): Promise<ExecuteAnswer> {
    return this.#operations.execute(plan);
  }

  terminate(id: string): Promise<void> {
    return this.#operations.terminate(id);
  }

  operations(): readonly OperationState[] {
    return this.#operations.operations();
  }

  /** Goes on with an operation of ours that a restart interrupted; `undefined`: there is none. */
  async resume(id: string): Promise<OperationState | undefined> {
    const recalled = await this.#operations.recall(id);
    return this.#operations.isRunning(id) ? recalled.operation : undefined;
  }

  /** Resolves when nothing of this Application runs here any more. */
  operationSettled(id: string): Promise<OperationState | undefined> {
    return this.#operations.settled(id);
  }

  history(id: string): Promise<readonly HistoryEntry[]> {
    return this.#operations.history(id);
  }

  rollbackChoices(id: string, entry: number): Promise<RollbackChoices> {
    return this.#operations.rollbackChoices(id, entry);
  }

  revertInGit(id: string, entry: number): Promise<RevertAnswer> {
    return this.#operations.revertInGit(id, entry);
  }

  // — looking closer —

  async live(id: string, key: ResourceKey): Promise<JsonObject | undefined> {
    const place = this.#placeOf(id);
    if (!place) return undefined;
    const { cluster, discovery, settings } = place.connected;
    const live = await liveObject(cluster, discovery, key);
    return live && maskSecrets({ live }, this.#ports.types(), settings.sensitiveAnnotations).live;
  }

  async logs(
    id: string,
    pod: ResourceKey,
    options: { readonly container?: string; readonly tailLines?: number } = {},
  ): Promise<string> {
    const place = this.#placeOf(id);
    return place ? place.connected.cluster.logs(pod, options) : '';
  }

  async events(id: string, key: ResourceKey): Promise<readonly EventNote[]> {
    const place = this.#placeOf(id);
    return place ? eventsOf(place.connected.cluster, key) : [];
  }

  // — telling —

  subscribe(listener: (event: DeliveryEvent) => void): Subscription {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Resolves when every chosen cluster has answered or failed, and every Application was looked at. For tests and the command line. */
  async settled(): Promise<void> {
    await this.#settled;
    for (;;) {
      const connecting = this.clusters().some(it => it.state === 'connecting' || this.#isListing(it));
      if (!connecting && this.#rounds.idle && this.#fetching.idle && !this.#pause && !this.#declaring) return;
      await new Promise<void>(resolve => this.#ports.clock.after(10, resolve));
    }
  }

  async dispose(): Promise<void> {
    this.#pause?.cancel();
    this.#declaring?.abort();
    for (const it of this.#subscriptions) it.dispose();
    for (const it of this.#applicationWatches.values()) it.stop();
    this.#rounds.end();
    this.#automation.dispose();
    await this.#operations.dispose();
    this.#listeners.clear();
    await this.#clusters.dispose();
  }

  // — what changes concern —

  #contentChanged(): void {
    this.#pause?.cancel();
    this.#pause = this.#ports.clock.after(contentPauseMs, () => {
      this.#pause = undefined;
      if (this.#chosen.length === 0) return;
      this.#declare()
        .then(() => this.#askAll(it => it.driver === 'direct'))
        .catch(cause => this.#ports.log.error('The Applications of the workspace could not be read.', cause));
    });
  }

  #clusterChanged(status: ClusterStatus): void {
    this.#emit({ kind: 'cluster', cluster: status });
    if (status.state === 'connected' || status.state === 'connecting') return;
    const phase = status.state;
    for (const entry of this.#ofCluster(status.name)) {
      if (entry.status.phase === phase) continue;
      this.#show(entry, {
        ...entry.status,
        phase,
        ...(status.message === undefined ? {} : { message: status.message }),
      });
    }
  }

  #clusterConnected(cluster: string): void {
    this.#watchApplications(cluster);
    const place = this.#clusters.place(cluster);
    this.#declare()
      // Whoever is looked at there already has waited for the connection.
      .then(() => this.#askAll(it => it.cluster === cluster && (!place || it.looking !== place)))
      .catch(cause => this.#ports.log.error('The Applications of the workspace could not be read.', cause));
  }

  #liveChanged(cluster: string, keys: ReadonlySet<string>): void {
    const place = this.#clusters.place(cluster);
    const ids = new Set<string>();
    for (const key of keys) for (const id of this.#byKey.get(`${cluster}|${key}`) ?? []) ids.add(id);
    if (place) {
      // An object that nobody knew yet may be tracked by one of them.
      const changed = [...keys].filter(key => !this.#byKey.has(`${cluster}|${key}`));
      const instances = new Set(changed.flatMap(key => place.live.trackedBy(key) ?? []));
      for (const entry of instances.size > 0 ? this.#ofCluster(cluster) : [])
        if (entry.size !== undefined && namesOf(entry.application).some(it => instances.has(it))) ids.add(entry.id);
    }
    for (const id of ids) if (!this.#waitsForOperation(id)) void this.#rounds.ask(id);
  }

  /** A sync of many objects changes them one by one, and comparing them each time would cost the API server more than the sync; its end is looked at. */
  #waitsForOperation(id: string): boolean {
    const size = this.#entries.get(id)?.size ?? 0;
    return size > worthWaiting && this.#operations.isRunning(id);
  }

  #askAll(which: (entry: Entry) => boolean): void {
    for (const entry of this.#entries.values()) if (which(entry)) void this.#rounds.ask(entry.id);
  }

  // — which Applications there are —

  async #declare(): Promise<void> {
    this.#declaring?.abort();
    const mine = new AbortController();
    this.#declaring = mine;
    try {
      const declared = await declaredApplications(this.#ports.workbench, mine.signal);
      if (mine.signal.aborted) return;
      this.#declared = declared;
      this.#arrange();
    } finally {
      if (this.#declaring === mine) this.#declaring = undefined;
    }
  }

  /** Brings the entries in line with what the folders declare and what chosen Argo CDs drive. */
  #arrange(): void {
    const secrets = this.#ports.workbench
      .lookup({ kind: 'Secret' })
      .flatMap(it => (it.secretType === 'cluster' && isObject(it.value) ? (clusterOf(it.value) ?? []) : []));
    const wanted = new Map<string, { readonly cluster: string; readonly declared: DeclaredApplication }>();
    const unplaced: UnplacedApplication[] = [];
    for (const declared of this.#declared) {
      const hub = this.#drivenBy(declared);
      const destination =
        hub === undefined
          ? contextFor({
              application: declared.application,
              contexts: this.#clusters.notes,
              clusters: secrets,
              mapping: this.#ports.destinations(),
            })
          : ({ kind: 'context', context: hub } as const);
      if (destination.kind === 'none') {
        unplaced.push({ name: declared.name, why: destination.why });
        continue;
      }
      const id = `${destination.context}|${declared.namespace}/${declared.name}`;
      wanted.set(id, { cluster: destination.context, declared });
    }
    for (const entry of [...this.#entries.values()])
      if (entry.driver === 'direct' && !wanted.has(entry.id)) this.#forget(entry.id);
    for (const [id, { cluster, declared }] of wanted) this.#put(id, cluster, declared);
    this.#unplaced = unplaced.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** The chosen cluster whose Argo CD has an Application of this name. */
  #drivenBy({ namespace, name }: DeclaredApplication): string | undefined {
    return this.#chosen.find(it => this.#entries.get(`${it}|${namespace}/${name}`)?.driver === 'argocd');
  }

  #put(id: string, cluster: string, declared: DeclaredApplication): void {
    const known = this.#entries.get(id);
    if (known) {
      const changed = JSON.stringify(known.application) !== JSON.stringify(declared.application);
      known.declared = declared;
      if (known.driver === 'argocd') {
        this.#show(known, { ...known.status, declared: placeOf(declared) });
        return;
      }
      known.application = withNamespace(declared);
      if (changed) void this.#rounds.ask(id);
      return;
    }
    const entry: Entry = {
      id,
      cluster,
      application: withNamespace(declared),
      declared,
      driver: 'direct',
      status: loading(id, cluster, declared),
      size: undefined,
      recalled: false,
      looking: undefined,
      keys: new Set(),
    };
    this.#entries.set(id, entry);
    this.#emit({ kind: 'application', application: entry.status });
    void this.#rounds.ask(id);
  }

  #forget(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#setKeys(entry, new Set());
    this.#emit({ kind: 'removed', id });
  }

  /** Applications that an Argo CD of a chosen cluster drives: its own objects tell everything. */
  #watchApplications(cluster: string): void {
    const place = this.#clusters.place(cluster);
    if (!place?.connected.argocd || this.#applicationWatches.has(cluster)) return;
    const kind = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' };
    const idOf = (object: JsonObject): string => fromArgocd(cluster, object).id;
    const watch = place.connected.cluster.watch(kind, {}, event => {
      switch (event.kind) {
        case 'listed': {
          const now = new Set(event.objects.map(idOf));
          for (const entry of this.#ofCluster(cluster))
            if (entry.driver === 'argocd' && !now.has(entry.id)) this.#forget(entry.id);
          for (const object of event.objects) this.#putDriven(cluster, object);
          this.#arrange();
          return;
        }
        case 'added':
        case 'modified':
          this.#putDriven(cluster, event.object);
          return;
        case 'deleted':
          this.#forget(idOf(event.object));
          return;
        case 'trouble':
          this.#clusters.failed(cluster, event.failure);
          return;
        case 'recovered':
          return;
      }
    });
    this.#applicationWatches.set(cluster, watch);
  }

  #putDriven(cluster: string, application: JsonObject): void {
    const told = fromArgocd(cluster, application);
    const declared = this.#declared.find(it => it.namespace === told.namespace && it.name === told.name);
    const status: ApplicationStatus = {
      ...told,
      ...(declared && { declared: placeOf(declared) }),
      phase: 'ready',
      notes: [],
    };
    const known = this.#entries.get(told.id);
    const entry: Entry = known ?? {
      id: told.id,
      cluster,
      application,
      declared,
      driver: 'argocd',
      status,
      size: undefined,
      recalled: false,
      looking: undefined,
      keys: new Set(),
    };
    entry.application = application;
    entry.driver = 'argocd';
    entry.size = undefined;
    this.#entries.set(told.id, entry);
    this.#show(entry, status);
  }

  // — one Application —

  async #look(id: string, signal: AbortSignal): Promise<void> {
    const entry = this.#entries.get(id);
    const place = entry && this.#clusters.place(entry.cluster);
    if (!entry || !place || entry.driver === 'argocd') return;
    entry.looking = place;
    try {
      const observation = await observe(entry.application, place, this.#observing, {
        near: nearOf(entry.declared),
        signal,
      });
      const files = await manifestFiles(observation, url => this.#ports.workbench.fileFor(url, ''));
      if (this.#entries.get(id) !== entry) return;
      await this.#recall(entry);
      entry.size = observation.pairs.pairs.length;
      this.#setKeys(entry, keysOf(observation));
      const { operation, history } = entry.status;
      this.#show(
        entry,
        statusFrom(observation, {
          id,
          cluster: entry.cluster,
          history,
          declared: entry.declared,
          operation,
          automatedOn: this.#automated.has(id),
          files,
          comparedAt: this.#ports.clock.now(),
        }),
      );
      await this.#automate(entry, observation);
      this.#emit({ kind: 'compared', id });
      this.#fetching.later({ id, place, observation, near: nearOf(entry.declared) }, signal);
    } catch (cause) {
      if (cause instanceof Cancelled || signal.aborted) return;
      if (!(cause instanceof ClusterFailure)) throw cause;
      this.#clusters.failed(entry.cluster, cause);
      this.#show(entry, { ...entry.status, ...failedPhase(cause), message: cause.message });
    } finally {
      entry.looking = undefined;
    }
  }

  /** The embedded loop, where it is on; what somebody is just typing is nothing to be applied without asking. */
  async #automate(entry: Entry, observation: Observation): Promise<void> {
    const unsaved = this.#automated.has(entry.id) ? await this.#ports.workbench.unsaved() : [];
    const [first, ...others] = unsaved.map(it => it.slice(it.lastIndexOf('/') + 1));
    if (first !== undefined) {
      const files = others.length === 0 ? `${first} is` : `${first} and ${others.length} more are`;
      const note = `Automated sync waits until ${files} saved.`;
      this.#show(entry, { ...entry.status, notes: [...entry.status.notes, note] });
      return;
    }
    const conditions = this.#automation.consider({ status: entry.status, observation });
    if (conditions.length > 0)
      this.#show(entry, { ...entry.status, conditions: [...entry.status.conditions, ...conditions] });
  }

  told(id: string, change: Recorded): void {
    this.#tell(id, change);
    // What a sync left behind is looked at at once, and not only when the watches tell.
    if (change.operation?.finishedAt !== undefined) void this.#rounds.ask(id, { first: true });
  }

  #tell(id: string, change: Recorded): void {
    const entry = this.#entries.get(id);
    if (entry) this.#show(entry, { ...entry.status, ...change });
    if (change.operation) this.#emit({ kind: 'operation', operation: change.operation });
  }

  /** Once, when the Application was first seen: its history, and an operation that a restart interrupted. */
  async #recall(entry: Entry): Promise<void> {
    if (entry.recalled) return;
    entry.recalled = true;
    try {
      const resume = this.#ports.resumes?.() ?? true;
      this.#tell(entry.id, await this.#operations.recall(entry.id, { resume }));
    } catch (cause) {
      entry.recalled = false;
      if (!(cause instanceof ClusterFailure)) throw cause;
      this.#ports.log.warn(`The history of ${entry.id} cannot be read: ${cause.message}`);
    }
  }

  #show(entry: Entry, status: ApplicationStatus): void {
    const former = entry.status;
    entry.status = status;
    if (JSON.stringify({ ...former, comparedAt: 0 }) !== JSON.stringify({ ...status, comparedAt: 0 }))
      this.#emit({ kind: 'application', application: status });
  }

  #setKeys(entry: Entry, keys: ReadonlySet<string>): void {
    for (const key of entry.keys) {
      const ids = this.#byKey.get(`${entry.cluster}|${key}`);
      ids?.delete(entry.id);
      if (ids?.size === 0) this.#byKey.delete(`${entry.cluster}|${key}`);
    }
    for (const key of keys) {
      const name = `${entry.cluster}|${key}`;
      const ids = this.#byKey.get(name);
      if (ids) ids.add(entry.id);
      else this.#byKey.set(name, new Set([entry.id]));
    }
    entry.keys = keys;
  }

  /** Of the opened folders. The project `default` lets everything in, unless somebody wrote it down otherwise. */
  #projectOf({ spec }: JsonObject): JsonObject | undefined {
    const name = isObject(spec) && typeof spec.project === 'string' && spec.project !== '' ? spec.project : 'default';
    const [found] = this.#ports.workbench.lookup({ kind: 'AppProject', name });
    return isObject(found?.value) ? found.value : undefined;
  }

  #placeOf(id: string): Place | undefined {
    const entry = this.#entries.get(id);
    return entry && this.#clusters.place(entry.cluster);
  }

  #ofCluster(cluster: string): readonly Entry[] {
    return [...this.#entries.values()].filter(it => it.cluster === cluster);
  }

  #namespacesOf(cluster: string): readonly string[] {
    const own = this.#ofCluster(cluster).map(it => it.status.destinationNamespace);
    const usual = this.#clusters.notes.find(it => it.name === cluster)?.namespace;
    return [...new Set([...own, ...(usual === undefined ? [] : [usual])])].filter(it => it !== '').sort();
  }

  #isListing({ name, state }: ClusterStatus): boolean {
    return state === 'connected' && this.#clusters.place(name) === undefined;
  }

  #emit(event: DeliveryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** What observing takes, with the settings of the moment. */
class CurrentPorts implements ObservePorts {
  readonly #ports: DeliveryPorts;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  get renderer() {
    return this.#ports.workbench.renderer;
  }

  get library() {
    return this.#ports.library;
  }

  get controllerNamespace() {
    return this.#ports.workbench.settings.argocdNamespace;
  }
}

/** Targets, live objects and everything below them. */
function keysOf({ pairs, status }: Observation): ReadonlySet<string> {
  return new Set([...pairs.pairs.map(it => keyText(it.key)), ...status.resources.map(keyText)]);
}

/** Instance names by which its objects may be tracked (argo-cd:util/argo/resource_tracking.go). */
function namesOf(application: JsonObject): readonly string[] {
  const { namespace, name } = metadataOf(application);
  return [String(name), `${String(namespace)}_${String(name)}`];
}

/** A manifest may leave its namespace to whoever applies it. */
function withNamespace({ application, namespace }: DeclaredApplication): JsonObject {
  return { ...application, metadata: { ...metadataOf(application), namespace } };
}

function nearOf(declared: DeclaredApplication | undefined): readonly string[] {
  return declared ? [declared.file.slice(0, declared.file.lastIndexOf('/'))] : [];
}

function loading(id: string, cluster: string, declared: DeclaredApplication): ApplicationStatus {
  const spec = isObject(declared.application.spec) ? declared.application.spec : {};
  const destination = isObject(spec.destination) ? spec.destination : {};
  return {
    id,
    cluster,
    namespace: declared.namespace,
    name: declared.name,
    project: typeof spec.project === 'string' && spec.project !== '' ? spec.project : 'default',
    destinationNamespace: typeof destination.namespace === 'string' ? destination.namespace : '',
    driver: 'direct',
    declared: placeOf(declared),
    sync: 'Unknown',
    health: 'Unknown',
    revisions: [],
    resources: [],
    conditions: [],
    history: [],
    phase: 'loading',
    notes: [],
  };
}

function failedPhase({ reason }: ClusterFailure): Pick<ApplicationStatus, 'phase'> {
  if (reason === 'unauthorized') return { phase: 'loginExpired' };
  return { phase: reason === 'forbidden' ? 'forbidden' : 'unreachable' };
}

function byPlace(a: ApplicationStatus, b: ApplicationStatus): number {
  const key = (it: ApplicationStatus): string => `${it.cluster}\0${it.namespace}\0${it.name}`;
  return key(a) < key(b) ? -1 : 1;
}
