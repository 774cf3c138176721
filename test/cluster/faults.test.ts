import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Limits } from '../../server/adapters/kubernetes/connection.ts';
import { createContexts } from '../../server/adapters/kubernetes/contexts.ts';
import type { Cluster, Watch } from '../../server/engine/cluster.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../support/faultProxy.ts';
import { forEachCluster, type TestCluster } from './support/clusters.ts';
import { configMap, nameOf, withMetadata } from './support/objects.ts';
import { eventually } from './support/wait.ts';

/** Our transport through a proxy that can do harm; the pauses between its tries are short. */
async function throughProxy(
  cluster: TestCluster,
  run: (api: Cluster, proxy: FaultProxy) => Promise<void>,
  limits: Partial<Limits> = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-workbench-proxy-'));
  const { files } = cluster;
  const proxy = await startFaultProxy({
    kubeconfig: files.tokenKubeconfig ?? files.kubeconfig,
    target: join(folder, 'kubeconfig'),
    ...(cluster.name === 'control plane' && files.serving && { serving: files.serving }),
  });
  const contexts = createContexts({ kubeconfigs: [proxy.kubeconfig], limits: { firstPauseMs: 20, ...limits } });
  const [note] = await contexts.list();
  const api = await contexts.open(note?.name ?? '');
  try {
    await api.discover();
    await run(api, proxy);
  } finally {
    await api.dispose();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const needs = ['proxy'] as const;
const named = (namespace: string, name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
const about =
  (method: string, text: string) =>
  (request: ProxiedRequest): boolean =>
    request.method === method && request.path.includes(text);
const count = (proxy: FaultProxy, method: string, text: string) => proxy.requests.filter(about(method, text)).length;

for (const fault of [
  { kind: 'status', status: 429, retryAfter: 1 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'loseAnswer' },
] as const) {
  const title = fault.kind === 'status' ? String(fault.status) : fault.kind;
  forEachCluster(`a read is tried again after ${title}`, { needs }, async cluster => {
    await cluster.raw.post(`/api/v1/namespaces/${cluster.namespace}/configmaps`, configMap(cluster.namespace, 'one'));
    await throughProxy(cluster, async (api, proxy) => {
      proxy.inject(fault, { when: about('GET', '/configmaps/one'), times: 1 });
      expect(await api.get(named(cluster.namespace, 'one'))).toMatchObject({ metadata: { name: 'one' } });
      expect(count(proxy, 'GET', '/configmaps/one')).toBe(2);
    });
  });
}

forEachCluster('a write is sent again when the server says that it was too busy to look', { needs }, async cluster => {
  await throughProxy(cluster, async (api, proxy) => {
    proxy.inject({ kind: 'status', status: 429, retryAfter: 1 }, { when: about('PATCH', '/one'), times: 1 });
    const object = configMap(cluster.namespace, 'one', { a: '1' });
    expect((await api.write({ verb: 'apply', object }, { fieldManager: 'me' })).created).toBe(true);
    expect(count(proxy, 'PATCH', '/one')).toBe(2);
  });
});

for (const [fault, reason, happened] of [
  [{ kind: 'status', status: 500 }, 'serverError', false],
  [{ kind: 'reset' }, 'unreachable', false],
  [{ kind: 'loseAnswer' }, 'unreachable', true],
] as const) {
  const title = fault.kind === 'status' ? String(fault.status) : fault.kind;
  forEachCluster(`a write is sent once, whatever becomes of it: ${title}`, { needs }, async cluster => {
    await throughProxy(cluster, async (api, proxy) => {
      proxy.inject(fault, { when: it => it.method === 'POST', times: 1 });
      const write = api.write({ verb: 'create', object: configMap(cluster.namespace, 'one') });
      await expect(write).rejects.toMatchObject({ reason });
      expect(count(proxy, 'POST', '/configmaps')).toBe(1);
      expect((await api.get(named(cluster.namespace, 'one'))) !== undefined).toBe(happened);
    });
  });
}

forEachCluster('what does not get better is told', { needs }, async cluster => {
  await throughProxy(cluster, async (api, proxy) => {
    proxy.inject({ kind: 'status', status: 503 }, { when: about('GET', '/configmaps/one') });
    await expect(api.get(named(cluster.namespace, 'one'))).rejects.toMatchObject({
      reason: 'serverError',
      status: 503,
    });
    proxy.heal();
    expect(await api.get(named(cluster.namespace, 'one'))).toBeUndefined();
  });
});

forEachCluster('a slow answer is waited for, unless the asker gives up', { needs }, async cluster => {
  await throughProxy(cluster, async (api, proxy) => {
    proxy.inject({ kind: 'delay', milliseconds: 300 }, { when: about('GET', '/slow') });
    expect(await api.get(named(cluster.namespace, 'slow'))).toBeUndefined();
    proxy.inject({ kind: 'hang' }, { when: about('GET', '/never') });
    const abort = new AbortController();
    const asked = api.get(named(cluster.namespace, 'never'), { signal: abort.signal });
    const answer = expect(asked).rejects.toBe('enough');
    await eventually('the request is on its way', async () => count(proxy, 'GET', '/never') > 0);
    abort.abort('enough');
    await answer;
  });
});

forEachCluster('a connection that is half open ends by itself', { needs }, async cluster => {
  await throughProxy(
    cluster,
    async (api, proxy) => {
      proxy.inject({ kind: 'hang' }, { when: about('GET', '/configmaps/one'), times: 1 });
      expect(await api.get(named(cluster.namespace, 'one'))).toBeUndefined();
      proxy.inject({ kind: 'hang' }, { when: it => it.method === 'POST', times: 1 });
      const write = api.write({ verb: 'create', object: configMap(cluster.namespace, 'one') });
      await expect(write).rejects.toMatchObject({ reason: 'timeout' });
      expect(count(proxy, 'POST', '/configmaps')).toBe(1);
    },
    { readMs: 1000, writeMs: 1000 },
  );
});

forEachCluster('a wrong clock at the server changes nothing', { needs }, async cluster => {
  await throughProxy(cluster, async (api, proxy) => {
    for (const milliseconds of [-86_400_000, 86_400_000]) {
      proxy.inject({ kind: 'clockSkew', milliseconds }, { times: 2 });
      const object = configMap(cluster.namespace, 'one', { at: String(milliseconds) });
      await api.write({ verb: 'apply', object }, { fieldManager: 'me' });
      expect(await api.get(named(cluster.namespace, 'one'))).toMatchObject({ data: { at: String(milliseconds) } });
    }
  });
});

/** What a watcher of the case's ConfigMaps believes, and what it went through. */
function watchNames(api: Cluster, namespace: string): { names: Set<string>; log: string[]; watch: Watch } {
  const names = new Set<string>();
  const log: string[] = [];
  const options = { namespace, labelSelector: 'mine=yes' };
  const watch = api.watch({ apiVersion: 'v1', kind: 'ConfigMap' }, options, event => {
    log.push(event.kind === 'trouble' ? `trouble ${event.failure.reason}` : event.kind);
    if (event.kind === 'listed') {
      names.clear();
      for (const it of event.objects) names.add(nameOf(it));
    } else if (event.kind === 'deleted') names.delete(nameOf(event.object));
    else if ('object' in event) names.add(nameOf(event.object));
  });
  return { names, log, watch };
}

const isWatch = (request: ProxiedRequest): boolean => request.path.includes('watch=true');
const isList = (request: ProxiedRequest): boolean =>
  request.method === 'GET' && /\/configmaps\?/.test(request.path) && !isWatch(request);

async function put({ raw, namespace }: TestCluster, name: string): Promise<void> {
  const object = withMetadata(configMap(namespace, name), { labels: { mine: 'yes' } });
  expect((await raw.post(`/api/v1/namespaces/${namespace}/configmaps`, object)).status).toBe(201);
}

forEachCluster('a watch whose version is too old begins with a new list', { needs }, async cluster => {
  await throughProxy(cluster, async (api, proxy) => {
    proxy.inject({ kind: 'expire' }, { when: isWatch, times: 1 });
    const { names, log, watch } = watchNames(api, cluster.namespace);
    await eventually('a second list', async () => log.filter(it => it === 'listed').length === 2);
    await put(cluster, 'one');
    await eventually('the new object', async () => names.has('one'));
    expect(log).not.toContain('trouble expired');
    watch.stop();
  });
});

forEachCluster('a watch that is cut goes on where it was', { needs }, async cluster => {
  await throughProxy(cluster, async (api, proxy) => {
    const { names, watch } = watchNames(api, cluster.namespace);
    await eventually('the first watch', async () => proxy.requests.some(isWatch));
    for (const name of ['one', 'two', 'three']) {
      proxy.cut();
      await put(cluster, name);
      await eventually(`${name} is seen`, async () => names.has(name));
    }
    expect(proxy.requests.filter(isList)).toHaveLength(1);
    watch.stop();
  });
});

forEachCluster('a server that is away is told, and so is its return', { needs }, async cluster => {
  await throughProxy(cluster, async (api, proxy) => {
    const { names, log, watch } = watchNames(api, cluster.namespace);
    await eventually('the first watch', async () => proxy.requests.some(isWatch));
    proxy.inject({ kind: 'status', status: 503 }, { when: it => isWatch(it) || isList(it) });
    proxy.cut();
    await eventually('trouble', async () => log.includes('trouble serverError'));
    await put(cluster, 'meanwhile');
    proxy.heal();
    await eventually('it recovers', async () => log.includes('recovered'));
    await eventually('nothing was missed', async () => names.has('meanwhile'));
    watch.stop();
  });
});

forEachCluster('a watch that fell silent is begun again', { needs }, async cluster => {
  await throughProxy(
    cluster,
    async (api, proxy) => {
      proxy.inject({ kind: 'stall' }, { when: isWatch, times: 1 });
      const { names, watch } = watchNames(api, cluster.namespace);
      await eventually('the first watch', async () => proxy.requests.some(isWatch));
      await put(cluster, 'one');
      await eventually('the object is seen', async () => names.has('one'));
      expect(proxy.requests.filter(isWatch).length).toBeGreaterThan(1);
      watch.stop();
    },
    { silenceMs: 1500 },
  );
});
