import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from '../../support/faultProxy.ts';
import { annotated, expectSynced, type TestApplication, withApplication } from '../support/application.ts';
import { forEachCluster, type TestCluster } from '../support/clusters.ts';
import { at, configMap, items } from '../support/objects.ts';
import { eventually } from '../support/wait.ts';
import { withWebhook } from '../support/webhook.ts';

const path = (namespace: string, name = '') => `/api/v1/namespaces/${namespace}/configmaps${name && `/${name}`}`;
const statusOf = async ({ raw, namespace }: TestCluster, name: string) => (await raw.get(path(namespace, name))).status;

const broken: readonly (readonly [string, Fault])[] = [
  ['that is lost for a while', { kind: 'reset' }],
  ['whose answers are lost for a while', { kind: 'loseAnswer' }],
  ['that is too busy for a while', { kind: 'status', status: 503 }],
];

for (const [what, fault] of broken)
  forEachCluster(`a cluster ${what} in the middle of a sync is waited for`, { needs: ['proxy'] }, async cluster => {
    const { namespace, raw } = cluster;
    const names = Array.from({ length: 30 }, (_, i) => `item-${i}`);
    await withApplication(cluster, {}, async application => {
      application.manifests(
        ...names.map((name, i) => annotated(configMap(namespace, name), { 'sync-wave': String(i % 3) })),
      );
      await throughProxy(cluster, application, async proxy => {
        const syncing = application.sync();
        await eventually('some are written', async () => proxy.requests.filter(isWrite).length > 5);
        proxy.inject(fault, { when: isWrite });
        await sleep(1_500);
        proxy.heal();
        expectSynced(await syncing);
      });
      const found = items((await raw.get(path(namespace))).body.items).map(it => String(at(it, 'metadata', 'name')));
      expect(found).toEqual(expect.arrayContaining(names));
      expect((await application.history()).length).toBe(1);
    });
  });

forEachCluster(
  'what a webhook denies is foreseen by the plan, and fails alone',
  { needs: ['servingCertificate'], gap: 'webhooks' },
  async cluster => {
    const { raw, namespace } = cluster;
    await withApplication(cluster, {}, async application => {
      application.manifests(
        configMap(namespace, 'fine'),
        configMap(namespace, 'forbidden'),
        annotated(configMap(namespace, 'later'), { 'sync-wave': '1' }),
      );
      await withWebhook(cluster, 'Fail', async () => {
        await eventually('the webhook is called', async () => {
          const { status } = await raw.post(path(namespace), configMap(namespace, cluster.unique('forbidden')));
          return status !== 201;
        });
        const { body: plan } = await application.plan();
        expect(JSON.stringify(plan.warnings)).toContain('no forbidden names');
        const { status, told } = await application.sync();
        expect(status).toBe(1);
        expect(told).toContain('no forbidden names');
      });
      const there = ['fine', 'forbidden', 'later'].map(async name => (await statusOf(cluster, name)) === 200);
      expect(await Promise.all(there)).toEqual([true, false, false]);
      expect(await application.history()).toMatchObject([{ result: 'Failed' }]);
    });
  },
);

const isWrite = ({ method, path: asked }: ProxiedRequest): boolean =>
  method === 'PATCH' && asked.includes('/configmaps/item-') && !asked.includes('dryRun');

async function throughProxy(
  { files, name }: TestCluster,
  application: TestApplication,
  run: (proxy: FaultProxy) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-workbench-proxy-'));
  const proxy = await startFaultProxy({
    kubeconfig: files.tokenKubeconfig ?? files.kubeconfig,
    target: join(folder, 'kubeconfig'),
    ...(name === 'control plane' && files.serving && { serving: files.serving }),
  });
  try {
    application.kubeconfig = proxy.kubeconfig;
    await run(proxy);
  } finally {
    application.kubeconfig = undefined;
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
