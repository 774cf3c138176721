import { expect, it } from 'vitest';
import { keyText } from '../../../server/core/sync/resource.ts';
import { ClusterFailure } from '../../../server/engine/cluster.ts';
import { bench, configMap, hook, id, wave } from './bench.ts';
import { MemoryCluster } from './memoryCluster.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

function shop(): MemoryCluster {
  const memory = new MemoryCluster();
  memory.put(namespace);
  return memory;
}

/** What a sync wrote, without the bookkeeping. */
const work = ({ log }: MemoryCluster): readonly string[] => log.filter(it => !it.includes('gitops-workbench'));

it('runs hooks and waves one after the other', async () => {
  const memory = shop();
  const { operations, sync, states } = await bench(memory, {
    manifests: [
      configMap('late', {}, wave(1)),
      configMap('early'),
      hook('before', 'PreSync'),
      hook('after', 'PostSync'),
    ],
  });
  const jobs = setInterval(() => memory.endJobs(), 1);
  const ended = await sync();
  clearInterval(jobs);
  expect(ended).toMatchObject({ phase: 'Succeeded', message: 'successfully synced (no more tasks)' });
  expect(work(memory)).toEqual([
    'apply Job/before',
    'patch Job/before',
    'apply ConfigMap/early',
    'apply ConfigMap/late',
    'apply Job/after',
    'patch Job/after',
  ]);
  expect(ended?.steps.map(it => `${it.phase} ${it.name} ${it.state}`)).toEqual([
    'PreSync before succeeded',
    'Sync early succeeded',
    'Sync late succeeded',
    'PostSync after succeeded',
  ]);
  expect(states.some(it => it.message.startsWith('waiting for completion of hook'))).toBe(true);
  expect(await operations.history(id)).toMatchObject([{ id: 0, result: 'Succeeded', initiatedBy: 'ada@laptop' }]);
});

it('makes the namespace first, and remembers the operation where there was room before', async () => {
  const memory = new MemoryCluster();
  memory.put({ ...namespace, metadata: { name: 'default' } });
  const { sync } = await bench(memory, {
    manifests: [configMap('one')],
    spec: {
      syncPolicy: { syncOptions: ['CreateNamespace=true'], managedNamespaceMetadata: { labels: { team: 'a' } } },
    },
  });
  expect((await sync())?.phase).toBe('Succeeded');
  expect(memory.objects.get('/Namespace//shop')).toMatchObject({ metadata: { labels: { team: 'a' } } });
  expect([...memory.objects.keys()].filter(it => it.includes('gitops-workbench'))).toEqual([
    '/ConfigMap/default/gitops-workbench.argocd.web',
  ]);
});

it('prunes what is not wanted any more only when it is told to', async () => {
  const memory = shop();
  await (await bench(memory, { manifests: [configMap('one'), configMap('two')] })).sync();
  const { plan, sync } = await bench(memory, { manifests: [configMap('one')] });
  expect((await plan()).steps.find(it => it.name === 'two')?.action).toBe('keep');
  await sync();
  expect(memory.objects.has('/ConfigMap/shop/two')).toBe(true);
  await sync({ prune: true });
  expect(memory.objects.has('/ConfigMap/shop/two')).toBe(false);
});

it('does not run a plan that the cluster or the manifests left behind', async () => {
  const memory = shop();
  const manifests = [configMap('one', { a: '1' })];
  await (await bench(memory, { manifests })).sync();
  const { plan, operations } = await bench(memory, { manifests: [configMap('one', { a: '2' })] });
  const made = await plan();
  memory.put(configMapIn('one', { a: 'by somebody' }, memory));
  await settle();
  expect(await operations.execute(made)).toMatchObject({
    kind: 'refused',
    refusals: [
      {
        guard: 'outdated',
        message: 'ConfigMap one changed in the cluster after this plan was made. Make the plan again.',
      },
    ],
  });
});

it('runs a plan once', async () => {
  const memory = shop();
  const { plan, operations } = await bench(memory, { manifests: [configMap('one')] });
  const made = await plan();
  expect((await operations.execute(made)).kind).toBe('started');
  await operations.settled(id);
  expect(await operations.execute(made)).toMatchObject({ kind: 'refused', refusals: [{ guard: 'unknownPlan' }] });
});

it('tells the second of two people who syncs already', async () => {
  const memory = shop();
  const manifests = [hook('before', 'PreSync'), configMap('one')];
  const first = await bench(memory, { manifests, user: 'ada@laptop', process: 'laptop/1' });
  const second = await bench(memory, { manifests, user: 'bob@desk', process: 'desk/1' });
  const [one, other] = [await first.plan(), await second.plan()];
  expect((await first.operations.execute(one)).kind).toBe('started');
  const refused = await second.operations.execute(other);
  expect(refused).toMatchObject({ kind: 'refused', refusals: [{ guard: 'operationRunning' }] });
  expect(JSON.stringify(refused)).toContain('ada@laptop');
  memory.endJobs();
  await until(() => memory.made.includes('Job/before'));
  memory.endJobs();
  expect((await first.operations.settled(id))?.phase).toBe('Succeeded');
});

it('takes over the fields of others only as far as the plan said so', async () => {
  const memory = shop();
  await (await bench(memory, { manifests: [configMap('one', { a: '1' })] })).sync();
  memory.foreign.set('/ConfigMap/shop/one', 'kubectl-edit');
  const { plan, operations, sync } = await bench(memory, { manifests: [configMap('one', { a: '2' })] });
  const made = await plan();
  expect(made.warnings).toEqual(['ConfigMap shop/one: kubectl-edit manages data.a. The sync takes these fields over.']);
  memory.foreign.set('/ConfigMap/shop/one', 'helm');
  // Whoever takes a field makes a new version.
  memory.put(memory.objects.get('/ConfigMap/shop/one') ?? {});
  await operations.execute(made);
  expect(await operations.settled(id)).toMatchObject({
    phase: 'Failed',
    message: expect.stringContaining('helm manages data.a. Sync with force'),
  });
  expect((await sync())?.phase).toBe('Succeeded');
  expect(memory.objects.get('/ConfigMap/shop/one')).toMatchObject({ data: { a: '2' } });
});

it('says what a dry run would do, and does nothing', async () => {
  const memory = shop();
  const { sync, operations } = await bench(memory, { manifests: [configMap('one'), hook('before', 'PreSync')] });
  const before = memory.log.length;
  expect(await sync({ dryRun: true })).toMatchObject({ phase: 'Succeeded', dryRun: true });
  expect(memory.log.length).toBe(before);
  expect(await operations.history(id)).toEqual([]);
});

it('syncs what was chosen, without hooks and without history', async () => {
  const memory = shop();
  const { sync, operations } = await bench(memory, {
    manifests: [configMap('one'), configMap('two'), hook('before', 'PreSync')],
  });
  const key = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'two' };
  expect((await sync({ resources: [key] }))?.phase).toBe('Succeeded');
  expect(work(memory)).toEqual(['apply ConfigMap/two']);
  expect(memory.objects.has(keyText(key))).toBe(true);
  expect(await operations.history(id)).toEqual([]);
});

it('shows the end of a failed hook, without secrets, and runs SyncFail', async () => {
  const memory = shop();
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login' },
    stringData: { password: 'hunter2-secret' },
  };
  const { operations, plan } = await bench(memory, {
    manifests: [secret, hook('before', 'PreSync'), hook('sorry', 'SyncFail'), configMap('never')],
  });
  await operations.execute(await plan());
  await until(() => memory.made.includes('Job/before'));
  const job = memory.objects.get('batch/Job/shop/before') ?? {};
  const uid = String((job.metadata as { uid: string }).uid);
  memory.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'before-x', namespace: 'shop', ownerReferences: [{ uid }] },
  });
  memory.endJobs('Failed');
  await until(() => memory.made.includes('Job/sorry'));
  memory.endJobs();
  const ended = await operations.settled(id);
  expect(ended?.phase).toBe('Failed');
  expect(ended?.steps.find(it => it.name === 'before')).toMatchObject({
    state: 'failed',
    log: 'line one\nthe password is ++++++++',
  });
  expect(memory.made).not.toContain('ConfigMap/never');
  expect(JSON.stringify(memory.objects.get('/ConfigMap/shop/gitops-workbench.argocd.web'))).not.toContain('hunter2');
  expect(await operations.history(id)).toMatchObject([{ result: 'Failed' }]);
});

it('deletes running hooks when it is terminated', async () => {
  const memory = shop();
  const { operations, plan } = await bench(memory, { manifests: [hook('before', 'PreSync'), configMap('never')] });
  await operations.execute(await plan());
  await until(() => memory.made.includes('Job/before'));
  await operations.terminate(id);
  expect(await operations.settled(id)).toMatchObject({ phase: 'Failed', message: 'Operation terminated' });
  expect(memory.objects.has('batch/Job/shop/before')).toBe(false);
  expect(memory.made).not.toContain('ConfigMap/never');
});

it('hears of somebody who terminates it from elsewhere', async () => {
  const memory = shop();
  const manifests = [hook('before', 'PreSync')];
  const first = await bench(memory, { manifests });
  await first.operations.execute(await first.plan());
  await until(() => memory.made.includes('Job/before'));
  const second = await bench(memory, { manifests, user: 'bob@desk' });
  await second.operations.terminate(id);
  expect(await first.operations.settled(id)).toMatchObject({ message: 'Operation terminated' });
});

it('tries again as often as the Application says, with growing pauses', async () => {
  const memory = shop();
  let failures = 2;
  memory.admit = write => {
    if (write.verb === 'apply' && write.object.kind === 'ConfigMap' && --failures >= 0)
      throw new ClusterFailure('quota', 'one', 'exceeded quota: none');
  };
  const { states, operations, plan } = await bench(memory, {
    manifests: [configMap('one')],
    spec: { syncPolicy: { retry: { limit: 2, backoff: { duration: '5s', factor: 2 } } } },
  });
  // The dry run of the plan is refused first.
  await operations.execute(await plan());
  expect(await operations.settled(id)).toMatchObject({ phase: 'Succeeded', retry: { count: 1, limit: 2 } });
  expect(states.map(it => it.message).find(it => it.includes('Retrying'))).toMatch(
    /exceeded quota: none\..*Retrying attempt #1 at 2026-01-01T00:00:1\d/,
  );
});

it('deletes from the last wave to the first, and keeps what says so', async () => {
  const memory = shop();
  const keep = { 'argocd.argoproj.io/sync-options': 'Delete=false' };
  const manifests = [configMap('first'), configMap('last', {}, wave(3)), configMap('kept', {}, keep)];
  await (await bench(memory, { manifests })).sync();
  const { plan, sync, operations } = await bench(memory, { manifests });
  expect((await plan({ kind: 'delete' })).steps.map(it => `${it.action} ${it.name}`)).toEqual([
    'prune last',
    'prune first',
    'keep kept',
  ]);
  const before = memory.log.length;
  expect((await sync({ kind: 'delete' }))?.phase).toBe('Succeeded');
  expect(memory.log.slice(before).filter(it => it.startsWith('delete'))).toEqual([
    'delete ConfigMap/last',
    'delete ConfigMap/first',
    'delete ConfigMap/gitops-workbench.argocd.web',
  ]);
  expect(await operations.history(id)).toEqual([]);
});

function configMapIn(name: string, data: Record<string, string>, memory: MemoryCluster) {
  return { ...(memory.objects.get(`/ConfigMap/shop/${name}`) ?? {}), data };
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await settle();
}

const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1));
