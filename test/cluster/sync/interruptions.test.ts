import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { annotated, expectSynced, withApplication } from '../support/application.ts';
import { forEachCluster } from '../support/clusters.ts';
import { configMap, deployment, job } from '../support/objects.ts';
import { Recording } from '../support/record.ts';
import { eventually } from '../support/wait.ts';

const needs = ['controllers', 'scriptedPods'] as const;
const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };
const deployments = { apiVersion: 'apps/v1', kind: 'Deployment' };
const jobs = { apiVersion: 'batch/v1', kind: 'Job' };

forEachCluster(
  'goes on after kill -9, however often, and runs no hook twice',
  { needs, timeout: 300_000 },
  async cluster => {
    const { namespace } = cluster;
    await withApplication(cluster, {}, async application => {
      const slow = { 'fake.kubelet/run-for': '1500ms' };
      application.manifests(
        annotated(job(namespace, 'before', { annotations: slow }), { hook: 'PreSync' }),
        annotated(job(namespace, 'before-too', { annotations: slow }), { hook: 'PreSync', 'sync-wave': '1' }),
        annotated(configMap(namespace, 'first'), { 'sync-wave': '0' }),
        annotated(deployment(namespace, 'web', { annotations: { 'fake.kubelet/ready-after': '1500ms' } }), {
          'sync-wave': '1',
        }),
        annotated(job(namespace, 'during', { annotations: slow }), { hook: 'Sync', 'sync-wave': '2' }),
        annotated(configMap(namespace, 'last'), { 'sync-wave': '3' }),
        annotated(job(namespace, 'after', { annotations: slow }), {
          hook: 'PostSync',
          'hook-delete-policy': 'HookSucceeded',
        }),
      );
      const recording = await Recording.of(cluster, namespace, [configMaps, deployments, jobs]);
      // Each time a little later in the life of the process: at its start, while it plans, applies, waits.
      // An operation that has ended is in the history; one more sync would rightly run its hooks again.
      const isDone = async () => (await application.history()).length > 0;
      for (let round = 0; round < 12 && !(await isDone()); round++) {
        const process = application.start('sync', ['--yes', '--output', 'json']);
        await Promise.race([sleep(1200 + round * 250), process.ended]);
        process.kill();
        await process.ended;
      }
      if (!(await isDone())) expectSynced(await application.sync());
      await eventually('the last hook was seen', async () => recording.log.includes('complete Job/after'));
      recording.stop();
      const hooks = ['before', 'before-too', 'during'];
      expect(hooks.map(it => recording.count(`Job/${it}`))).toEqual([1, 1, 1]);
      expect(
        recording.inOrder(
          'complete Job/before',
          'added Job/before-too',
          'added ConfigMap/first',
          'available Deployment/web',
          'added Job/during',
          'complete Job/during',
          'added ConfigMap/last',
          'added Job/after',
        ),
      ).toBe(true);
      expect(await application.history()).toHaveLength(1);
    });
  },
);

forEachCluster('two people who sync at once do not both', { needs }, async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(
      annotated(job(namespace, 'before', { annotations: { 'fake.kubelet/run-for': '25s' } }), { hook: 'PreSync' }),
      configMap(namespace, 'main'),
    );
    const recording = await Recording.of(cluster, namespace, [configMaps, jobs]);
    const first = application.sync();
    await eventually('the first one runs', async () => recording.log.includes('added Job/before'));
    const second = await application.sync();
    expect((await first).status).toBe(0);
    recording.stop();
    expect(second.status).not.toBe(0);
    expect(second.told).toMatch(/has been syncing this Application since/);
    expect(recording.count('Job/before')).toBe(1);
  });
});
