import { expect } from 'vitest';
import { forEachCluster } from './support/clusters.ts';
import { at, configMap, deployment, items, nameOf, withMetadata } from './support/objects.ts';

const path = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

forEachCluster('creates, reads, changes and deletes an object', async ({ raw, namespace }) => {
  const made = await raw.post(path(namespace), configMap(namespace, 'one', { a: '1' }));
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'one',
      namespace,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    },
    data: { a: '1' },
  });

  const read = await raw.get(`${path(namespace)}/one`);
  expect(read.body).toEqual(made.body);

  const changed = await raw.put(`${path(namespace)}/one`, { ...read.body, data: { a: '2' } });
  expect(changed.status).toBe(200);
  expect(changed.body.data).toEqual({ a: '2' });
  expect(Number(at(changed.body, 'metadata', 'resourceVersion'))).toBeGreaterThan(
    Number(at(made.body, 'metadata', 'resourceVersion')),
  );

  const deleted = await raw.delete(`${path(namespace)}/one`);
  expect(deleted.status).toBe(200);
  expect(deleted.body).toMatchObject({
    kind: 'Status',
    status: 'Success',
    details: { name: 'one', kind: 'configmaps', uid: at(made.body, 'metadata', 'uid') as string },
  });
  expect((await raw.get(`${path(namespace)}/one`)).status).toBe(404);
});

forEachCluster('a write that changes nothing keeps the resource version', async ({ raw, namespace }) => {
  const made = await raw.post(path(namespace), configMap(namespace, 'same', { a: '1' }));
  const again = await raw.patch(`${path(namespace)}/same`, 'merge', { data: { a: '1' } });
  expect(at(again.body, 'metadata', 'resourceVersion')).toBe(at(made.body, 'metadata', 'resourceVersion'));
});

forEachCluster('completes a generated name', async ({ raw, namespace }) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'some-' } };
  const { status, body } = await raw.post(path(namespace), object);
  expect(status).toBe(201);
  expect(at(body, 'metadata', 'name')).toMatch(/^some-[a-z0-9]{5}$/);
  expect(at(body, 'metadata', 'namespace')).toBe(namespace);
});

forEachCluster('patches in three ways', async ({ raw, namespace }) => {
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  await raw.post(deployments, deployment(namespace, 'web', { replicas: 0 }));
  const merged = await raw.patch(`${deployments}/web`, 'merge', { metadata: { labels: { a: '1', b: '2' } } });
  expect(at(merged.body, 'metadata', 'labels')).toEqual({ a: '1', b: '2' });
  const removed = await raw.patch(`${deployments}/web`, 'merge', { metadata: { labels: { a: null } } });
  expect(at(removed.body, 'metadata', 'labels')).toEqual({ b: '2' });

  const operations = [{ op: 'replace', path: '/metadata/labels/b', value: '3' }];
  const replaced = await raw.patch(`${deployments}/web`, 'json', operations);
  expect(at(replaced.body, 'metadata', 'labels')).toEqual({ b: '3' });

  // By the merge key `name`, where a merge patch would have replaced the whole list.
  const sidecar = { name: 'sidecar', image: 'example/sidecar:1' };
  const added = await raw.patch(`${deployments}/web`, 'strategic', {
    spec: { template: { spec: { containers: [sidecar] } } },
  });
  const names = items(at(added.body, 'spec', 'template', 'spec', 'containers')).map(it => it.name);
  expect(names.toSorted()).toEqual(['main', 'sidecar']);
});

forEachCluster('counts generations by spec, not by metadata or status', async ({ raw, namespace }) => {
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const made = await raw.post(deployments, deployment(namespace, 'web', { replicas: 0 }));
  expect(at(made.body, 'metadata', 'generation')).toBe(1);
  const labelled = await raw.patch(`${deployments}/web`, 'merge', { metadata: { labels: { a: '1' } } });
  expect(at(labelled.body, 'metadata', 'generation')).toBe(1);
  const paused = await raw.patch(`${deployments}/web`, 'merge', { spec: { paused: true } });
  expect(at(paused.body, 'metadata', 'generation')).toBe(2);
  const status = await raw.patch(`${deployments}/web`, 'merge', { status: { replicas: 7 } });
  expect(at(status.body, 'metadata', 'generation')).toBe(2);
  expect(at(status.body, 'status', 'replicas')).not.toBe(7);
});

forEachCluster('fills in defaults', async ({ raw, namespace }) => {
  const { body } = await raw.post(
    `/apis/apps/v1/namespaces/${namespace}/deployments`,
    deployment(namespace, 'web', { spec: { paused: true } }),
    { query: { dryRun: 'All' } },
  );
  expect(body.spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: {
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        containers: [
          {
            name: 'main',
            imagePullPolicy: 'IfNotPresent',
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
      },
    },
  });
});

forEachCluster('keeps what stringData says as data', async ({ raw, namespace }) => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { user: 'me' } };
  const { body } = await raw.post(`/api/v1/namespaces/${namespace}/secrets`, secret);
  expect(body).toMatchObject({ type: 'Opaque', data: { user: 'bWU=' } });
  expect(body.stringData).toBeUndefined();
});

forEachCluster('selects by labels and by fields', async ({ raw, namespace }) => {
  for (const [name, tier] of [
    ['one', 'front'],
    ['two', 'back'],
    ['three', undefined],
  ] as const) {
    const object = configMap(namespace, name);
    await raw.post(path(namespace), withMetadata(object, { labels: { test: 'yes', ...(tier && { tier }) } }));
  }
  const selected = async (query: Readonly<Record<string, string>>) =>
    items((await raw.get(path(namespace), { query })).body.items)
      .map(nameOf)
      .filter(it => it !== 'kube-root-ca.crt')
      .toSorted();
  expect(await selected({ labelSelector: 'tier=front' })).toEqual(['one']);
  expect(await selected({ labelSelector: 'test,tier!=front' })).toEqual(['three', 'two']);
  expect(await selected({ labelSelector: 'tier in (front,back)' })).toEqual(['one', 'two']);
  expect(await selected({ labelSelector: 'test,!tier' })).toEqual(['three']);
  expect(await selected({ fieldSelector: 'metadata.name=two' })).toEqual(['two']);
  expect((await raw.get(path(namespace), { query: { labelSelector: 'a==b==c' } })).status).toBe(400);
});

forEachCluster('deletes a collection by label', async ({ raw, namespace }) => {
  await raw.post(path(namespace), withMetadata(configMap(namespace, 'goes'), { labels: { go: 'yes' } }));
  await raw.post(path(namespace), configMap(namespace, 'stays'));
  expect((await raw.delete(path(namespace), { query: { labelSelector: 'go=yes' } })).status).toBe(200);
  expect((await raw.get(`${path(namespace)}/goes`)).status).toBe(404);
  expect((await raw.get(`${path(namespace)}/stays`)).status).toBe(200);
});

forEachCluster('gives metadata alone when asked for', async ({ raw, namespace }) => {
  await raw.post(path(namespace), configMap(namespace, 'one', { large: 'x'.repeat(1000) }));
  const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
  const { body } = await raw.get(`${path(namespace)}/one`, { accept });
  expect(body).toMatchObject({
    apiVersion: 'meta.k8s.io/v1',
    kind: 'PartialObjectMetadata',
    metadata: { name: 'one' },
  });
  expect(body.data).toBeUndefined();
});

forEachCluster('a dry run answers as if, and does nothing', async ({ raw, namespace }) => {
  const dry = { query: { dryRun: 'All' } };
  expect((await raw.post(path(namespace), configMap(namespace, 'one'), dry)).status).toBe(201);
  expect((await raw.get(`${path(namespace)}/one`)).status).toBe(404);
  const made = await raw.post(path(namespace), configMap(namespace, 'one', { a: '1' }));
  const predicted = await raw.patch(`${path(namespace)}/one`, 'merge', { data: { a: '2' } }, { dryRun: 'All' });
  expect(predicted.body.data).toEqual({ a: '2' });
  expect((await raw.delete(`${path(namespace)}/one`, dry)).status).toBe(200);
  expect((await raw.get(`${path(namespace)}/one`)).body).toEqual(made.body);
});
