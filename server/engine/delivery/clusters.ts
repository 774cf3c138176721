import type { Cluster, ContextNote, Contexts } from '../cluster.ts';
import { ClusterFailure } from '../cluster.ts';
import type { Comparer } from '../compare/comparer.ts';
import type { ClusterStatus } from '../delivery.ts';
import { createLiveCache, type LiveCache, type LiveEvent } from '../live.ts';
import type { Clock, Log } from '../ports.ts';
import type { Place } from './observe.ts';
import { ClusterSession, type Connected } from './session.ts';

export interface ClustersPorts {
  readonly contexts: Contexts;
  readonly clock: Clock;
  readonly log: Log;
  readonly argocdNamespace: () => string;
  readonly createComparer: (cluster: Cluster) => Comparer;
  /** Namespaces to look in where a kind may not be listed in the whole cluster. */
  readonly namespacesOf: (cluster: string) => readonly string[];
  readonly onStatus: (status: ClusterStatus) => void;
  /** A cluster has answered, for the first time or again: what lives in it can be asked. */
  readonly onConnected: (cluster: string) => void;
  readonly onLive: (cluster: string, keys: ReadonlySet<string>) => void;
}

interface Held {
  readonly session: ClusterSession;
  place: Place | undefined;
  of: Connected | undefined;
}

/** The chosen clusters: from each choice to its end one session, and while it is connected what lives there. */
export class Clusters {
  readonly #ports: ClustersPorts;
  readonly #held = new Map<string, Held>();
  #notes: readonly ContextNote[] = [];

  constructor(ports: ClustersPorts) {
    this.#ports = ports;
  }

  /** Connects to what is new, lets go of what is not chosen any more; asks nothing of those that stay. */
  async choose(names: readonly string[]): Promise<void> {
    const gone = [...this.#held].filter(([name]) => !names.includes(name));
    for (const [name, held] of gone) {
      this.#held.delete(name);
      held.place?.live.dispose();
    }
    const ended = Promise.all(gone.map(([, it]) => it.session.end()));
    this.#notes = (await this.#ports.contexts.list()).filter(it => names.includes(it.name));
    for (const name of names) if (!this.#held.has(name)) this.#begin(name);
    await ended;
  }

  /** Notes of the chosen contexts. */
  get notes(): readonly ContextNote[] {
    return this.#notes;
  }

  statuses(): readonly ClusterStatus[] {
    return [...this.#held.values()].map(it => it.session.status).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  statusOf(name: string): ClusterStatus | undefined {
    return this.#held.get(name)?.session.status;
  }

  /** `undefined` while the cluster has not answered. */
  place(name: string): Place | undefined {
    return this.#held.get(name)?.place;
  }

  /** Every connected cluster. */
  places(): readonly (readonly [string, Place])[] {
    return [...this.#held].flatMap(([name, { place }]) => (place ? [[name, place] as const] : []));
  }

  /** Asks discovery and permissions anew and looks for objects of kinds that are not watched. */
  async refresh(name: string): Promise<void> {
    const held = this.#held.get(name);
    if (!held) return;
    await held.session.connect();
    await held.place?.live.search();
  }

  /** A failure of a question to a cluster: those that concern the cluster as a whole change its state. */
  failed(name: string, failure: ClusterFailure): void {
    if (concernsCluster(failure)) this.#held.get(name)?.session.failed(failure);
  }

  async dispose(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const it of all) it.place?.live.dispose();
    await Promise.all(all.map(it => it.session.end()));
  }

  #begin(name: string): void {
    const server = this.#notes.find(it => it.name === name)?.server ?? '';
    const session = new ClusterSession(name, server, this.#ports, it => this.#changed(it));
    this.#held.set(name, { session, place: undefined, of: undefined });
    this.#ports.onStatus(session.status);
    session.connect().catch(cause => this.#ports.log.error(`The connection to ${name} failed.`, cause));
  }

  #changed(session: ClusterSession): void {
    const held = this.#held.get(session.name);
    if (held?.session !== session) return;
    const { connected } = session;
    if (connected && connected !== held.of) this.#settle(held, connected);
    this.#ports.onStatus(session.status);
  }

  #settle(held: Held, connected: Connected): void {
    const { name } = held.session;
    const former = held.place;
    held.of = connected;
    // What lives is watched on; a discovery that found other kinds, or other settings, needs a new cache.
    if (former && isSame(former.connected, connected)) {
      held.place = { ...former, connected };
      this.#ports.onConnected(name);
      return;
    }
    former?.live.dispose();
    const live = createLiveCache({
      cluster: connected.cluster,
      discovery: connected.discovery,
      settings: connected.settings,
      clock: this.#ports.clock,
      namespaces: () => this.#ports.namespacesOf(name),
    });
    held.place = { connected, live, comparer: former?.comparer ?? this.#ports.createComparer(connected.cluster) };
    live.subscribe(event => this.#heard(held.session, live, event));
    live.ready().then(
      () => {
        if (held.place?.live === live) this.#ports.onConnected(name);
      },
      cause => {
        // Thrown away, so that the next connection begins anew.
        if (held.place?.live === live) {
          held.place = undefined;
          held.of = undefined;
        }
        live.dispose();
        if (cause instanceof ClusterFailure) held.session.failed(cause);
        else this.#ports.log.error(`What lives in ${name} could not be listed.`, cause);
      },
    );
  }

  #heard(session: ClusterSession, live: LiveCache, event: LiveEvent): void {
    if (this.#held.get(session.name)?.place?.live !== live) return;
    switch (event.kind) {
      case 'changed':
        this.#ports.onLive(session.name, event.keys);
        return;
      case 'trouble':
        if (concernsCluster(event.failure)) session.failed(event.failure);
        return;
      case 'recovered':
        session.recovered();
        return;
    }
  }
}

function concernsCluster({ reason }: ClusterFailure): boolean {
  return reason === 'unreachable' || reason === 'unauthorized' || reason === 'kubeconfig' || reason === 'timeout';
}

function isSame(a: Connected, b: Connected): boolean {
  const text = ({ discovery, settings }: Connected): string =>
    JSON.stringify([discovery.kinds, { ...settings, overrides: [...settings.overrides] }]);
  return text(a) === text(b);
}
