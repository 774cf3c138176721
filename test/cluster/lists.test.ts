import { expect } from 'vitest';
import { forEachCluster } from './support/clusters.ts';
import { at, configMap, items, nameOf, withMetadata } from './support/objects.ts';

const path = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

forEachCluster('gives a list in pages of one moment', async ({ raw, namespace }) => {
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    await raw.post(path(namespace), withMetadata(configMap(namespace, name), { labels: { test: 'yes' } }));
  const names: string[] = [];
  const versions = new Set<unknown>();
  const remaining: unknown[] = [];
  let next: string | undefined;
  do {
    const query = { limit: 3, labelSelector: 'test=yes', ...(next && { continue: next }) };
    const { status, body } = await raw.get(path(namespace), { query });
    expect(status).toBe(200);
    expect(body.kind).toBe('ConfigMapList');
    names.push(...items(body.items).map(nameOf));
    versions.add(at(body, 'metadata', 'resourceVersion'));
    remaining.push(at(body, 'metadata', 'remainingItemCount'));
    next = at(body, 'metadata', 'continue') as string | undefined;
    // What comes meanwhile is not part of the list that was begun.
    await raw.post(
      path(namespace),
      withMetadata(configMap(namespace, `z${names.length}`), { labels: { test: 'yes' } }),
    );
  } while (next);
  expect(names).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(versions.size).toBe(1);
  // With a selector the server does not count what it would have to look at.
  expect(remaining).toEqual([undefined, undefined, undefined]);
});

forEachCluster('counts what is left of a list without a selector', async ({ raw, namespace }) => {
  const path = `/api/v1/namespaces/${namespace}/services`;
  for (const name of ['a', 'b', 'c']) {
    const spec = { ports: [{ port: 80 }] };
    await raw.post(path, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
  }
  const { body } = await raw.get(path, { query: { limit: 2 } });
  expect(at(body, 'metadata', 'remainingItemCount')).toBe(1);
});

forEachCluster('refuses a page that nobody gave', async ({ raw, namespace }) => {
  const { status, body } = await raw.get(path(namespace), { query: { limit: 3, continue: 'nonsense' } });
  expect(status).toBe(400);
  expect(body).toMatchObject({ kind: 'Status', reason: 'BadRequest' });
});

forEachCluster('lists across namespaces, without apiVersion and kind in the items', async ({ raw, namespace }) => {
  await raw.post(path(namespace), withMetadata(configMap(namespace, 'here'), { labels: { only: namespace } }));
  const { body } = await raw.get('/api/v1/configmaps', { query: { labelSelector: `only=${namespace}` } });
  expect(items(body.items).map(it => at(it, 'metadata', 'namespace'))).toEqual([namespace]);
  expect(items(body.items)[0]).not.toHaveProperty('kind');
});

forEachCluster('our transport reads every page', async ({ api, raw, namespace }) => {
  const write = async (number: number) => raw.post(path(namespace), configMap(namespace, `many-${number}`));
  for (let from = 0; from < 520; from += 20)
    await Promise.all(Array.from({ length: 20 }, (_, index) => write(from + index)));
  const listed = await api.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace });
  const ours = listed.items.filter(it => nameOf(it).startsWith('many-'));
  expect(ours).toHaveLength(520);
  expect(ours[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
});
