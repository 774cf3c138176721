import { expect } from 'vitest';
import { forEachCluster } from './support/clusters.ts';

forEachCluster('says its version', async ({ raw, api }) => {
  const { status, body } = await raw.get('/version');
  expect(status).toBe(200);
  expect(body).toMatchObject({ major: '1', minor: '36', gitVersion: 'v1.36.3' });
  expect((await api.discover()).gitVersion).toBe('v1.36.3');
});

forEachCluster('lists kinds with scope, resource name and verbs', async ({ api }) => {
  const { kinds, failedGroups } = await api.discover({ fresh: true });
  const found = (apiVersion: string, kind: string) =>
    kinds.find(it => it.apiVersion === apiVersion && it.kind === kind);
  expect(found('v1', 'ConfigMap')).toMatchObject({ resource: 'configmaps', namespaced: true, preferred: true });
  expect(found('v1', 'Namespace')).toMatchObject({ resource: 'namespaces', namespaced: false });
  expect(found('apps/v1', 'Deployment')).toMatchObject({ resource: 'deployments', namespaced: true });
  expect(found('rbac.authorization.k8s.io/v1', 'ClusterRole')).toMatchObject({ namespaced: false });
  expect(found('v1', 'ConfigMap')?.verbs).toEqual(
    expect.arrayContaining(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
  );
  expect(found('apps/v1', 'Deploymnet')).toBeUndefined();
  expect(failedGroups).toEqual([]);
});
