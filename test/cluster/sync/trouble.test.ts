import { expect } from 'vitest';
import { annotated, expectSynced, withApplication } from '../support/application.ts';
import { forEachCluster } from '../support/clusters.ts';
import { at, configMap, customKind, nameOf, widget } from '../support/objects.ts';
import { eventually, eventuallyValue } from '../support/wait.ts';

const path = (namespace: string, name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
const secretValue = 'hunter2-is-not-shown';
const secret = (namespace: string, data: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login', namespace },
  stringData: { password: data },
});

forEachCluster('a user with few rights is told which permission is missing', { needs: ['users'] }, async cluster => {
  await withApplication(cluster, {}, async application => {
    application.manifests(configMap(cluster.namespace, 'one'));
    const { status, told } = await application.run('sync', ['--yes', '--output', 'json'], 'restricted');
    expect(status).not.toBe(0);
    expect(told).toMatch(/forbidden|may not|permission/i);
    expect(told).toContain('configmaps');
    expect((await cluster.raw.get(path(cluster.namespace, 'one'))).status).toBe(404);
  });
});

forEachCluster(
  'a login that has run out is told as that',
  { needs: ['users', 'servingCertificate'] },
  async cluster => {
    await withApplication(cluster, {}, async application => {
      application.manifests(configMap(cluster.namespace, 'one'));
      const { status, told } = await application.run('plan', ['--output', 'json'], 'expired');
      expect(status).toBe(2);
      expect(told).toMatch(/log ?in|unauthorized|expired|credentials/i);
    });
  },
);

forEachCluster('a namespace that is going', { needs: ['controllers'] }, async cluster => {
  const { raw } = cluster;
  const namespace = cluster.unique('going');
  await raw.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const held = { ...configMap(namespace, 'held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } };
  await raw.post(`/api/v1/namespaces/${namespace}/configmaps`, held);
  await raw.delete(`/api/v1/namespaces/${namespace}`);
  await withApplication(cluster, { namespace, syncOptions: ['CreateNamespace=true'] }, async application => {
    application.manifests(configMap(namespace, 'one'));
    const { status, told } = await application.sync();
    expect(status).toBe(1);
    expect(told).toMatch(/being (terminated|deleted)/);
  });
  await raw.patch(path(namespace, 'held'), 'merge', { metadata: { finalizers: null } });
});

forEachCluster('a quota that is full fails what it refuses, and says so', { needs: ['controllers'] }, async cluster => {
  const { raw, namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
    const spec = { hard: { 'count/secrets': '0' } };
    await raw.post(quotas, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec });
    await eventuallyValue(
      'the quota has been counted',
      async () => (await raw.get(`${quotas}/none`)).body,
      it => at(it, 'status', 'used', 'count/secrets') !== undefined,
    );
    application.manifests(secret(namespace, secretValue), configMap(namespace, 'one'));
    const { status, told } = await application.sync();
    expect(status).toBe(1);
    expect(told).toContain('exceeded quota: none');
    expect(told).not.toContain(secretValue);
    expect(told).not.toContain(Buffer.from(secretValue).toString('base64'));
  });
});

forEachCluster('a Secret that is refused is not quoted', async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const bad = { ...secret(namespace, secretValue), data: { token: secretValue } };
    application.manifests(bad);
    const { status, told } = await application.sync();
    expect(status).toBe(1);
    expect(told).not.toContain(secretValue);
    expect(told).not.toContain(Buffer.from(secretValue).toString('base64'));
  });
});

forEachCluster('a kind that nobody defined fails the sync before anything is done', async cluster => {
  const { namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    application.manifests(widget('nobody.example.com', namespace, 'one', {}), configMap(namespace, 'one'));
    const { status, told } = await application.sync();
    expect(status).toBe(1);
    expect(told).toContain('Widget');
    expect((await cluster.raw.get(path(namespace, 'one'))).status).toBe(404);
  });
});

forEachCluster('a kind that was removed since the last sync', { needs: ['controllers'] }, async cluster => {
  const { raw, namespace } = cluster;
  await withApplication(cluster, {}, async application => {
    const group = `${cluster.unique('g')}.example.com`;
    const definition = customKind(group);
    application.manifests(definition, widget(group, namespace, 'one', { size: 1 }), configMap(namespace, 'one'));
    expectSynced(await application.sync());
    const url = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${nameOf(definition)}`;
    await raw.delete(url);
    await eventually('the kind is gone', async () => (await raw.get(url)).status === 404);
    expectSynced(await application.sync());
    expect((await raw.get(`/apis/${group}/v1/namespaces/${namespace}/widgets/one`)).status).toBe(200);
    await raw.delete(url);
  });
});

forEachCluster('a large ConfigMap is applied all the same', async cluster => {
  const { namespace } = cluster;
  // Larger than the annotation that a client-side apply would have to write.
  const large = configMap(namespace, 'large', { text: 'x'.repeat(400_000) });
  await withApplication(cluster, { syncOptions: ['ServerSideApply=true'] }, async application => {
    application.manifests(large);
    expectSynced(await application.sync());
    const { body } = await cluster.raw.get(path(namespace, 'large'));
    expect(String(at(body, 'data', 'text'))).toHaveLength(400_000);
  });
  await withApplication(cluster, {}, async application => {
    const other = configMap(namespace, 'large-too', { text: 'x'.repeat(400_000) });
    application.manifests(annotated(other, { 'sync-options': 'ServerSideApply=false' }));
    const { status, told } = await application.sync();
    if (status !== 0) expect(told).toMatch(/annotations: Too long|ServerSideApply/);
  });
});

forEachCluster('a cluster that is away is told, and nothing is recorded', async cluster => {
  await withApplication(cluster, {}, async application => {
    application.manifests(configMap(cluster.namespace, 'one'));
    const { status, err } = await application.run('sync', ['--yes', '--context', 'nobody']);
    expect(status).toBe(2);
    expect(err).toContain('nobody');
  });
});
