import { expect } from 'vitest';
import { forEachCluster } from './support/clusters.ts';
import { at, configMap } from './support/objects.ts';
import { eventually, eventuallyValue } from './support/wait.ts';
import { withWebhook } from './support/webhook.ts';

const path = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

forEachCluster('a quota that is full refuses more', { needs: ['controllers'] }, async cluster => {
  const { raw, api, namespace } = cluster;
  const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' } };
  await raw.post(quotas, { ...quota, spec: { hard: { 'count/configmaps': '2' } } });
  await eventuallyValue(
    'the quota has been counted',
    async () => (await raw.get(`${quotas}/few`)).body,
    it => at(it, 'status', 'used', 'count/configmaps') !== undefined,
  );
  // One is there already: the control plane puts its certificate into every namespace.
  let refused = await raw.post(path(namespace), configMap(namespace, 'one'));
  for (const name of ['two', 'three'])
    if (refused.status === 201) refused = await raw.post(path(namespace), configMap(namespace, name));
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({
    reason: 'Forbidden',
    message: expect.stringMatching(
      /^configmaps "\w+" is forbidden: exceeded quota: few, requested: count\/configmaps=1, used: count\/configmaps=2, limited: count\/configmaps=2$/,
    ),
  });
  const write = api.write({ verb: 'create', object: configMap(namespace, 'four') });
  await expect(write).rejects.toMatchObject({ reason: 'quota', status: 403 });
});

forEachCluster(
  'a webhook that denies is told with its words',
  { needs: ['servingCertificate'], gap: 'webhooks' },
  async cluster => {
    const { raw, api, namespace } = cluster;
    await withWebhook(cluster, 'Fail', async () => {
      const named = (name: string) => raw.post(path(namespace), configMap(namespace, name));
      await eventually('the webhook is called', async () => {
        const { status } = await named(cluster.unique('forbidden'));
        return status !== 201;
      });
      const denied = await named('forbidden-one');
      expect(denied.status).toBe(403);
      expect(denied.body.message).toMatch(
        /^admission webhook "names\.example\.com" denied the request: no forbidden names$/,
      );
      expect((await named('fine')).status).toBe(201);
      const write = api.write({ verb: 'apply', object: configMap(namespace, 'forbidden-two') }, { fieldManager: 'me' });
      await expect(write).rejects.toMatchObject({ reason: 'denied' });
    });
  },
);

forEachCluster(
  'a webhook that is away fails what it should have judged',
  { needs: ['servingCertificate'], gap: 'webhooks' },
  async cluster => {
    const { raw, namespace } = cluster;
    await withWebhook(cluster, 'Fail', async close => {
      await eventually('the webhook is called', async () => {
        const { status } = await raw.post(path(namespace), configMap(namespace, cluster.unique('forbidden')));
        return status !== 201;
      });
      await close();
      const { status, body } = await raw.post(path(namespace), configMap(namespace, 'fine'));
      expect(status).toBe(500);
      expect(body.message).toMatch(
        /^Internal error occurred: failed calling webhook "names\.example\.com": failed to call webhook:/,
      );
    });
  },
);
