import { expect } from 'vitest';
import type { Json, JsonObject } from '../../server/core/text/json.ts';
import { forEachCluster, type TestCluster } from './support/clusters.ts';
import { at, configMap, items, withMetadata } from './support/objects.ts';
import { eventually, eventuallyValue } from './support/wait.ts';

const needs = ['controllers'] as const;
const path = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

/** `owner`, and `owned` that refers to it. */
async function family({ raw, namespace }: TestCluster, more: JsonObject = {}): Promise<void> {
  const owner = await raw.post(path(namespace), configMap(namespace, 'owner'));
  const uid = at(owner.body, 'metadata', 'uid') as Json;
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, blockOwnerDeletion: true };
  const owned = withMetadata(configMap(namespace, 'owned'), { ownerReferences: [reference], ...more });
  expect((await raw.post(path(namespace), owned)).status).toBe(201);
}

async function remove({ raw, namespace }: TestCluster, propagationPolicy: string): Promise<JsonObject> {
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy };
  return (await raw.delete(`${path(namespace)}/owner`, { body })).body;
}

const status = async ({ raw, namespace }: TestCluster, name: string) =>
  (await raw.get(`${path(namespace)}/${name}`)).status;

forEachCluster('in the background the owner goes first', { needs }, async cluster => {
  await family(cluster);
  await remove(cluster, 'Background');
  expect(await status(cluster, 'owner')).toBe(404);
  await eventually('what it owned goes too', async () => (await status(cluster, 'owned')) === 404);
});

forEachCluster('in the foreground the owner waits for what it owns', { needs }, async cluster => {
  const { raw, namespace } = cluster;
  await family(cluster, { finalizers: ['example.com/hold'] });
  await remove(cluster, 'Foreground');
  const waiting = await eventuallyValue(
    'the owned object is being deleted',
    async () => (await raw.get(`${path(namespace)}/owned`)).body,
    it => at(it, 'metadata', 'deletionTimestamp') !== undefined,
  );
  expect(at(waiting, 'metadata', 'finalizers')).toEqual(['example.com/hold']);
  const owner = await raw.get(`${path(namespace)}/owner`);
  expect(at(owner.body, 'metadata', 'finalizers')).toEqual(['foregroundDeletion']);
  await raw.patch(`${path(namespace)}/owned`, 'merge', { metadata: { finalizers: null } });
  await eventually('both are gone', async () => (await status(cluster, 'owner')) === 404);
  expect(await status(cluster, 'owned')).toBe(404);
});

forEachCluster('an orphan stays, and forgets its owner', { needs }, async cluster => {
  const { raw, namespace } = cluster;
  await family(cluster);
  await remove(cluster, 'Orphan');
  await eventually('the owner is gone', async () => (await status(cluster, 'owner')) === 404);
  const { body } = await raw.get(`${path(namespace)}/owned`);
  expect(at(body, 'metadata', 'ownerReferences')).toBeUndefined();
});

forEachCluster('what names an owner that never was is removed', { needs }, async cluster => {
  const { raw, namespace } = cluster;
  const uid = '00000000-0000-4000-8000-000000000000';
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid }];
  await raw.post(path(namespace), withMetadata(configMap(namespace, 'owned'), { ownerReferences }));
  await eventually('it is removed', async () => (await status(cluster, 'owned')) === 404);
});

forEachCluster('a finalizer holds an object until it is taken off', async cluster => {
  const { raw, namespace } = cluster;
  const held = withMetadata(configMap(namespace, 'held'), { finalizers: ['example.com/hold'] });
  await raw.post(path(namespace), held);
  const deleted = await raw.delete(`${path(namespace)}/held`);
  expect(deleted.status).toBe(200);
  const { body } = await raw.get(`${path(namespace)}/held`);
  expect(body).toMatchObject({ metadata: { deletionTimestamp: expect.any(String), finalizers: ['example.com/hold'] } });
  const more = await raw.patch(`${path(namespace)}/held`, 'merge', {
    metadata: { finalizers: ['example.com/hold', 'example.com/more'] },
  });
  expect(more.status).toBe(422);
  // Changed all the same: only new finalizers are refused to what is going.
  expect((await raw.patch(`${path(namespace)}/held`, 'merge', { data: { a: '1' } })).status).toBe(200);
  await raw.patch(`${path(namespace)}/held`, 'merge', { metadata: { finalizers: [] } });
  expect(await status(cluster, 'held')).toBe(404);
});

forEachCluster('a namespace that is going takes nothing new', { needs }, async cluster => {
  const { raw, unique } = cluster;
  const name = unique('going');
  await raw.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await raw.post(path(name), withMetadata(configMap(name, 'held'), { finalizers: ['example.com/hold'] }));
  await raw.delete(`/api/v1/namespaces/${name}`);
  const going = await eventuallyValue(
    'the namespace is terminating, and says why it still is',
    async () => (await raw.get(`/api/v1/namespaces/${name}`)).body,
    it =>
      items(at(it, 'status', 'conditions')).some(
        one => one.type === 'NamespaceFinalizersRemaining' && one.status === 'True',
      ),
  );
  expect(at(going, 'status', 'phase')).toBe('Terminating');
  const refused = await raw.post(path(name), configMap(name, 'new'));
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({
    reason: 'Forbidden',
    message: `configmaps "new" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
    details: {
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${name} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  });
  await raw.patch(`${path(name)}/held`, 'merge', { metadata: { finalizers: null } });
  await eventually('the namespace is gone', async () => (await raw.get(`/api/v1/namespaces/${name}`)).status === 404);
});
