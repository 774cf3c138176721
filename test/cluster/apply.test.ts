import { expect } from 'vitest';
import type { JsonObject } from '../../server/core/text/json.ts';
import { ClusterFailure } from '../../server/engine/cluster.ts';
import { forEachCluster } from './support/clusters.ts';
import { at, configMap, deployment, items } from './support/objects.ts';

const path = (namespace: string, name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
const managers = (object: JsonObject) =>
  items(at(object, 'metadata', 'managedFields')).map(it => `${String(it.manager)} ${String(it.operation)}`);

forEachCluster('creates by apply, and says who owns what', async ({ raw, namespace }) => {
  const { status, body } = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '1' }), {
    fieldManager: 'alice',
  });
  expect(status).toBe(201);
  expect(at(body, 'metadata', 'managedFields')).toMatchObject([
    {
      manager: 'alice',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    },
  ]);
  const again = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '1' }), {
    fieldManager: 'alice',
  });
  expect(again.status).toBe(200);
  expect(at(again.body, 'metadata', 'resourceVersion')).toBe(at(body, 'metadata', 'resourceVersion'));
});

forEachCluster('removes what its manager no longer applies', async ({ raw, namespace }) => {
  const apply = (fieldManager: string, data: Readonly<Record<string, string>>) =>
    raw.apply(path(namespace, 'one'), configMap(namespace, 'one', data), { fieldManager });
  await apply('alice', { a: '1', shared: 'x' });
  await apply('bob', { b: '1', shared: 'x' });
  const { body } = await apply('alice', {});
  // Both applied `shared`: it stays for the one who still does.
  expect(body.data).toEqual({ b: '1', shared: 'x' });
});

forEachCluster('refuses what another manager owns, field by field', async ({ raw, namespace }) => {
  const apply = (fieldManager: string, data: Readonly<Record<string, string>>, force = false) =>
    raw.apply(path(namespace, 'one'), configMap(namespace, 'one', data), { fieldManager, force });
  await apply('alice', { a: '1', b: '1' });
  const refused = await apply('bob', { a: '2', b: '2', c: '2' });
  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({
    reason: 'Conflict',
    message: expect.stringMatching(
      /^Apply failed with 2 conflicts: conflicts with "alice":\n- \.data\.a\n- \.data\.b$/,
    ),
    details: {
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.a' },
        { reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.b' },
      ],
    },
  });
  const forced = await apply('bob', { a: '2', b: '2', c: '2' }, true);
  expect(forced.status).toBe(200);
  expect(forced.body.data).toEqual({ a: '2', b: '2', c: '2' });
  expect(managers(forced.body)).toEqual(['bob Apply']);
});

forEachCluster('a plain write takes fields from who applied them', async ({ raw, namespace }) => {
  await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '1', b: '1' }), { fieldManager: 'alice' });
  const edited = await raw.patch(path(namespace, 'one'), 'merge', { data: { a: '2' } }, { fieldManager: 'editor' });
  expect(managers(edited.body).toSorted()).toEqual(['alice Apply', 'editor Update']);
  const refused = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '1', b: '1' }), {
    fieldManager: 'alice',
  });
  expect(refused.status).toBe(409);
  expect(refused.body.message).toMatch(/^Apply failed with 1 conflict: conflict with "editor" using v1: \.data\.a$/);
});

forEachCluster('merges lists by their keys', async ({ raw, namespace }) => {
  const url = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
  const base = deployment(namespace, 'web', { replicas: 0 });
  await raw.apply(url, base, { fieldManager: 'alice' });
  const containers = [{ name: 'sidecar', image: 'example/sidecar:1' }];
  const more = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { template: { spec: { containers } } },
  };
  const { status, body } = await raw.apply(url, more, { fieldManager: 'bob' });
  expect(status).toBe(200);
  const names = items(at(body, 'spec', 'template', 'spec', 'containers')).map(it => it.name);
  expect(names.toSorted()).toEqual(['main', 'sidecar']);
  const alone = await raw.apply(url, base, { fieldManager: 'alice' });
  expect(items(at(alone.body, 'spec', 'template', 'spec', 'containers'))).toHaveLength(2);
});

forEachCluster('a dry run predicts, and reports conflicts, without a trace', async ({ raw, namespace }) => {
  const made = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '1' }), {
    fieldManager: 'alice',
  });
  const dry = { fieldManager: 'alice', dryRun: 'All' };
  const predicted = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '2', b: '1' }), dry);
  expect(predicted.body.data).toEqual({ a: '2', b: '1' });
  const conflicting = { ...dry, fieldManager: 'bob' };
  const refused = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '3' }), conflicting);
  expect(refused.status).toBe(409);
  expect((await raw.apply(path(namespace, 'new'), configMap(namespace, 'new'), dry)).status).toBe(201);
  expect((await raw.get(path(namespace, 'new'))).status).toBe(404);
  expect((await raw.get(path(namespace, 'one'))).body).toEqual(made.body);
});

forEachCluster('refuses an apply without a manager, or with managed fields', async ({ raw, namespace }) => {
  const nobody = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one'), {});
  expect(nobody.status).toBe(422);
  expect(nobody.body.message).toMatch(/fieldManager: Required value: is required for apply patch/);
  const made = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one'), { fieldManager: 'alice' });
  const back = await raw.apply(path(namespace, 'one'), made.body, { fieldManager: 'alice' });
  expect(back.status).toBe(400);
  expect(back.body.message).toMatch(/metadata\.managedFields must be nil/);
});

forEachCluster('a version in an apply has to be the present one', async ({ raw, namespace }) => {
  const { body } = await raw.apply(path(namespace, 'one'), configMap(namespace, 'one', { a: '1' }), {
    fieldManager: 'alice',
  });
  await raw.patch(path(namespace, 'one'), 'merge', { data: { b: '1' } });
  const resourceVersion = String(at(body, 'metadata', 'resourceVersion'));
  const late = { ...configMap(namespace, 'one', { a: '2' }), metadata: { name: 'one', namespace, resourceVersion } };
  const { status } = await raw.apply(path(namespace, 'one'), late, { fieldManager: 'alice' });
  expect(status).toBe(409);
});

forEachCluster('validates fields as strictly as it is asked to', async ({ raw, namespace }) => {
  const url = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
  const typo = deployment(namespace, 'web', { spec: { replcas: 2, paused: true } });
  const apply = (fieldValidation: string) =>
    raw.apply(url, typo, { fieldManager: 'alice', dryRun: 'All', fieldValidation });
  const strict = await apply('Strict');
  expect(strict.status).not.toBe(201);
  expect(strict.body.message).toMatch(/replcas/);
  const created = await raw.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, typo, {
    query: { dryRun: 'All', fieldValidation: 'Strict' },
  });
  expect(created.status).toBe(400);
  expect(created.body).toMatchObject({
    reason: 'BadRequest',
    message: expect.stringContaining('strict decoding error: unknown field "spec.replcas"'),
  });
  const warned = await raw.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, typo, {
    query: { dryRun: 'All', fieldValidation: 'Warn' },
  });
  expect(warned.status).toBe(201);
  expect(String(warned.headers.warning)).toContain('unknown field \\"spec.replcas\\"');
});

forEachCluster('our transport tells conflicts with manager and field', async ({ api, namespace }) => {
  const write = (fieldManager: string, value: string, force = false) =>
    api.write({ verb: 'apply', object: configMap(namespace, 'one', { a: value }), force }, { fieldManager });
  expect((await write('alice', '1')).created).toBe(true);
  const failure = await write('bob', '2').then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(failure).toBeInstanceOf(ClusterFailure);
  expect(failure).toMatchObject({
    reason: 'conflict',
    status: 409,
    causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.a' }],
  });
  expect((await write('bob', '2', true)).created).toBe(false);
});

forEachCluster(
  'stores the stringData of a Secret as data, and remembers it as it was said',
  async ({ raw, namespace }) => {
    const secret = (stringData: JsonObject): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'one', namespace },
      stringData,
    });
    const secretPath = `/api/v1/namespaces/${namespace}/secrets/one`;
    const made = await raw.apply(secretPath, secret({ a: 'hello' }), { fieldManager: 'alice' });
    expect(made.body).toMatchObject({ data: { a: 'aGVsbG8=' } });
    expect(at(made.body, 'metadata', 'managedFields')).toMatchObject([
      { manager: 'alice', operation: 'Apply', fieldsV1: { 'f:stringData': { 'f:a': {} } } },
    ]);
    const { body } = await raw.apply(secretPath, secret({ b: 'hello' }), { fieldManager: 'alice' });
    // Nothing takes `a` out of `data`: nobody owns it there.
    expect(body.data).toEqual({ a: 'aGVsbG8=', b: 'aGVsbG8=' });
    expect(body.stringData).toBeUndefined();
  },
);
