import { type ArgocdSettings, argocdSettings } from '../../core/model/argocdSettings.ts';
import type { Scope } from '../../core/render/rendering.ts';
import type { AccessAsked, Cluster, Contexts, Discovery } from '../cluster.ts';
import { ClusterFailure } from '../cluster.ts';
import type { ClusterStatus } from '../delivery.ts';
import type { Clock, Log } from '../ports.ts';

export interface SessionPorts {
  readonly contexts: Contexts;
  readonly clock: Clock;
  readonly log: Log;
  readonly argocdNamespace: () => string;
}

/** What stands once a cluster has answered. */
export interface Connected {
  readonly cluster: Cluster;
  readonly discovery: Discovery;
  /** Of its Argo CD, or Argo CD's defaults where it has none. */
  readonly settings: ArgocdSettings;
  /** An application controller runs there. */
  readonly argocd: boolean;
  /** Of the discovered kinds; one function as long as discovery stands. */
  readonly scopeOf: (group: string, kind: string) => Scope | undefined;
  /** What could not be asked for lack of permission, in sentences. */
  readonly notes: readonly string[];
}

const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/** One chosen cluster, from its choice until it is let go. Tries again after growing pauses while it cannot be reached. */
export class ClusterSession {
  readonly name: string;
  readonly #ports: SessionPorts;
  readonly #onChange: (session: ClusterSession) => void;
  #status: ClusterStatus;
  #connected: Connected | undefined;
  #cluster: Cluster | undefined;
  #pause: { cancel(): void } | undefined;
  #failures = 0;
  #ended = false;

  constructor(name: string, server: string, ports: SessionPorts, onChange: (session: ClusterSession) => void) {
    this.name = name;
    this.#ports = ports;
    this.#onChange = onChange;
    this.#status = { name, server, state: 'connecting', missing: [], argocd: false };
  }

  get status(): ClusterStatus {
    return this.#status;
  }

  /** `undefined` until the cluster has answered. */
  get connected(): Connected | undefined {
    return this.#connected;
  }

  /** Also the way to try at once instead of waiting for the next time. */
  async connect(): Promise<void> {
    this.#pause?.cancel();
    try {
      this.#cluster ??= await this.#ports.contexts.open(this.name);
      const connected = await lookAround(this.#cluster, this.#ports.argocdNamespace());
      if (this.#ended) return;
      this.#failures = 0;
      this.#connected = connected;
      this.#tell({
        name: this.name,
        server: this.#cluster.server,
        state: 'connected',
        missing: [],
        argocd: connected.argocd,
        gitVersion: connected.discovery.gitVersion,
      });
    } catch (cause) {
      if (this.#ended) return;
      if (!(cause instanceof ClusterFailure)) throw cause;
      this.failed(cause);
    }
  }

  /** A watch or a question of the running session failed in a way that concerns the whole cluster. */
  failed(failure: ClusterFailure): void {
    if (this.#ended) return;
    this.#tell({ ...this.#status, ...troubleOf(failure), reason: failure.reason });
    this.#failures += 1;
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures - 1, 10));
    this.#pause?.cancel();
    this.#pause = this.#ports.clock.after(pause, () => {
      this.connect().catch(cause => this.#ports.log.error(`The connection to ${this.name} failed.`, cause));
    });
  }

  /** Watches work again. */
  recovered(): void {
    if (this.#ended || this.#status.state === 'connected' || !this.#connected) return;
    this.#pause?.cancel();
    this.#failures = 0;
    const { message: _, reason: __, ...status } = this.#status;
    this.#tell({ ...status, state: 'connected', missing: [] });
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#pause?.cancel();
    await this.#cluster?.dispose();
  }

  #tell(status: ClusterStatus): void {
    this.#status = status;
    this.#onChange(this);
  }
}

async function lookAround(cluster: Cluster, argocdNamespace: string): Promise<Connected> {
  const discovery = await cluster.discover({ fresh: true });
  const notes: string[] = discovery.failedGroups.map(
    it => `The API group ${it.group} does not answer (${it.message}); its objects are not seen.`,
  );
  const serves = discovery.kinds.some(it => it.apiVersion === 'argoproj.io/v1alpha1' && it.kind === 'Application');
  const [argocd, configMap] = await Promise.all([
    serves ? hasController(cluster, argocdNamespace, notes) : false,
    readable(notes, () =>
      cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: argocdNamespace, name: 'argocd-cm' }),
    ),
  ]);
  const settings = argocdSettings(configMap);
  const notesOfSettings = [...notes, ...settings.complaints];
  return { cluster, discovery, settings, argocd, scopeOf: scopesOf(discovery), notes: notesOfSettings };
}

function scopesOf({ kinds }: Discovery): Connected['scopeOf'] {
  const scopes = new Map(
    kinds.map(it => [`${groupIn(it.apiVersion)}/${it.kind}`, it.namespaced ? 'Namespaced' : 'Cluster'] as const),
  );
  return (group, kind) => scopes.get(`${group}/${kind}`);
}

const groupIn = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** Argo CD's application controller is a StatefulSet, or a Deployment with dynamic sharding. */
async function hasController(cluster: Cluster, namespace: string, notes: string[]): Promise<boolean> {
  const options = { namespace, labelSelector: 'app.kubernetes.io/name=argocd-application-controller' };
  for (const kind of ['StatefulSet', 'Deployment']) {
    const found = await readable(notes, () => cluster.list({ apiVersion: 'apps/v1', kind }, options));
    if (found && found.items.length > 0) return true;
  }
  return false;
}

/** What we may not read we do without, and say so. */
async function readable<T>(notes: string[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof ClusterFailure) || cause.reason !== 'forbidden') throw cause;
    notes.push(`${cause.message}. Argo CD's defaults are taken.`);
    return undefined;
  }
}

/** State and sentence for people: what happened, and what to do. */
function troubleOf(failure: ClusterFailure): Pick<ClusterStatus, 'state' | 'message' | 'missing'> {
  const message = /[.?!]$/.test(failure.message) ? failure.message : `${failure.message}.`;
  switch (failure.reason) {
    case 'unauthorized':
      return { state: 'loginExpired', message, missing: [] };
    case 'forbidden': {
      const missing = accessIn(failure.message);
      return { state: 'forbidden', message, missing };
    }
    case 'kubeconfig':
      return { state: 'unreachable', message: `${message} Correct the kubeconfig, then refresh.`, missing: [] };
    default:
      return { state: 'unreachable', message: `${message} Tried again by itself.`, missing: [] };
  }
}

/** `… cannot list resource "pods" in API group "" in the namespace "shop"`: the API server's own words for what is lacking. */
function accessIn(message: string): readonly AccessAsked[] {
  const found = /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/.exec(message);
  const [, verb, resource, group, namespace] = found ?? [];
  if (verb === undefined || resource === undefined || group === undefined) return [];
  return [{ verb, resource, group, ...(namespace === undefined ? {} : { namespace }) }];
}
