import { randomBytes } from 'node:crypto';
import { afterAll, describe, inject, test } from 'vitest';
import { isObject, type JsonObject } from '../../../server/core/text/json.ts';
import type { Cluster } from '../../../server/engine/cluster.ts';
import type { ClusterAbility, ControlPlaneFiles } from '../../support/controlplane.mjs';
import { type Gap, gaps } from './gaps.ts';
import { openCluster } from './open.ts';
import { RawApi } from './raw.ts';
import { eventually } from './wait.ts';

/** What the set-up leaves for the cases: where a cluster is, or why there is none. */
export type ClusterFiles = { readonly name: ClusterName } & (
  | ({ readonly why?: undefined } & ControlPlaneFiles)
  | { readonly why: string }
);

export type ClusterName = 'control plane' | 'sandbox';

export type TestUser = 'admin' | 'token' | 'restricted' | 'restrictedToken' | 'expired';

/** One cluster, as one case sees it. */
export interface TestCluster {
  readonly name: ClusterName;
  readonly files: ControlPlaneFiles;
  /** As an administrator, through our own transport. */
  readonly api: Cluster;
  /** As an administrator, without our transport: statuses and bodies as they are. */
  readonly raw: RawApi;
  /** A namespace of this case alone. */
  readonly namespace: string;
  as(user: TestUser): Promise<Cluster>;
  rawAs(user: TestUser): Promise<RawApi>;
  /** Unique in the cluster, for what has no namespace. */
  unique(prefix: string): string;
}

export interface CaseOptions {
  readonly needs?: readonly ClusterAbility[];
  /** What the sandbox says that it does not simulate; the case then runs on the control plane only. */
  readonly gap?: Gap;
  readonly timeout?: number;
}

type Case = (cluster: TestCluster) => Promise<void>;

/** The same case on every cluster: they have to agree. */
export function forEachCluster(title: string, run: Case): void;
export function forEachCluster(title: string, options: CaseOptions, run: Case): void;
export function forEachCluster(title: string, second: CaseOptions | Case, third?: Case): void {
  const [options, run] = typeof second === 'function' ? [{}, second] : [second, third];
  describe(title, () => {
    for (const files of inject('clusters')) {
      test(files.name, { timeout: options.timeout ?? 120_000 }, async context => {
        const reason = whyNot(files, options);
        if (reason !== undefined || files.why !== undefined) context.skip(reason ?? files.why);
        else await on(files, async cluster => run?.(cluster));
      });
    }
  });
}

function whyNot(files: ClusterFiles, { needs = [], gap }: CaseOptions): string | undefined {
  if (files.why !== undefined) return files.why;
  if (files.name === 'sandbox' && gap !== undefined) return `the sandbox does not simulate this: ${gaps[gap]}`;
  const lacking = needs.filter(it => !files.can.includes(it));
  return lacking.length === 0 ? undefined : `this cluster (${files.source}) has no ${lacking.join(', ')}`;
}

async function on(files: ControlPlaneFiles & { readonly name: ClusterName }, run: Case): Promise<void> {
  const connections = connectionsOf(files);
  const [api, raw] = await Promise.all([connections.api('admin'), connections.raw('admin')]);
  const namespace = await newNamespace(api, files);
  const unique = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;
  try {
    await run({ name: files.name, files, api, raw, namespace, as: connections.api, rawAs: connections.raw, unique });
  } finally {
    // Not waited for: a namespace takes seconds to go, and the next case has its own.
    await api.delete({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: namespace });
  }
}

interface Connections {
  readonly api: (user: TestUser) => Promise<Cluster>;
  readonly raw: (user: TestUser) => Promise<RawApi>;
}

const known = new Map<string, Connections>();

/** Connections are shared by the cases of a file, as a session shares them. */
function connectionsOf(files: ControlPlaneFiles): Connections {
  const found = known.get(files.kubeconfig);
  if (found) return found;
  const apis = new Map<TestUser, Promise<Cluster>>();
  const raws = new Map<TestUser, Promise<RawApi>>();
  const made: Connections = {
    api: user => remembered(apis, user, () => openCluster(kubeconfigOf(files, user))),
    raw: user => remembered(raws, user, () => RawApi.open(kubeconfigOf(files, user))),
  };
  known.set(files.kubeconfig, made);
  return made;
}

function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function kubeconfigOf(files: ControlPlaneFiles, user: TestUser): string {
  const file = {
    admin: files.kubeconfig,
    token: files.tokenKubeconfig,
    restricted: files.restrictedKubeconfig,
    restrictedToken: files.restrictedTokenKubeconfig,
    expired: files.expiredKubeconfig,
  }[user];
  if (file === undefined) throw new Error(`this cluster (${files.source}) has no user "${user}"`);
  return file;
}

async function newNamespace(api: Cluster, files: ControlPlaneFiles & { readonly name: ClusterName }): Promise<string> {
  const name = `test-${randomBytes(4).toString('hex')}`;
  await api.write({ verb: 'create', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' };
  if (files.name === 'control plane' && files.can.includes('controllers')) {
    // Pods are refused until a controller has made it, some tens of milliseconds later.
    await eventually('the default ServiceAccount', async () => (await api.get(account)) !== undefined);
  }
  return name;
}

/** For the end of a file: workers would otherwise wait for kept connections. */
export function closeConnections(): void {
  afterAll(() => known.clear());
}

export function metadataOf(object: JsonObject | undefined): JsonObject {
  return isObject(object?.metadata) ? object.metadata : {};
}
