import type { Connection } from 'vscode-languageserver';
import type { Delivery, SyncPlan } from '../../engine/delivery.ts';
import type { Settings } from '../../engine/settings.ts';
import type { Subscription, Workbench } from '../../engine/workbench.ts';
import {
  type DeliveryAlert,
  type DeliveryChanged,
  type DeliveryNode,
  type DeliveryStatus,
  deliveryAlert,
  deliveryChanged,
  deliveryStatus as deliveryStatusMethod,
  operationChanged,
  type TreeFilter,
} from '../../protocol/delivery.ts';
import { type ClustersState, clusterChildren, everything } from '../../views/clusterTree.ts';
import { deliveryStatus } from '../../views/deliveryStatus.ts';
import { nameFrom, operationChildren, operationView } from '../../views/operationTree.ts';
import { partsOf } from '../../views/treeIds.ts';
import { Alerts } from './alerts.ts';
import { DeliveryDocuments } from './documents.ts';
import { root, Shown } from './shown.ts';

/** The embedded cluster, run inside this process. */
export interface SandboxHost {
  readonly running: boolean;
  /** Resolves with the name of its context. */
  start(options: { readonly persist: boolean }): Promise<string>;
  /** Forgets every object in it. */
  reset(): Promise<void>;
  dispose(): Promise<void>;
}

export interface FrontParts {
  readonly connection: Connection;
  readonly workbench: Workbench;
  readonly delivery: Delivery;
  readonly sandbox: SandboxHost | undefined;
}

export const sandboxContext = 'sandbox';
/** Between two tellings at least; longer where making them takes long. */
const pauseMs = 100;
const keptPlans = 30;

/**
 * The cluster half behind one editor: what it shows of the trees, the documents it has open, the plans it may accept. Tells the editor what
 * changed of what it shows, together and not too often, and nothing else.
 */
export class DeliveryFront {
  readonly delivery: Delivery;
  readonly documents: DeliveryDocuments;
  readonly sandbox: SandboxHost | undefined;
  readonly #connection: Connection;
  readonly #alerts: Alerts;
  readonly #clusters = new Shown();
  readonly #operations = new Shown();
  readonly #plans = new Map<string, SyncPlan>();
  readonly #subscriptions: readonly Subscription[];
  readonly #changed = new Set<string>();
  #structure = false;
  #operated = false;
  #pause: NodeJS.Timeout | undefined;
  #rhythm: NodeJS.Timeout | undefined;
  #told = '';
  #filter: TreeFilter = everything;
  #trusted = false;
  #chosen: readonly string[] = [];
  #grouping: Settings['grouping'] | undefined;
  #minutes = 0;

  constructor({ connection, workbench, delivery, sandbox }: FrontParts) {
    this.#connection = connection;
    this.delivery = delivery;
    this.sandbox = sandbox;
    this.documents = new DeliveryDocuments(delivery, uri => {
      connection.workspace.textDocumentContent.refresh(uri).catch(() => this.documents.closed(uri));
    });
    this.#alerts = new Alerts(
      alert => void connection.sendNotification(deliveryAlert, alert satisfies DeliveryAlert),
      id => delivery.application(id),
    );
    this.#subscriptions = [
      delivery.subscribe(event => {
        switch (event.kind) {
          case 'cluster':
            this.#structure = true;
            break;
          case 'application':
            this.#alerts.application(event.application);
            this.#changed.add(event.application.id);
            this.documents.stale([event.application.id]);
            break;
          case 'compared':
            this.documents.stale([event.id]);
            return;
          case 'removed':
            this.#alerts.removed(event.id);
            this.#changed.add(event.id);
            break;
          case 'operation': {
            const name = this.nameOf(event.operation.application);
            this.#alerts.operation(event.operation, name);
            void connection.sendNotification(operationChanged, operationView(event.operation, name));
            this.#operated = true;
            break;
          }
        }
        this.#later();
      }),
      workbench.subscribe(event => {
        if (event.kind === 'content') this.documents.stale();
      }),
    ];
  }

  get filter(): TreeFilter {
    return this.#filter;
  }

  get chosen(): readonly string[] {
    return this.#chosen;
  }

  get trusted(): boolean {
    return this.#trusted;
  }

  nameOf(application: string): string {
    return this.delivery.application(application)?.name ?? nameFrom([])(application);
  }

  /** Settings as they are now. A folder that nobody trusts chooses no cluster. */
  configure(settings: Settings, trusted: boolean): void {
    this.#trusted = trusted;
    this.#alerts.delaySeconds = settings.alertSeconds;
    if (this.#grouping !== settings.grouping) {
      this.#grouping = settings.grouping;
      this.setFilter({ ...this.#filter, grouping: settings.grouping });
    }
    const chosen = trusted ? settings.contexts : [];
    if (JSON.stringify(chosen) !== JSON.stringify(this.#chosen)) {
      this.#chosen = chosen;
      this.#choose(settings);
    }
    if (this.#minutes !== settings.refreshMinutes) {
      this.#minutes = settings.refreshMinutes;
      clearInterval(this.#rhythm);
      if (this.#minutes > 0) {
        this.#rhythm = setInterval(() => void this.delivery.refresh(undefined), this.#minutes * 60_000);
        this.#rhythm.unref();
      }
    }
    this.#structure = true;
    this.#later();
  }

  /** A sandbox that is chosen runs: it is started before anybody connects to it. */
  #choose(settings: Settings): void {
    const { sandbox } = this;
    if (!sandbox || sandbox.running || !this.#chosen.includes(sandboxContext)) {
      this.delivery.choose(this.#chosen);
      return;
    }
    sandbox
      .start({ persist: settings.sandboxPersists })
      .catch(cause => this.#connection.console.error(`The sandbox cluster could not be started: ${cause}`))
      .finally(() => {
        this.delivery.choose(this.#chosen);
        this.#later();
      });
  }

  setFilter(filter: TreeFilter): void {
    this.#filter = filter;
    this.#structure = true;
    this.#later();
  }

  // — trees —

  clusterNodes(parent: string | undefined): readonly DeliveryNode[] {
    return this.#clusters.tell(parent, clusterChildren(this.#state(), this.#filter, parent));
  }

  operationNodes(parent: string | undefined): readonly DeliveryNode[] {
    return this.#operations.tell(parent, this.#operationChildren(parent));
  }

  #operationChildren(parent: string | undefined): readonly DeliveryNode[] {
    return operationChildren(this.delivery.operations(), id => this.nameOf(id), parent);
  }

  #state(): ClustersState {
    const { delivery } = this;
    return { clusters: delivery.clusters(), applications: delivery.applications(), unplaced: delivery.unplaced() };
  }

  // — plans —

  keep(plan: SyncPlan): void {
    this.#plans.set(plan.ticket, plan);
    for (const ticket of [...this.#plans.keys()].slice(0, -keptPlans)) this.#plans.delete(ticket);
  }

  planOf(ticket: string): SyncPlan | undefined {
    return this.#plans.get(ticket);
  }

  // — telling —

  status(): DeliveryStatus {
    return deliveryStatus({
      ...this.#state(),
      offered: true,
      trusted: this.#trusted,
      chosen: this.#chosen,
      operations: this.delivery.operations(),
      filter: this.#filter,
      sandbox: this.sandbox ? (this.sandbox.running ? 'running' : 'stopped') : 'unavailable',
    });
  }

  #later(): void {
    if (this.#pause) return;
    this.#pause = setTimeout(() => this.#flush(), pauseMs);
    this.#pause.unref();
  }

  #flush(): void {
    const started = performance.now();
    const changed = new Set(this.#changed);
    this.#changed.clear();
    const structure = this.#structure;
    this.#structure = false;
    if (changed.size > 0 || structure) {
      const state = this.#state();
      this.#send(
        'clusters',
        this.#clusters,
        parent => concerns(parent, changed, structure),
        parent => clusterChildren(state, this.#filter, parent),
      );
    }
    if (this.#operated) {
      this.#operated = false;
      this.#send(
        'operations',
        this.#operations,
        () => true,
        parent => this.#operationChildren(parent),
      );
    }
    const status = this.status();
    const text = JSON.stringify(status);
    if (text !== this.#told) void this.#connection.sendNotification(deliveryStatusMethod, status);
    this.#told = text;
    // A tree of thousands that changes all the time shall not keep the server from everything else.
    const took = performance.now() - started;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#changed.size > 0 || this.#structure || this.#operated) this.#later();
    }, took * 3);
    this.#pause.unref();
  }

  #send(
    view: DeliveryChanged['view'],
    shown: Shown,
    concerned: (parent: string) => boolean,
    childrenOf: (parent: string | undefined) => readonly DeliveryNode[],
  ): void {
    const { nodes, redraw } = shown.changes(concerned, childrenOf);
    if (nodes.length > 0 || redraw.length > 0)
      void this.#connection.sendNotification(deliveryChanged, { view, nodes, redraw } satisfies DeliveryChanged);
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#pause);
    clearInterval(this.#rhythm);
    for (const it of this.#subscriptions) it.dispose();
    this.#alerts.dispose();
    this.documents.dispose();
    await this.delivery.dispose();
    await this.sandbox?.dispose();
  }
}

/** Counts of clusters and groups change with any Application; what is below one only with it. */
function concerns(parent: string, changed: ReadonlySet<string>, structure: boolean): boolean {
  if (parent === root || structure) return true;
  const [kind, id = ''] = partsOf(parent);
  return kind === 'application' || kind === 'resource' ? changed.has(id) : true;
}
