import { expect } from 'vitest';
import { forEachCluster, type TestCluster } from './support/clusters.ts';
import { configMap } from './support/objects.ts';
import { eventually } from './support/wait.ts';

const needs = ['users'] as const;

/** Lets the restricted user do these things in the namespace of the case. */
async function grant(
  { raw, namespace }: TestCluster,
  resources: readonly string[],
  verbs: readonly string[],
): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const metadata = { name: 'few' };
  const rules = [{ apiGroups: [''], resources, verbs }];
  await raw.post(`${rbac}/roles`, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules });
  await raw.post(`${rbac}/rolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'few' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'restricted' }],
  });
}

forEachCluster('a user may do what a role says, and nothing else', { needs }, async cluster => {
  const { namespace } = cluster;
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const user = await cluster.rawAs('restricted');
  const forbidden = await user.get(path);
  expect(forbidden.status).toBe(403);
  expect(forbidden.body).toMatchObject({
    kind: 'Status',
    reason: 'Forbidden',
    message: `configmaps is forbidden: User "restricted" cannot list resource "configmaps" in API group "" in the namespace "${namespace}"`,
    details: { kind: 'configmaps' },
  });
  await grant(cluster, ['configmaps'], ['get', 'list']);
  await eventually('the role has come into effect', async () => (await user.get(path)).status === 200);
  const write = await user.post(path, configMap(namespace, 'one'));
  expect(write.status).toBe(403);
  expect(write.body.message).toBe(
    `configmaps is forbidden: User "restricted" cannot create resource "configmaps" in API group "" in the namespace "${namespace}"`,
  );
  expect((await user.get('/api/v1/nodes')).body.message).toBe(
    'nodes is forbidden: User "restricted" cannot list resource "nodes" in API group "" at the cluster scope',
  );
});

forEachCluster('a dry run needs the same permission', { needs }, async cluster => {
  const user = await cluster.rawAs('restricted');
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/one`;
  const object = configMap(cluster.namespace, 'one');
  const { status, body } = await user.apply(path, object, { fieldManager: 'me', dryRun: 'All' });
  expect(status).toBe(403);
  expect(body.message).toContain('cannot patch resource "configmaps"');
});

forEachCluster('creating by apply needs the permission to create too', { needs }, async cluster => {
  const user = await cluster.rawAs('restricted');
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/one`;
  await grant(cluster, ['configmaps'], ['get', 'patch']);
  await eventually('the role has come into effect', async () => (await user.get(path)).status === 404);
  const { status, body } = await user.apply(path, configMap(cluster.namespace, 'one'), { fieldManager: 'me' });
  expect(status).toBe(403);
  expect(body.message).toContain('cannot create resource "configmaps"');
});

forEachCluster('our transport says what a user may do before it is tried', { needs }, async cluster => {
  const { namespace } = cluster;
  const user = await cluster.as('restricted');
  await grant(cluster, ['configmaps'], ['get']);
  const raw = await cluster.rawAs('restricted');
  const path = `/api/v1/namespaces/${namespace}/configmaps/none`;
  await eventually('the role has come into effect', async () => (await raw.get(path)).status === 404);
  const answers = await user.allowed([
    { verb: 'get', group: '', resource: 'configmaps', namespace },
    { verb: 'delete', group: '', resource: 'configmaps', namespace },
    { verb: 'list', group: 'apps', resource: 'deployments', namespace },
    { verb: 'create', group: '', resource: 'namespaces' },
  ]);
  expect(answers.map(it => it.allowed)).toEqual([true, false, false, false]);
});

forEachCluster('our transport tells forbidden from unknown', { needs }, async cluster => {
  const user = await cluster.as('restricted');
  const pods = user.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: cluster.namespace });
  await expect(pods).rejects.toMatchObject({ reason: 'forbidden', status: 403 });
  await expect(user.list({ apiVersion: 'v1', kind: 'Gadget' })).rejects.toMatchObject({ reason: 'unknownKind' });
});

forEachCluster('the same user by token', { needs }, async cluster => {
  const user = await cluster.rawAs('restrictedToken');
  const { status, body } = await user.get(`/api/v1/namespaces/${cluster.namespace}/secrets`);
  expect(status).toBe(403);
  expect(body.message).toContain('User "restricted" cannot list resource "secrets"');
});

forEachCluster(
  'a login that has run out is not a missing permission',
  { needs: ['users', 'servingCertificate'] },
  async cluster => {
    const raw = await cluster.rawAs('expired');
    const { status, body } = await raw.get('/api/v1/namespaces');
    expect(status).toBe(401);
    expect(body).toMatchObject({ kind: 'Status', reason: 'Unauthorized' });
    const user = await cluster.as('expired');
    await expect(user.list({ apiVersion: 'v1', kind: 'Namespace' })).rejects.toMatchObject({ reason: 'unauthorized' });
  },
);
