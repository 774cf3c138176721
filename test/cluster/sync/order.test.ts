import { expect } from 'vitest';
import { annotated, expectSynced, withApplication } from '../support/application.ts';
import { forEachCluster } from '../support/clusters.ts';
import { configMap, customKind, deployment, job, nameOf, widget } from '../support/objects.ts';
import { Recording } from '../support/record.ts';
import { eventually } from '../support/wait.ts';

const needs = ['controllers', 'scriptedPods'] as const;
const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };
const deployments = { apiVersion: 'apps/v1', kind: 'Deployment' };
const jobs = { apiVersion: 'batch/v1', kind: 'Job' };

forEachCluster('defines kinds before their objects, in one sync', { needs: ['controllers'] }, async cluster => {
  await withApplication(cluster, {}, async application => {
    const group = `${cluster.unique('g')}.example.com`;
    const definition = customKind(group);
    application.manifests(widget(group, cluster.namespace, 'one', { size: 1 }), definition);
    const { status, end, steps } = await application.sync();
    expect({ status, end }).toMatchObject({ status: 0, end: expect.stringMatching(/^Succeeded: /) });
    expect(steps).toEqual([
      `Sync CustomResourceDefinition/${nameOf(definition)} succeeded`,
      'Sync Widget/one succeeded',
    ]);
    const made = await cluster.raw.get(`/apis/${group}/v1/namespaces/${cluster.namespace}/widgets/one`);
    expect(made.status).toBe(200);
    await cluster.raw.delete(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${nameOf(definition)}`);
  });
});

forEachCluster('a wave waits until the one before it is healthy', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const slow = deployment(namespace, 'first', { annotations: { 'fake.kubelet/ready-after': '1500ms' } });
    application.manifests(
      annotated(configMap(namespace, 'second'), { 'sync-wave': '2' }),
      annotated(slow, { 'sync-wave': '1' }),
      annotated(configMap(namespace, 'early'), { 'sync-wave': '-1' }),
    );
    const recording = await Recording.of(cluster, namespace, [configMaps, deployments]);
    const { end } = await application.sync();
    expect(end).toMatch(/^Succeeded: /);
    await eventually('the second wave is seen', async () => recording.log.includes('added ConfigMap/second'));
    recording.stop();
    expect(recording.log.filter(it => /first|second|early/.test(it))).toEqual([
      'added ConfigMap/early',
      'added Deployment/first',
      'available Deployment/first',
      'added ConfigMap/second',
    ]);
  });
});

forEachCluster('a wave that fails is the last', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const bad = job(namespace, 'bad', { annotations: { 'fake.kubelet/exit-code': '1' }, spec: { backoffLimit: 0 } });
    application.manifests(
      annotated(bad, { 'sync-wave': '0' }),
      annotated(configMap(namespace, 'never'), { 'sync-wave': '1' }),
    );
    const { status, end } = await application.sync();
    expect(status).toBe(1);
    expect(end).toMatch(/^Failed: /);
    expect((await cluster.raw.get(`/api/v1/namespaces/${namespace}/configmaps/never`)).status).toBe(404);
  });
});

forEachCluster('hooks run before and after', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(
      annotated(job(namespace, 'after'), { hook: 'PostSync' }),
      annotated(job(namespace, 'before'), { hook: 'PreSync' }),
      configMap(namespace, 'main'),
      annotated(job(namespace, 'failure'), { hook: 'SyncFail' }),
      annotated(job(namespace, 'skipped'), { hook: 'Skip' }),
    );
    const recording = await Recording.of(cluster, namespace, [configMaps, jobs]);
    const { end, status } = await application.sync();
    expect({ status, end }).toMatchObject({ status: 0, end: expect.stringMatching(/^Succeeded: /) });
    await eventually('the last hook is seen', async () => recording.log.includes('complete Job/after'));
    recording.stop();
    expect(recording.log.filter(it => /before|main|after|failure|skipped/.test(it))).toEqual([
      'added Job/before',
      'complete Job/before',
      'added ConfigMap/main',
      'added Job/after',
      'complete Job/after',
    ]);
  });
});

forEachCluster('a hook that fails stops the sync, and SyncFail hooks run', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const annotations = { 'fake.kubelet/exit-code': '1', 'fake.kubelet/logs': 'migration failed: no such table' };
    application.manifests(
      annotated(job(namespace, 'before', { annotations, spec: { backoffLimit: 0 } }), { hook: 'PreSync' }),
      configMap(namespace, 'main'),
      annotated(job(namespace, 'failure'), { hook: 'SyncFail' }),
    );
    const { end, status, lines } = await application.sync();
    expect(status).toBe(1);
    expect(end).toMatch(/^Failed: /);
    expect((await cluster.raw.get(`/api/v1/namespaces/${namespace}/configmaps/main`)).status).toBe(404);
    const failed = await cluster.raw.get(`/apis/batch/v1/namespaces/${namespace}/jobs/failure`);
    expect(failed.body).toMatchObject({ status: { succeeded: 1 } });
    // What went wrong is shown where it is told that something did.
    const told = lines.findLast(it => it.event === 'resource' && it.name === 'before' && it.state === 'failed');
    expect(told?.log).toContain('migration failed: no such table');
  });
});

forEachCluster('hooks are deleted as their policies say', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const hook = (name: string, policy: string) =>
      annotated(job(namespace, name), { hook: 'PreSync', 'hook-delete-policy': policy });
    application.manifests(
      hook('on-success', 'HookSucceeded'),
      hook('on-failure', 'HookFailed'),
      hook('before', 'BeforeHookCreation'),
      annotated(job(namespace, 'default'), { hook: 'PreSync' }),
      configMap(namespace, 'main'),
    );
    const recording = await Recording.of(cluster, namespace, [jobs]);
    expectSynced(await application.sync());
    await eventually('the hook is deleted', async () => recording.log.includes('deleted Job/on-success'));
    const { body } = await cluster.raw.get(`/apis/batch/v1/namespaces/${namespace}/jobs`);
    const left = (Array.isArray(body.items) ? body.items : []).map(it => nameOf(it as never));
    expect(left.toSorted()).toEqual(['before', 'default', 'on-failure']);

    application.manifests(
      hook('on-success', 'HookSucceeded'),
      hook('before', 'BeforeHookCreation'),
      configMap(namespace, 'main', { a: '2' }),
    );
    expectSynced(await application.sync());
    await eventually(
      'the second run is seen',
      async () => recording.count('Job/before') === 2 && recording.count('Job/on-success') === 2,
    );
    recording.stop();
    expect(recording.inOrder('added Job/before', 'deleted Job/before')).toBe(true);
  });
});

forEachCluster('a hook with a generated name runs under a new name each time', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const generated = annotated(
      { ...job(namespace, 'x'), metadata: { generateName: 'migrate-', namespace } },
      { hook: 'PreSync', 'hook-delete-policy': 'HookSucceeded' },
    );
    application.manifests(generated, configMap(namespace, 'main'));
    const recording = await Recording.of(cluster, namespace, [jobs]);
    expectSynced(await application.sync());
    await eventually('it was deleted', async () => recording.log.some(it => it.startsWith('deleted Job/migrate-')));
    recording.stop();
    const [added] = recording.log.filter(it => it.startsWith('added'));
    expect(added).toMatch(/^added Job\/migrate-[0-9a-f]{7}-presync-\d+$/);
  });
});
