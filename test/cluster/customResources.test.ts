import { expect } from 'vitest';
import { ClusterFailure } from '../../server/engine/cluster.ts';
import { forEachCluster, type TestCluster } from './support/clusters.ts';
import { at, condition, customKind, items, nameOf, widget } from './support/objects.ts';
import { eventually, eventuallyValue } from './support/wait.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A kind of the case's own, established, and gone after it. */
async function withWidgets(
  cluster: TestCluster,
  run: (group: string, url: string) => Promise<void>,
  scope: 'Namespaced' | 'Cluster' = 'Namespaced',
): Promise<void> {
  const group = `${cluster.unique('g')}.example.com`;
  const { status } = await cluster.raw.post(definitions, customKind(group, scope));
  expect(status).toBe(201);
  try {
    await established(cluster, group);
    const inside = scope === 'Namespaced' ? `/namespaces/${cluster.namespace}` : '';
    await run(group, `/apis/${group}/v1${inside}/widgets`);
  } finally {
    await cluster.raw.delete(`${definitions}/widgets.${group}`);
  }
}

async function established({ raw }: TestCluster, group: string): Promise<void> {
  await eventuallyValue(
    'the definition is established',
    async () => (await raw.get(`${definitions}/widgets.${group}`)).body,
    it => condition(it, 'Established') === 'True' && condition(it, 'NamesAccepted') === 'True',
  );
}

forEachCluster('a kind can be used as soon as it is established', async cluster => {
  const { api, raw, namespace } = cluster;
  const early = await raw.get('/apis/never.example.com/v1/widgets');
  expect(early.status).toBe(404);
  await withWidgets(cluster, async (group, url) => {
    const made = await raw.post(url, widget(group, namespace, 'one', { size: 3 }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ apiVersion: `${group}/v1`, kind: 'Widget', spec: { size: 3, color: 'green' } });
    const { kinds } = await api.discover({ fresh: true });
    expect(kinds.find(it => it.kind === 'Widget' && it.apiVersion === `${group}/v1`)).toMatchObject({
      resource: 'widgets',
      namespaced: true,
    });
    const { body: list } = await raw.get(url);
    expect(list.kind).toBe('WidgetList');
    expect(items(list.items)).toMatchObject([{ apiVersion: `${group}/v1`, kind: 'Widget' }]);
  });
});

forEachCluster('our transport finds a kind that was defined after it last looked', async cluster => {
  await cluster.api.discover();
  await withWidgets(cluster, async group => {
    const object = widget(group, cluster.namespace, 'one', { size: 1 });
    const written = await cluster.api.write({ verb: 'apply', object }, { fieldManager: 'alice' });
    expect(written.created).toBe(true);
  });
});

forEachCluster('checks, prunes and completes by the schema', async cluster => {
  const { raw, namespace } = cluster;
  await withWidgets(cluster, async (group, url) => {
    const bad = await raw.post(url, widget(group, namespace, 'bad', { size: 'large' }));
    expect(bad.status).toBe(422);
    expect(bad.body).toMatchObject({ reason: 'Invalid', details: { group, kind: 'Widget', name: 'bad' } });
    expect(bad.body.message).toMatch(
      /spec\.size: Invalid value: "string": spec\.size in body must be of type integer: "string"/,
    );
    const small = await raw.post(url, widget(group, namespace, 'small', { size: 0 }));
    expect(small.body.message).toMatch(/spec\.size in body should be greater than or equal to 1/);
    const extra = await raw.post(url, widget(group, namespace, 'extra', { size: 1, unknown: 'x' }));
    expect(extra.body.spec).toEqual({ size: 1, color: 'green' });
    const strict = await raw.post(url, widget(group, namespace, 'strict', { unknown: 'x' }), {
      query: { fieldValidation: 'Strict' },
    });
    expect(strict.status).toBe(400);
    expect(strict.body.message).toMatch(/strict decoding error: unknown field "spec\.unknown"/);
  });
});

forEachCluster('has a status of its own', async cluster => {
  const { raw, namespace } = cluster;
  await withWidgets(cluster, async (group, url) => {
    const object = { ...widget(group, namespace, 'one', { size: 1 }), status: { phase: 'Early' } };
    const made = await raw.post(url, object);
    expect(made.body.status).toBeUndefined();
    const told = await raw.patch(`${url}/one/status`, 'merge', { status: { phase: 'Ready' }, spec: { size: 9 } });
    expect(told.body).toMatchObject({ metadata: { generation: 1 }, spec: { size: 1 }, status: { phase: 'Ready' } });
    const changed = await raw.patch(`${url}/one`, 'merge', { spec: { size: 2 }, status: { phase: 'No' } });
    expect(changed.body).toMatchObject({ metadata: { generation: 2 }, spec: { size: 2 }, status: { phase: 'Ready' } });
    const strategic = await raw.patch(`${url}/one`, 'strategic', { spec: { size: 3 } });
    expect(strategic.status).toBe(415);
  });
});

forEachCluster('applies lists of its schema by key', { gap: 'customLists' }, async cluster => {
  const { raw, namespace } = cluster;
  await withWidgets(cluster, async (group, url) => {
    const tagged = (name: string) => widget(group, namespace, 'one', { tags: [{ name, value: 'x' }] });
    await raw.apply(`${url}/one`, tagged('a'), { fieldManager: 'alice' });
    const { body } = await raw.apply(`${url}/one`, tagged('b'), { fieldManager: 'bob' });
    expect(items(at(body, 'spec', 'tags')).map(it => it.name)).toEqual(['a', 'b']);
  });
});

forEachCluster('can be without namespaces', async cluster => {
  await withWidgets(
    cluster,
    async (group, url) => {
      const object = { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'one' } };
      const { status, body } = await cluster.raw.post(url, object);
      expect(status).toBe(201);
      expect(at(body, 'metadata', 'namespace')).toBeUndefined();
    },
    'Cluster',
  );
});

forEachCluster(
  'removing a kind removes its objects and ends its watches',
  { needs: ['controllers'] },
  async cluster => {
    const { raw, api, namespace } = cluster;
    await withWidgets(cluster, async (group, url) => {
      await raw.post(url, widget(group, namespace, 'one', { size: 1 }));
      const seen: string[] = [];
      const watch = api.watch({ apiVersion: `${group}/v1`, kind: 'Widget' }, { namespace }, event => {
        if (event.kind === 'listed') seen.push(...event.objects.map(it => `listed ${nameOf(it)}`));
        else if ('object' in event) seen.push(`${event.kind} ${nameOf(event.object)}`);
        else if (event.kind === 'trouble') seen.push(event.failure.reason);
      });
      try {
        await eventually('the watch', async () => seen.includes('listed one'));
        await raw.delete(`${definitions}/widgets.${group}`);
        await eventually('the end of the kind', async () => (await raw.get(url)).status === 404);
        await eventually('the watch hears of it', async () => seen.includes('deleted one'));
        const failure = await api
          .list({ apiVersion: `${group}/v2`, kind: 'Widget' }, { namespace })
          .catch((cause: unknown) => cause);
        expect(failure).toBeInstanceOf(ClusterFailure);
        expect(failure).toMatchObject({ reason: 'unknownKind' });
      } finally {
        watch.stop();
      }
    });
  },
);
