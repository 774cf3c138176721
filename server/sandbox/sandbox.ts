import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesTypes } from '../core/diff/types.ts';
import type { JsonObject } from '../core/text/json.ts';
import { SandboxApi } from './api.ts';
import { realClock, type SandboxClock } from './clock.ts';
import { answer } from './http.ts';
import { Loop } from './loop.ts';

export interface SandboxOptions {
  /** Name of the cluster, its user and its context. */
  readonly name?: string;
  readonly types: KubernetesTypes;
  /** `0` takes any that is free. */
  readonly port?: number;
  readonly clock?: SandboxClock;
  /** A state that `save` gave. */
  readonly snapshot?: Snapshot;
  /** CustomResourceDefinitions that are there from the beginning. */
  readonly definitions?: readonly JsonObject[];
  readonly token?: string;
}

export interface Snapshot {
  readonly version: number;
  readonly objects: Readonly<Record<string, readonly JsonObject[]>>;
}

export interface Sandbox {
  readonly name: string;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** A kubeconfig with this cluster alone. */
  readonly kubeconfig: string;
  readonly token: string;
  readonly api: SandboxApi;
  save(): Snapshot;
  /** Everything as at the start; watches are told what goes. */
  reset(): void;
  stop(): Promise<void>;
}

/**
 * An embedded cluster: a Kubernetes API in memory with the controllers that make a rollout, over HTTP on loopback, for whoever has its token. It
 * runs no containers, calls no webhooks and routes no traffic; what it does not simulate it refuses by name.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { name = 'sandbox', token = randomBytes(24).toString('base64url') } = options;
  const api = new SandboxApi(options.types, options.clock ?? realClock);
  const loop = new Loop(api);
  if (options.snapshot) restore(api, options.snapshot);
  else furnish(api, options.definitions ?? []);
  loop.all();
  const server = createServer((request, response) => {
    void answer(request, response, { api, tokens: new Set([token]) });
  });
  // Watches stay open for as long as their clients want.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    name,
    url,
    token,
    api,
    kubeconfig: kubeconfigOf([{ name, url, token }]),
    save: () => api.store.dump(),
    reset: () => {
      // Of what a definition defines nobody could be told any more once it is gone.
      api.store.clear(api.builtIn('customresourcedefinitions', 'apiextensions.k8s.io'));
      furnish(api, options.definitions ?? []);
    },
    stop: () =>
      new Promise(resolve => {
        loop.end();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function restore(api: SandboxApi, snapshot: Snapshot): void {
  api.store.load(snapshot);
  api.readDefinitions();
}

/** What a fresh cluster has. */
function furnish(api: SandboxApi, definitions: readonly JsonObject[]): void {
  const by = { manager: 'sandbox' };
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    api.create(api.builtIn('namespaces'), '', { metadata: { name } }, by);
  const node = api.create(api.builtIn('nodes'), '', { metadata: { name: 'sandbox-node' } }, by).object;
  api.change(api.builtIn('nodes'), node, it => ({
    ...it,
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'there is no kubelet' }] },
  }));
  api.create(
    api.builtIn('storageclasses', 'storage.k8s.io'),
    '',
    {
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'sandbox.gitops-workbench/memory',
    },
    by,
  );
  const kind = api.builtIn('customresourcedefinitions', 'apiextensions.k8s.io');
  for (const it of definitions) api.create(kind, '', it, by);
}

/** One file for several clusters; the first is the current context. The token is part of the address, because kubectl sends none over HTTP. */
export function kubeconfigOf(
  clusters: readonly { readonly name: string; readonly url: string; readonly token: string }[],
): string {
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': clusters[0]?.name ?? '',
      clusters: clusters.map(it => ({ name: it.name, cluster: { server: `${it.url}/${it.token}` } })),
      users: clusters.map(it => ({ name: it.name, user: {} })),
      contexts: clusters.map(it => ({
        name: it.name,
        context: { cluster: it.name, user: it.name, namespace: 'default' },
      })),
    },
    undefined,
    2,
  )}\n`;
}
