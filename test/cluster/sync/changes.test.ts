import { expect } from 'vitest';
import type { JsonObject } from '../../../server/core/text/json.ts';
import { annotated, expectSynced, withApplication } from '../support/application.ts';
import { forEachCluster, type TestCluster } from '../support/clusters.ts';
import { at, configMap, deployment, items, job, nameOf } from '../support/objects.ts';
import { eventually } from '../support/wait.ts';

const needs = ['controllers', 'scriptedPods'] as const;

const path = (namespace: string, name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
const statusOf = async ({ raw, namespace }: TestCluster, name: string) => (await raw.get(path(namespace, name))).status;
const dataOf = async ({ raw, namespace }: TestCluster, name: string) =>
  (await raw.get(path(namespace, name))).body.data;

forEachCluster('changes what differs, and leaves the rest alone', async cluster => {
  const { namespace, raw } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(configMap(namespace, 'one', { a: '1' }), configMap(namespace, 'two', { a: '1' }));
    expectSynced(await application.sync());
    const before = await raw.get(path(namespace, 'two'));
    application.manifests(configMap(namespace, 'one', { b: '2' }), configMap(namespace, 'two', { a: '1' }));
    const { body: plan } = await application.plan();
    expect(items(plan.steps).map(it => [it.name, it.action])).toEqual([
      ['one', 'update'],
      ['two', 'unchanged'],
    ]);
    expectSynced(await application.sync());
    // A key that the manifests no longer have is gone, not left behind.
    expect(await dataOf(cluster, 'one')).toEqual({ b: '2' });
    expect((await raw.get(path(namespace, 'two'))).body.metadata).toEqual(before.body.metadata);
  });
});

forEachCluster('a dry run says what it would do, and does nothing', async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(configMap(namespace, 'one'));
    const { status, steps } = await application.sync('--dry-run');
    expect(status).toBe(0);
    expect(steps).toEqual(['Sync ConfigMap/one succeeded']);
    expect(await statusOf(cluster, 'one')).toBe(404);
    expect(await application.history()).toEqual([]);
  });
});

forEachCluster('deletes what is no longer there only when it may', async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(
      configMap(namespace, 'stays'),
      configMap(namespace, 'goes'),
      annotated(configMap(namespace, 'protected'), { 'sync-options': 'Prune=false' }),
    );
    expectSynced(await application.sync());
    application.manifests(configMap(namespace, 'stays'));
    expectSynced(await application.sync());
    expect(await statusOf(cluster, 'goes')).toBe(200);
    const { status, lines } = await application.sync('--prune');
    expect(status).toBe(0);
    expect(await statusOf(cluster, 'goes')).toBe(404);
    expect(await statusOf(cluster, 'stays')).toBe(200);
    expect(await statusOf(cluster, 'protected')).toBe(200);
    const told = lines.findLast(it => it.event === 'resource' && it.name === 'protected');
    expect(told?.message).toBe('ignored (no prune)');
  });
});

forEachCluster('what may be pruned only when somebody confirms it refuses the sync until then', async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const guarded = annotated(configMap(namespace, 'guarded'), { 'sync-options': 'Prune=confirm' });
    application.manifests(configMap(namespace, 'stays', { a: '1' }), guarded);
    expectSynced(await application.sync());
    application.manifests(configMap(namespace, 'stays', { a: '2' }));
    const { status, told } = await application.sync('--prune');
    expect(status).toBe(1);
    expect(told).toContain('guarded wants a confirmation (Prune=confirm)');
    expect([await statusOf(cluster, 'guarded'), await dataOf(cluster, 'stays')]).toEqual([200, { a: '1' }]);
    expectSynced(await application.sync('--prune', '--confirm-prune'));
    expect([await statusOf(cluster, 'guarded'), await dataOf(cluster, 'stays')]).toEqual([404, { a: '2' }]);
  });
});

forEachCluster('prunes last where it is asked to', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, { syncOptions: ['PruneLast=true'] }, async application => {
    application.manifests(configMap(namespace, 'goes'));
    expectSynced(await application.sync());
    const slow = deployment(namespace, 'web', { annotations: { 'fake.kubelet/ready-after': '1s' } });
    application.manifests(slow, annotated(configMap(namespace, 'after'), { 'sync-wave': '1' }));
    const { steps, status } = await application.sync('--prune');
    expect(status).toBe(0);
    const done = steps.filter(it => it.endsWith(' succeeded'));
    expect(done.at(-1)).toBe('Sync ConfigMap/goes succeeded');
    expect(await statusOf(cluster, 'goes')).toBe(404);
  });
});

forEachCluster('a pruned object that waits for its finalizer is waited for, or told', async cluster => {
  const { namespace, raw } = cluster;
  await withApplication(cluster, {}, async application => {
    const held = { ...configMap(namespace, 'held') };
    application.manifests(
      { ...held, metadata: { name: 'held', namespace, finalizers: ['example.com/hold'] } },
      configMap(namespace, 'stays'),
    );
    expectSynced(await application.sync());
    application.manifests(configMap(namespace, 'stays'));
    const running = application.sync('--prune', '--timeout', '5');
    await eventually('the deletion has begun', async () => {
      const { body } = await raw.get(path(namespace, 'held'));
      return at(body, 'metadata', 'deletionTimestamp') !== undefined;
    });
    await running;
    await raw.patch(path(namespace, 'held'), 'merge', { metadata: { finalizers: null } });
    await eventually('it is gone', async () => (await statusOf(cluster, 'held')) === 404);
    expectSynced(await application.sync('--prune'));
  });
});

forEachCluster('names the other manager of a field, and takes over by force', async cluster => {
  const { namespace, raw } = cluster;
  await withApplication(cluster, { syncOptions: ['ServerSideApply=true'] }, async application => {
    const theirs = configMap(namespace, 'one', { a: 'theirs', b: 'theirs' });
    await raw.apply(path(namespace, 'one'), theirs, { fieldManager: 'alice' });
    application.manifests(configMap(namespace, 'one', { a: 'ours' }));
    const { body: plan } = await application.plan();
    expect(JSON.stringify(plan)).toContain('alice');
    expectSynced(await application.sync('--force'));
    expect(await dataOf(cluster, 'one')).toEqual({ a: 'ours', b: 'theirs' });
  });
});

forEachCluster('makes the namespace, with what the Application says of it', async cluster => {
  const namespace = cluster.unique('made');
  const spec = {
    syncPolicy: {
      syncOptions: ['CreateNamespace=true'],
      managedNamespaceMetadata: { labels: { team: 'blue' }, annotations: { note: 'ours' } },
    },
  };
  await withApplication(cluster, { namespace, spec }, async application => {
    application.manifests({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } });
    expectSynced(await application.sync());
    const { body } = await cluster.raw.get(`/api/v1/namespaces/${namespace}`);
    expect(body.metadata).toMatchObject({ labels: { team: 'blue' }, annotations: { note: 'ours' } });
    expect((await cluster.raw.get(path(namespace, 'one'))).status).toBe(200);
    await cluster.raw.delete(`/api/v1/namespaces/${namespace}`);
  });
});

forEachCluster('without that, a namespace that is not there fails the sync before anything is done', async cluster => {
  const namespace = cluster.unique('nowhere');
  await withApplication(cluster, { namespace }, async application => {
    application.manifests({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } });
    const { status, told } = await application.sync();
    expect(status).toBe(1);
    expect(told).toContain(`namespaces "${namespace}" not found`);
  });
});

forEachCluster('what cannot be changed is recreated by force and replace, with a warning', { needs }, async cluster => {
  const { namespace, raw } = cluster;
  await withApplication(cluster, {}, async application => {
    const url = `/apis/batch/v1/namespaces/${namespace}/jobs/once`;
    application.manifests(job(namespace, 'once'));
    expectSynced(await application.sync());
    const before = at((await raw.get(url)).body, 'metadata', 'uid');
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'example/job:2' }] } };
    application.manifests({ ...job(namespace, 'once'), spec: { template } });
    const refused = await application.sync();
    expect(refused.status).toBe(1);
    expect(refused.told).toContain('field is immutable');
    const { body: plan } = await application.plan('--force', '--replace');
    expect(items(plan.steps)).toMatchObject([{ name: 'once', action: 'recreate' }]);
    expect(JSON.stringify(plan.warnings)).toContain('once');
    expectSynced(await application.sync('--force', '--replace'));
    const after = await raw.get(url);
    expect(at(after.body, 'metadata', 'uid')).not.toBe(before);
    expect(at(after.body, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe('example/job:2');
  });
});

forEachCluster('a selective sync touches nothing else, and makes no history', { needs }, async cluster => {
  const { namespace, raw } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(
      configMap(namespace, 'one'),
      configMap(namespace, 'two'),
      annotated(job(namespace, 'hook'), { hook: 'PreSync' }),
    );
    expectSynced(await application.sync('--resource', ':ConfigMap:one'));
    expect(await statusOf(cluster, 'one')).toBe(200);
    expect(await statusOf(cluster, 'two')).toBe(404);
    expect((await raw.get(`/apis/batch/v1/namespaces/${namespace}/jobs/hook`)).status).toBe(404);
    expect(await application.history()).toEqual([]);
  });
});

forEachCluster('goes back to an entry of the history', async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(configMap(namespace, 'one', { a: 'first' }), configMap(namespace, 'old'));
    expectSynced(await application.sync());
    application.manifests(configMap(namespace, 'one', { a: 'second' }), configMap(namespace, 'new'));
    expectSynced(await application.sync('--prune'));
    const before = await application.history();
    expect(before.map(it => it.result)).toEqual(['Succeeded', 'Succeeded']);
    const { status, end, err } = await application.rollback('--prune');
    expect({ status, end }).toMatchObject({ status: 0 });
    expect(err).toMatch(/git/);
    expect(await dataOf(cluster, 'one')).toEqual({ a: 'first' });
    expect(await statusOf(cluster, 'old')).toBe(200);
    expect(await statusOf(cluster, 'new')).toBe(404);
    expect(await application.history()).toHaveLength(3);
  });
});

forEachCluster('syncs a thousand objects, and then finds nothing to do', { timeout: 300_000 }, async cluster => {
  const { namespace, raw } = cluster;
  await withApplication(cluster, {}, async application => {
    const objects = Array.from({ length: 1000 }, (_, index) =>
      configMap(namespace, `many-${index}`, { index: String(index) }),
    );
    application.manifests(...objects);
    expectSynced(await application.sync());
    const { body } = await raw.get(`/api/v1/namespaces/${namespace}/configmaps`);
    const made = items(body.items)
      .map(nameOf)
      .filter(it => it.startsWith('many-'));
    expect(made).toHaveLength(1000);
    const { body: plan } = await application.plan();
    const actions = new Set(items(plan.steps).map((it: JsonObject) => it.action));
    expect([...actions]).toEqual(['unchanged']);
  });
});
