/** The cluster half of the engine in memory, as front doors see it: says what a test puts in, and remembers what it was asked. */
import type { ApplicationStatus, OperationState, ResourceStatus } from '../../server/core/status/application.ts';
import { keyText } from '../../server/core/sync/resource.ts';
import type {
  ClusterStatus,
  Delivery,
  DeliveryEvent,
  ExecuteAnswer,
  PlanRequest,
  ResourceDifference,
  SyncPlan,
} from '../../server/engine/delivery.ts';

export class MemoryDelivery implements Delivery {
  readonly chosen: string[][] = [];
  readonly planned: PlanRequest[] = [];
  readonly executed: string[] = [];
  clusterList: ClusterStatus[] = [];
  operationList: OperationState[] = [];
  differenceList: readonly ResourceDifference[] = [];
  steps: SyncPlan['steps'] = [];
  refusals: SyncPlan['refusals'] = [];
  readonly #applications = new Map<string, ApplicationStatus>();
  readonly #listeners = new Set<(event: DeliveryEvent) => void>();
  #sorted: readonly ApplicationStatus[] | undefined;

  tell(event: DeliveryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  put(...applications: readonly ApplicationStatus[]): void {
    for (const application of applications) {
      this.#applications.set(application.id, application);
      this.#sorted = undefined;
      this.tell({ kind: 'application', application });
    }
  }

  remove(id: string): void {
    this.#applications.delete(id);
    this.#sorted = undefined;
    this.tell({ kind: 'removed', id });
  }

  operate(operation: OperationState): void {
    this.operationList = [operation, ...this.operationList.filter(it => it.id !== operation.id)];
    this.tell({ kind: 'operation', operation });
  }

  contexts = async () => [
    { name: 'staging', server: 'https://staging', user: 'ada', namespace: undefined, current: true },
    { name: 'production', server: 'https://production', user: 'ada', namespace: 'shop', current: false },
  ];
  choose = (contexts: readonly string[]) => void this.chosen.push([...contexts]);
  clusters = () => this.clusterList;
  applications = () => {
    this.#sorted ??= [...this.#applications.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.#sorted;
  };
  application = (id: string) => this.#applications.get(id);
  unplaced = () => [];
  refresh = async () => undefined;
  differences = async () => this.differenceList;
  plan = async (id: string, request: PlanRequest): Promise<SyncPlan> => {
    this.planned.push(request);
    return {
      ticket: `plan ${this.planned.length}`,
      application: id,
      cluster: this.application(id)?.cluster ?? '',
      kind: request.kind ?? 'sync',
      dryRun: request.dryRun ?? false,
      revisions: [],
      steps: this.steps,
      refusals: this.refusals,
      warnings: [],
    };
  };
  execute = async ({ ticket, application, steps }: SyncPlan): Promise<ExecuteAnswer> => {
    this.executed.push(ticket);
    const operation: OperationState = {
      ...operationOf(application),
      steps: steps.map(it => ({ ...it, state: 'waiting', message: '' })),
    };
    this.operate(operation);
    return { kind: 'started', operation };
  };
  terminate = async () => undefined;
  operations = () => this.operationList;
  history = async (id: string) => this.application(id)?.history ?? [];
  rollbackChoices = async (id: string, entry: number) => {
    const found = this.application(id)?.history.find(it => it.id === entry);
    if (!found) throw new Error(`no entry ${entry}`);
    return {
      entry: found,
      git: { possible: false as const, why: 'the repository is not open' },
      cluster: { possible: true, undoneBy: 'undone by selfHeal of the Application' },
    };
  };
  revertInGit = async () => ({ kind: 'impossible' as const, why: 'the repository is not open' });
  setAutomated = () => undefined;
  live = async () => undefined;
  logs = async () => '';
  events = async () => [];
  subscribe = (listener: (event: DeliveryEvent) => void) => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };
  dispose = async () => undefined;
}

export function clusterOf(name: string, more: Partial<ClusterStatus> = {}): ClusterStatus {
  return { name, server: `https://${name}`, state: 'connected', missing: [], argocd: false, ...more };
}

export function applicationOf(name: string, more: Partial<ApplicationStatus> = {}): ApplicationStatus {
  const cluster = more.cluster ?? 'staging';
  return {
    id: `${cluster}|argocd/${name}`,
    cluster,
    namespace: 'argocd',
    name,
    project: 'shop',
    destinationNamespace: name,
    driver: 'direct',
    sync: 'Synced',
    health: 'Healthy',
    revisions: [],
    resources: [],
    conditions: [],
    history: [],
    phase: 'ready',
    comparedAt: 1,
    notes: [],
    ...more,
  };
}

export function resourceOf(kind: string, name: string, more: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    group: kind === 'Deployment' || kind === 'ReplicaSet' ? 'apps' : '',
    version: 'v1',
    kind,
    namespace: 'shop',
    name,
    ...more,
  };
}

/** A Deployment with what it owns, as they live. */
export function deploymentOf(name: string, pods: number): readonly ResourceStatus[] {
  const deployment = resourceOf('Deployment', name, {
    sync: 'Synced',
    health: { status: 'Healthy', message: '' },
    info: `${pods}/${pods}`,
  });
  const set = resourceOf('ReplicaSet', `${name}-5d9`, {
    parent: keyText(deployment),
    health: { status: 'Healthy', message: '' },
  });
  return [
    deployment,
    set,
    ...Array.from({ length: pods }, (_, i) =>
      resourceOf('Pod', `${name}-5d9-${i}`, {
        parent: keyText(set),
        health: { status: 'Healthy', message: '' },
        info: 'Running',
      }),
    ),
  ];
}

export function operationOf(application: string, more: Partial<OperationState> = {}): OperationState {
  return {
    id: `sync ${application}`,
    application,
    kind: 'sync',
    phase: 'Running',
    message: '',
    startedAt: 1_000,
    dryRun: false,
    initiatedBy: 'ada@laptop',
    revisions: [],
    steps: [],
    ...more,
  };
}
