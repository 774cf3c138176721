import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../server/adapters/clock/clock.ts';
import { argocdSettings } from '../../server/core/model/argocdSettings.ts';
import { kindOf, metadataOf, nameOf } from '../../server/core/sync/resource.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import type { Cluster } from '../../server/engine/cluster.ts';
import { createLiveCache, type LiveCache } from '../../server/engine/live.ts';
import { forEachCluster, type TestCluster } from './support/clusters.ts';
import { eventually } from './support/wait.ts';

async function liveOf(api: Cluster, { namespace }: TestCluster): Promise<LiveCache> {
  const live = createLiveCache({
    cluster: api,
    discovery: await api.discover(),
    settings: argocdSettings(),
    clock: systemClock,
    namespaces: () => [namespace],
  });
  onTestFinished(() => live.dispose());
  await live.ready();
  return live;
}

/** An object that the Application named after its namespace tracks. */
function tracked(
  { namespace }: TestCluster,
  apiVersion: string,
  kind: string,
  name: string,
  body: JsonObject,
): JsonObject {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const id = `${namespace}:${group}/${kind}:${namespace}/${name}`;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, annotations: { 'argocd.argoproj.io/tracking-id': id } },
    ...body,
  };
}

const template: JsonObject = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] },
};
const deployment = (cluster: TestCluster, replicas: number) =>
  tracked(cluster, 'apps/v1', 'Deployment', 'web', {
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template },
  });

const apply = (api: Cluster, object: JsonObject) =>
  api.write({ verb: 'apply', object, force: true }, { fieldManager: 'argocd-controller' });

/** Kinds of everything below an Application's objects, each as often as it is there. */
function below(live: LiveCache, { namespace }: TestCluster): readonly string[] {
  const kinds = (object: JsonObject): readonly string[] =>
    live.owned(String(metadataOf(object).uid)).flatMap(it => [kindOf(it), ...kinds(it)]);
  return live.tracked(namespace).flatMap(kinds).sort();
}

forEachCluster(
  'what an Application tracks is seen with all that grows below it',
  { needs: ['controllers'] },
  async cluster => {
    const { api, namespace } = cluster;
    await apply(api, deployment(cluster, 2));
    const live = await liveOf(api, cluster);
    expect(live.tracked(namespace).map(nameOf)).toEqual(['web']);
    await eventually('two pods', async () => below(live, cluster).join() === 'Pod,Pod,ReplicaSet');
    await apply(api, deployment(cluster, 3));
    await eventually('three pods', async () => below(live, cluster).join() === 'Pod,Pod,Pod,ReplicaSet');
    await api.delete(
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' },
      { propagation: 'Foreground' },
    );
    await eventually('nothing left', async () => live.tracked(namespace).length === 0);
  },
);

forEachCluster(
  'claims of a StatefulSet are below it though nothing refers to them',
  { needs: ['controllers'] },
  async cluster => {
    const claim: JsonObject = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
    };
    await apply(
      cluster.api,
      tracked(cluster, 'apps/v1', 'StatefulSet', 'db', {
        spec: {
          serviceName: 'db',
          selector: { matchLabels: { app: 'web' } },
          template,
          volumeClaimTemplates: [claim],
        },
      }),
    );
    const live = await liveOf(cluster.api, cluster);
    await eventually('the claim', async () => below(live, cluster).includes('PersistentVolumeClaim'));
  },
);

forEachCluster(
  'who may read one namespace sees what is there, and which permission is missing elsewhere',
  { needs: ['users'] },
  async cluster => {
    const { api, raw, namespace } = cluster;
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const rules = [
      { apiGroups: ['', 'apps'], resources: ['configmaps', 'deployments'], verbs: ['get', 'list', 'watch'] },
    ];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'restricted' }];
    await raw.post(`${rbac}/roles`, { metadata: { name: 'reader' }, rules });
    await raw.post(`${rbac}/rolebindings`, { metadata: { name: 'reader' }, roleRef, subjects });
    await apply(api, deployment(cluster, 0));
    const user = await cluster.as('restricted');
    await eventually('the role counts', async () =>
      user.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace }).then(
        () => true,
        () => false,
      ),
    );
    const live = await liveOf(user, cluster);
    expect(live.tracked(namespace).map(nameOf)).toEqual(['web']);
    const key = { group: 'apps', kind: 'Deployment', namespace, name: 'web' };
    expect([live.covers(key), live.covers({ ...key, namespace: 'default' })]).toEqual([true, false]);
    expect(live.forbidden.map(it => it.message)).toContain(
      'deployments.apps is forbidden: User "restricted" cannot list resource "deployments" in API group "apps" at the cluster scope',
    );
  },
);
