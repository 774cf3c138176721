import { expect } from 'vitest';
import type { JsonObject } from '../../server/core/text/json.ts';
import { forEachCluster, type TestCluster } from './support/clusters.ts';
import { at, condition, daemonSet, deployment, items, job, nameOf, pod, statefulSet } from './support/objects.ts';
import { eventuallyValue } from './support/wait.ts';

const needs = ['controllers', 'scriptedPods'] as const;

const kinds = {
  deployments: 'apis/apps/v1',
  replicasets: 'apis/apps/v1',
  statefulsets: 'apis/apps/v1',
  daemonsets: 'apis/apps/v1',
  jobs: 'apis/batch/v1',
  pods: 'api/v1',
  services: 'api/v1',
  persistentvolumeclaims: 'api/v1',
  endpointslices: 'apis/discovery.k8s.io/v1',
} as const;
type Resource = keyof typeof kinds;

const url = ({ namespace }: TestCluster, resource: Resource, name?: string) =>
  `/${kinds[resource]}/namespaces/${namespace}/${resource}${name === undefined ? '' : `/${name}`}`;

async function make(cluster: TestCluster, resource: Resource, object: JsonObject): Promise<void> {
  const { status, body } = await cluster.raw.post(url(cluster, resource), object);
  expect(body.message).toBeUndefined();
  expect(status).toBe(201);
}

/** The object, once it is as the case wants it. */
function until(cluster: TestCluster, resource: Resource, name: string, holds: (object: JsonObject) => boolean) {
  const look = async () => (await cluster.raw.get(url(cluster, resource, name))).body;
  return eventuallyValue(`${resource}/${name}`, look, holds);
}

async function listOf(
  cluster: TestCluster,
  resource: Resource,
  labelSelector?: string,
): Promise<readonly JsonObject[]> {
  const { body } = await cluster.raw.get(url(cluster, resource), { query: labelSelector ? { labelSelector } : {} });
  return items(body.items);
}

const ready = (replicas: number) => (object: JsonObject) =>
  at(object, 'status', 'observedGeneration') === at(object, 'metadata', 'generation') &&
  (at(object, 'status', 'readyReplicas') ?? 0) === replicas &&
  (at(object, 'status', 'updatedReplicas') ?? 0) === replicas &&
  (at(object, 'status', 'replicas') ?? 0) === replicas;

forEachCluster('a Deployment rolls out, with owners down to its pods', { needs }, async cluster => {
  await make(cluster, 'deployments', deployment(cluster.namespace, 'web', { replicas: 2 }));
  const live = await until(cluster, 'deployments', 'web', ready(2));
  expect(condition(live, 'Available')).toBe('True');
  expect(items(at(live, 'status', 'conditions')).find(it => it.type === 'Progressing')).toMatchObject({
    status: 'True',
    reason: 'NewReplicaSetAvailable',
  });
  expect(live.metadata).toMatchObject({ annotations: { 'deployment.kubernetes.io/revision': '1' } });
  const [set, ...others] = await listOf(cluster, 'replicasets');
  expect(others).toEqual([]);
  const owner = { kind: 'Deployment', name: 'web', uid: at(live, 'metadata', 'uid'), controller: true };
  expect(at(set, 'metadata', 'ownerReferences', 0)).toMatchObject(owner);
  const pods = await listOf(cluster, 'pods', 'app=web');
  expect(pods).toHaveLength(2);
  for (const it of pods) {
    expect(at(it, 'metadata', 'ownerReferences', 0, 'kind')).toBe('ReplicaSet');
    expect(at(it, 'metadata', 'labels', 'pod-template-hash')).toBeTypeOf('string');
    expect(at(it, 'status', 'phase')).toBe('Running');
    expect(condition(it, 'Ready')).toBe('True');
  }
});

forEachCluster('a new image makes a new ReplicaSet, and the old one is kept at none', { needs }, async cluster => {
  await make(cluster, 'deployments', deployment(cluster.namespace, 'web', { replicas: 2 }));
  await until(cluster, 'deployments', 'web', ready(2));
  const containers = [{ name: 'main', image: 'example/app:2' }];
  await cluster.raw.patch(url(cluster, 'deployments', 'web'), 'strategic', {
    spec: { template: { spec: { containers } } },
  });
  const live = await until(
    cluster,
    'deployments',
    'web',
    it => ready(2)(it) && at(it, 'metadata', 'annotations', 'deployment.kubernetes.io/revision') === '2',
  );
  expect(at(live, 'metadata', 'generation')).toBe(2);
  const sets = await eventuallyValue(
    'the old ReplicaSet has no pods',
    () => listOf(cluster, 'replicasets'),
    it => it.some(one => at(one, 'spec', 'replicas') === 0 && at(one, 'status', 'replicas') === 0),
  );
  expect(sets.map(it => at(it, 'spec', 'replicas')).toSorted()).toEqual([0, 2]);
});

forEachCluster('scales', { needs }, async cluster => {
  await make(cluster, 'deployments', deployment(cluster.namespace, 'web', { replicas: 1 }));
  await until(cluster, 'deployments', 'web', ready(1));
  await cluster.raw.patch(url(cluster, 'deployments', 'web'), 'merge', { spec: { replicas: 3 } });
  await until(cluster, 'deployments', 'web', ready(3));
  await cluster.raw.patch(url(cluster, 'deployments', 'web'), 'merge', { spec: { replicas: 0 } });
  await until(cluster, 'deployments', 'web', ready(0));
});

forEachCluster('a Deployment that cannot pull does not become available', { needs }, async cluster => {
  const annotations = { 'fake.kubelet/fail': 'ImagePullBackOff' };
  const spec = { progressDeadlineSeconds: 1 };
  await make(cluster, 'deployments', deployment(cluster.namespace, 'web', { annotations, spec }));
  const live = await until(cluster, 'deployments', 'web', it => condition(it, 'Progressing') === 'False');
  expect(items(at(live, 'status', 'conditions')).find(it => it.type === 'Progressing')).toMatchObject({
    reason: 'ProgressDeadlineExceeded',
  });
  expect(condition(live, 'Available')).toBe('False');
  const [one] = await listOf(cluster, 'pods', 'app=web');
  expect(one?.status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }],
  });
});

forEachCluster('a pod that starts late is Pending until then', { needs }, async cluster => {
  const annotations = { 'fake.kubelet/start-after': '2s' };
  await make(cluster, 'pods', pod(cluster.namespace, 'late', { annotations }));
  const early = await until(cluster, 'pods', 'late', it => at(it, 'status', 'containerStatuses') !== undefined);
  expect(early.status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
  await until(cluster, 'pods', 'late', it => condition(it, 'Ready') === 'True');
});

forEachCluster('a pod that crashes is restarted, and waits', { needs }, async cluster => {
  const annotations = { 'fake.kubelet/fail': 'CrashLoopBackOff', 'fake.kubelet/back-off': '500ms' };
  await make(cluster, 'pods', pod(cluster.namespace, 'crash', { annotations }));
  const live = await until(
    cluster,
    'pods',
    'crash',
    it => Number(at(it, 'status', 'containerStatuses', 0, 'restartCount')) >= 2,
  );
  expect(live.status).toMatchObject({
    phase: 'Running',
    containerStatuses: [
      {
        ready: false,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      },
    ],
  });
});

forEachCluster('a pod takes the time to stop that it asks for', { needs }, async cluster => {
  await make(cluster, 'pods', pod(cluster.namespace, 'slow', { annotations: { 'fake.kubelet/stop-after': '2s' } }));
  await until(cluster, 'pods', 'slow', it => condition(it, 'Ready') === 'True');
  await cluster.raw.delete(url(cluster, 'pods', 'slow'));
  const going = await cluster.raw.get(url(cluster, 'pods', 'slow'));
  expect(at(going.body, 'metadata', 'deletionTimestamp')).toBeTypeOf('string');
  await until(cluster, 'pods', 'slow', it => it.code === 404);
});

forEachCluster('a StatefulSet makes its pods in order, each with its claim', { needs }, async cluster => {
  const volumeClaimTemplates = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];
  await make(
    cluster,
    'statefulsets',
    statefulSet(cluster.namespace, 'db', { replicas: 2, spec: { volumeClaimTemplates } }),
  );
  const live = await until(cluster, 'statefulsets', 'db', ready(2));
  expect(at(live, 'status', 'currentRevision')).toBe(at(live, 'status', 'updateRevision'));
  expect((await listOf(cluster, 'pods', 'app=db')).map(nameOf).toSorted()).toEqual(['db-0', 'db-1']);
  const claims = await listOf(cluster, 'persistentvolumeclaims');
  expect(claims.map(it => [nameOf(it), at(it, 'status', 'phase')]).toSorted()).toEqual([
    ['data-db-0', 'Bound'],
    ['data-db-1', 'Bound'],
  ]);
});

forEachCluster('a DaemonSet has one pod on every node', { needs }, async cluster => {
  const { body: nodes } = await cluster.raw.get('/api/v1/nodes');
  const count = items(nodes.items).length;
  expect(count).toBeGreaterThan(0);
  await make(cluster, 'daemonsets', daemonSet(cluster.namespace, 'agent'));
  const live = await until(cluster, 'daemonsets', 'agent', it => at(it, 'status', 'numberAvailable') === count);
  expect(live.status).toMatchObject({
    desiredNumberScheduled: count,
    updatedNumberScheduled: count,
    numberReady: count,
    observedGeneration: 1,
  });
});

forEachCluster('a Job completes', { needs }, async cluster => {
  await make(cluster, 'jobs', job(cluster.namespace, 'once'));
  const live = await until(cluster, 'jobs', 'once', it => condition(it, 'Complete') === 'True');
  expect(live.status).toMatchObject({
    succeeded: 1,
    completionTime: expect.any(String),
    startTime: expect.any(String),
  });
  const [one] = await listOf(cluster, 'pods', 'job-name=once');
  expect(at(one, 'status', 'phase')).toBe('Succeeded');
});

forEachCluster('a Job fails after its last try', { needs }, async cluster => {
  const annotations = { 'fake.kubelet/exit-code': '3' };
  await make(cluster, 'jobs', job(cluster.namespace, 'bad', { annotations, spec: { backoffLimit: 0 } }));
  const live = await until(cluster, 'jobs', 'bad', it => condition(it, 'Failed') === 'True');
  expect(items(at(live, 'status', 'conditions')).find(it => it.type === 'Failed')).toMatchObject({
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  });
  const [one] = await listOf(cluster, 'pods', 'job-name=bad');
  expect(one?.status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 3, reason: 'Error' } } }],
  });
});

forEachCluster('a suspended Job does nothing until it is let go', { needs }, async cluster => {
  await make(cluster, 'jobs', job(cluster.namespace, 'held', { spec: { suspend: true } }));
  await until(cluster, 'jobs', 'held', it => condition(it, 'Suspended') === 'True');
  expect(await listOf(cluster, 'pods')).toEqual([]);
  await cluster.raw.patch(url(cluster, 'jobs', 'held'), 'merge', { spec: { suspend: false } });
  await until(cluster, 'jobs', 'held', it => condition(it, 'Complete') === 'True');
});

forEachCluster('deleting a Deployment takes everything below it along', { needs }, async cluster => {
  await make(cluster, 'deployments', deployment(cluster.namespace, 'web', { replicas: 2 }));
  await until(cluster, 'deployments', 'web', ready(2));
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: cluster.namespace, name: 'web' };
  expect((await cluster.api.delete(reference, { propagation: 'Foreground' })).gone).toBe(false);
  await until(cluster, 'deployments', 'web', it => it.code === 404);
  expect(await listOf(cluster, 'replicasets')).toEqual([]);
  expect((await cluster.api.delete(reference)).gone).toBe(true);
});

forEachCluster('a Service gets an address, and endpoints of ready pods', { needs }, async cluster => {
  await make(cluster, 'deployments', deployment(cluster.namespace, 'web', { replicas: 1 }));
  const spec = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
  await make(cluster, 'services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
  const live = await until(cluster, 'services', 'web', () => true);
  expect(live.spec).toMatchObject({
    type: 'ClusterIP',
    clusterIP: expect.stringMatching(/^10\.96\./),
    ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
  });
  const slices = await eventuallyValue(
    'an endpoint that is ready',
    () => listOf(cluster, 'endpointslices', 'kubernetes.io/service-name=web'),
    it => at(it[0], 'endpoints', 0, 'conditions', 'ready') === true,
  );
  expect(slices).toHaveLength(1);
});

forEachCluster('a claim is bound', { needs }, async cluster => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await make(cluster, 'persistentvolumeclaims', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec,
  });
  const live = await until(cluster, 'persistentvolumeclaims', 'data', it => at(it, 'status', 'phase') === 'Bound');
  expect(live.status).toMatchObject({ capacity: { storage: '1Gi' } });
});

forEachCluster('gives the end of a log', { needs }, async cluster => {
  const annotations = { 'fake.kubelet/logs': 'one\ntwo\nthree' };
  await make(cluster, 'pods', pod(cluster.namespace, 'talks', { annotations }));
  await until(cluster, 'pods', 'talks', it => condition(it, 'Ready') === 'True');
  const named = { namespace: cluster.namespace, name: 'talks' };
  expect(await cluster.api.logs(named)).toBe('one\ntwo\nthree\n');
  expect(await cluster.api.logs(named, { container: 'main', tailLines: 1 })).toBe('three\n');
  await expect(cluster.api.logs(named, { container: 'other' })).rejects.toMatchObject({ reason: 'invalid' });
});

forEachCluster('has no log of what never ran', { needs }, async cluster => {
  await make(
    cluster,
    'pods',
    pod(cluster.namespace, 'stuck', { annotations: { 'fake.kubelet/fail': 'ImagePullBackOff' } }),
  );
  await until(cluster, 'pods', 'stuck', it => at(it, 'status', 'containerStatuses') !== undefined);
  const asked = cluster.api.logs({ namespace: cluster.namespace, name: 'stuck' });
  await expect(asked).rejects.toMatchObject({
    reason: 'invalid',
    message: expect.stringContaining('waiting to start'),
  });
});
