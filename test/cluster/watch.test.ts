import { expect } from 'vitest';
import type { WatchEvent } from '../../server/engine/cluster.ts';
import { forEachCluster } from './support/clusters.ts';
import { at, configMap, nameOf, withMetadata } from './support/objects.ts';
import { eventually, eventuallyValue } from './support/wait.ts';

const path = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

forEachCluster('tells what happens after a version, in order', async ({ raw, namespace }) => {
  await raw.post(path(namespace), configMap(namespace, 'before'));
  const { body: list } = await raw.get(path(namespace));
  const resourceVersion = String(at(list, 'metadata', 'resourceVersion'));
  await raw.post(path(namespace), configMap(namespace, 'one', { a: '1' }));
  await raw.patch(`${path(namespace)}/one`, 'merge', { data: { a: '2' } });
  await raw.delete(`${path(namespace)}/one`);
  const fieldSelector = 'metadata.name=one';
  const events = await raw.watch(path(namespace), { resourceVersion, fieldSelector }, it => it.length === 3);
  expect(events.map(it => [it.type, nameOf(it.object), at(it.object, 'data', 'a')])).toEqual([
    ['ADDED', 'one', '1'],
    ['MODIFIED', 'one', '2'],
    // The last state, under the version of the deletion.
    ['DELETED', 'one', '2'],
  ]);
  expect(events[0]?.object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  const versions = events.map(it => Number(at(it.object, 'metadata', 'resourceVersion')));
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  expect(new Set(versions).size).toBe(3);
});

forEachCluster('without a version begins with what is there', async ({ raw, namespace }) => {
  await raw.post(path(namespace), configMap(namespace, 'there'));
  const events = await raw.watch(path(namespace), { fieldSelector: 'metadata.name=there' }, it => it.length === 1);
  expect(events).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'there' } } }]);
});

forEachCluster('what leaves a selector is deleted for its watcher', async ({ raw, namespace }) => {
  await raw.post(path(namespace), withMetadata(configMap(namespace, 'one'), { labels: { show: 'yes' } }));
  const { body: list } = await raw.get(path(namespace));
  const resourceVersion = String(at(list, 'metadata', 'resourceVersion'));
  const labelled = (show: string) => raw.patch(`${path(namespace)}/one`, 'merge', { metadata: { labels: { show } } });
  await labelled('no');
  await labelled('yes');
  const events = await raw.watch(
    path(namespace),
    { resourceVersion, labelSelector: 'show=yes' },
    it => it.length === 2,
  );
  expect(events.map(it => it.type)).toEqual(['DELETED', 'ADDED']);
});

forEachCluster('marks the end of the first events when asked to', async ({ raw, namespace }) => {
  await raw.post(path(namespace), configMap(namespace, 'one'));
  const query = {
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: true,
    fieldSelector: 'metadata.name=one',
  };
  const events = await raw.watch(path(namespace), query, it => it.at(-1)?.type === 'BOOKMARK');
  expect(events.map(it => it.type)).toEqual(['ADDED', 'BOOKMARK']);
  expect(events[1]?.object).toMatchObject({
    kind: 'ConfigMap',
    metadata: { annotations: { 'k8s.io/initial-events-end': 'true' }, resourceVersion: expect.stringMatching(/^\d+$/) },
  });
});

forEachCluster('says that a version is too old', async ({ raw, namespace }) => {
  // The control plane forgets every quarter of a minute.
  const query = { resourceVersion: '1', resourceVersionMatch: 'Exact', limit: 500 };
  const { body } = await eventuallyValue(
    'a version that is too old',
    () => raw.get(path(namespace), { query }),
    it => it.status === 410,
  );
  expect(body).toMatchObject({ kind: 'Status', status: 'Failure', code: 410, reason: 'Expired' });
});

forEachCluster('ends by itself when its time is over', async ({ raw, namespace }) => {
  const query = { timeoutSeconds: 1, fieldSelector: 'metadata.name=nobody' };
  expect(await raw.watch(path(namespace), query, () => false)).toEqual([]);
});

forEachCluster('our reflector keeps a true picture', async ({ api, raw, namespace }) => {
  const state = new Map<string, unknown>();
  const kinds: string[] = [];
  const listener = (event: WatchEvent): void => {
    kinds.push(event.kind);
    if (event.kind === 'listed') {
      state.clear();
      for (const it of event.objects) state.set(nameOf(it), it.data);
    } else if (event.kind === 'deleted') state.delete(nameOf(event.object));
    else if (event.kind === 'added' || event.kind === 'modified') state.set(nameOf(event.object), event.object.data);
  };
  await raw.post(path(namespace), withMetadata(configMap(namespace, 'first', { a: '1' }), { labels: { mine: 'yes' } }));
  const options = { namespace, labelSelector: 'mine=yes' };
  const watch = api.watch({ apiVersion: 'v1', kind: 'ConfigMap' }, options, listener);
  try {
    await eventually('the list', async () => state.has('first'));
    await raw.post(path(namespace), withMetadata(configMap(namespace, 'second'), { labels: { mine: 'yes' } }));
    await raw.patch(`${path(namespace)}/first`, 'merge', { data: { a: '2' } });
    await raw.delete(`${path(namespace)}/second`);
    await raw.post(path(namespace), withMetadata(configMap(namespace, 'last'), { labels: { mine: 'yes' } }));
    await eventually('the last event', async () => state.has('last'));
  } finally {
    watch.stop();
  }
  expect(Object.fromEntries(state)).toMatchObject({ first: { a: '2' }, last: {} });
  expect(state.has('second')).toBe(false);
  expect(kinds).toEqual(['listed', 'added', 'modified', 'deleted', 'added']);
});
