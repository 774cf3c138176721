import { typesFrom } from '../../../server/core/diff/types.ts';
import { argocdSettings } from '../../../server/core/model/argocdSettings.ts';
import type { OperationState } from '../../../server/core/status/application.ts';
import { metadataOf } from '../../../server/core/sync/resource.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';
import type { PlanRequest, SyncPlan } from '../../../server/engine/delivery.ts';
import { createLiveCache } from '../../../server/engine/live.ts';
import { createOperations } from '../../../server/engine/operations/create.ts';
import type { OperationPorts, Operations } from '../../../server/engine/operations/operations.ts';
import type { Clock, Git, Library } from '../../../server/engine/ports.ts';
import type { MemoryCluster } from './memoryCluster.ts';

/** Time passes as soon as nobody has anything else to do. */
export class IdleClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  #waiting: { readonly at: number; readonly run: () => void }[] = [];
  #turning = false;
  now = () => this.#now;
  after = (milliseconds: number, run: () => void) => {
    const entry = { at: this.#now + milliseconds, run };
    this.#waiting.push(entry);
    this.#turn();
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter(it => it !== entry);
      },
    };
  };
  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      const [next] = this.#waiting.sort((a, b) => a.at - b.at);
      if (!next) return;
      this.#now = Math.max(this.#now, next.at);
      this.#waiting = this.#waiting.filter(it => it !== next);
      next.run();
      this.#turn();
    });
  }
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const nothing = { call: async () => [], warmUp: () => undefined, dispose: async () => undefined };
/** Knows no script, so that the built-in checks judge. */
const library: Library = { ...nothing, call: async calls => calls.map(() => ({ ok: true, value: {} })) };

export interface BenchOptions {
  readonly manifests: readonly JsonObject[];
  readonly spec?: JsonObject;
  readonly user?: string;
  readonly process?: string;
  readonly isAlive?: OperationPorts['isAlive'];
  readonly driver?: 'direct' | 'argocd';
}

export interface Bench {
  readonly operations: Operations;
  readonly states: readonly OperationState[];
  /** Its process ends here and now: no request of it goes out any more. */
  kill(): void;
  plan(request?: PlanRequest): Promise<SyncPlan>;
  /** Plans, accepts and waits for the end. */
  sync(request?: PlanRequest): Promise<OperationState | undefined>;
}

export const id = 'memory|argocd/web';

/** One person's session at a cluster in memory, with one Application whose manifests are given. */
export async function bench(memory: MemoryCluster, options: BenchOptions): Promise<Bench> {
  const clock = new IdleClock();
  const cluster = memory.connect();
  const discovery = await cluster.discover();
  const settings = argocdSettings();
  const live = createLiveCache({ cluster, discovery, settings, clock, namespaces: () => [] });
  const states: OperationState[] = [];
  const application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: {
      source: { repoURL: 'https://git.example.com/web.git', path: 'web' },
      destination: { server: 'https://memory', namespace: 'shop' },
      ...options.spec,
    },
  };
  const manifests = options.manifests.map(object => ({ object: tracked(object), source: 0 }));
  const rendering = {
    ...{ manifests, findings: [], missing: [], unknown: [], sourceTypes: [], commands: [] },
    revisions: ['0123456789abcdef0123456789abcdef01234567'],
  };
  const kinds = new Map(discovery.kinds.map(it => [`${groupIn(it.apiVersion)}/${it.kind}`, it.namespaced]));
  const operations = createOperations({
    subject: () => ({
      application,
      declared: undefined,
      driver: options.driver ?? 'direct',
      place: {
        connected: {
          ...{ cluster, discovery, settings, argocd: false, notes: [] },
          scopeOf: (group, kind) => {
            const namespaced = kinds.get(`${group}/${kind}`);
            return namespaced === undefined ? undefined : namespaced ? 'Namespaced' : 'Cluster';
          },
        },
        live,
        comparer: {
          compare: async ({ pairs }) => pairs.map(() => ({ modified: undefined, by: 'none' })),
          forgetRefusals: () => undefined,
        },
      },
    }),
    observing: { renderer: { renderApplication: async () => rendering }, library, controllerNamespace: 'argocd' },
    types: () => typesFrom({}),
    git: {} as Git,
    repositoryOf: async () => undefined,
    clock,
    log,
    user: options.user ?? 'ada@laptop',
    process: options.process ?? 'laptop/1',
    ...(options.isAlive && { isAlive: options.isAlive }),
    changed: state => void states.push(state),
  });
  const plan = (request: PlanRequest = {}) => operations.plan(id, request);
  return {
    operations,
    states,
    kill: () => {
      cluster.dead = true;
      live.dispose();
    },
    plan,
    sync: async request => {
      const answer = await operations.execute(await plan(request));
      if (answer.kind === 'refused') throw new Error(answer.refusals.map(it => it.message).join('\n'));
      return operations.settled(id);
    },
  };
}

/** As rendering leaves it: in the destination's namespace, with Argo CD's tracking annotation. */
function tracked(object: JsonObject): JsonObject {
  const metadata = metadataOf(object);
  const group = groupIn(String(object.apiVersion));
  const annotations = typeof metadata.annotations === 'object' ? metadata.annotations : {};
  const tracking = `web:${group}/${String(object.kind)}:shop/${String(metadata.name)}`;
  return {
    ...object,
    metadata: {
      ...metadata,
      namespace: 'shop',
      annotations: { ...annotations, 'argocd.argoproj.io/tracking-id': tracking },
    },
  };
}

const groupIn = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

export function configMap(name: string, data: JsonObject = {}, annotations: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations }, data };
}

export function hook(name: string, type: string, annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations: { 'argocd.argoproj.io/hook': type, ...annotations } },
    spec: {},
  };
}

export const wave = (number: number): JsonObject => ({ 'argocd.argoproj.io/sync-wave': String(number) });
