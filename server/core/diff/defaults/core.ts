import { isObject } from '../../text/json.ts';
import type { Draft } from '../types.ts';
import {
  type Defaulter,
  inner,
  innerIfAny,
  isBlank,
  items,
  setIfBlank,
  setIfNull,
  setIfZero,
  sizeAt,
} from './values.ts';

const fileMode: Defaulter = object => setIfBlank(object, { defaultMode: 0o644 });

/** kubernetes:pkg/apis/core/v1/defaults.go, and the `+default` marks of the types */
export const coreDefaults: Readonly<Record<string, Defaulter>> = {
  Service: serviceDefaults,
  Pod: podDefaults,
  PodSpec: object => {
    setIfBlank(object, {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    });
    if (isBlank(object.securityContext)) object.securityContext = {};
  },
  Container: containerDefaults,
  EphemeralContainer: containerDefaults,
  ContainerPort: object => setIfBlank(object, { protocol: 'TCP' }),
  Probe: object =>
    setIfZero(object, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
  HTTPGetAction: object => setIfBlank(object, { path: '/', scheme: 'HTTP' }),
  GRPCAction: object => setIfNull(object, { service: '' }),
  FileKeySelector: object => setIfNull(object, { optional: false }),
  ObjectFieldSelector: object => setIfBlank(object, { apiVersion: 'v1' }),
  Volume: object => {
    if (Object.keys(object).every(key => key === 'name' || isBlank(object[key]))) object.emptyDir = {};
    const image = innerIfAny(object, 'image');
    if (image) setIfBlank(image, { pullPolicy: pullPolicyOf(image.reference) });
  },
  SecretVolumeSource: fileMode,
  ConfigMapVolumeSource: fileMode,
  DownwardAPIVolumeSource: fileMode,
  ProjectedVolumeSource: fileMode,
  ServiceAccountTokenProjection: object => setIfNull(object, { expirationSeconds: 3600 }),
  HostPathVolumeSource: object => {
    if (object.type === undefined || object.type === null) object.type = '';
  },
  ISCSIVolumeSource: object => setIfBlank(object, { iscsiInterface: 'default' }),
  ISCSIPersistentVolumeSource: object => setIfBlank(object, { iscsiInterface: 'default' }),
  RBDVolumeSource: object => setIfBlank(object, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  RBDPersistentVolumeSource: object => setIfBlank(object, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  AzureDiskVolumeSource: object =>
    setIfNull(object, { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' }),
  ScaleIOVolumeSource: object => setIfBlank(object, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  ScaleIOPersistentVolumeSource: object => setIfBlank(object, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  Secret: object => setIfBlank(object, { type: 'Opaque' }),
  ConfigMap: object => {
    // Written only while it is not empty, so that it never shows.
    if (isBlank(object.data)) delete object.data;
  },
  PersistentVolume: object => {
    setIfBlank(inner(object, 'status'), { phase: 'Pending' });
    setIfBlank(inner(object, 'spec'), { persistentVolumeReclaimPolicy: 'Retain' });
    setIfNull(inner(object, 'spec'), { volumeMode: 'Filesystem' });
  },
  PersistentVolumeClaim: object => setIfBlank(inner(object, 'status'), { phase: 'Pending' }),
  PersistentVolumeClaimSpec: object => setIfNull(object, { volumeMode: 'Filesystem' }),
  Endpoints: object => {
    for (const subset of items(object, 'subsets'))
      for (const port of items(subset, 'ports')) setIfBlank(port, { protocol: 'TCP' });
  },
  Namespace: object => {
    const metadata = inner(object, 'metadata');
    if (!isBlank(metadata.name)) inner(metadata, 'labels')['kubernetes.io/metadata.name'] = metadata.name ?? '';
  },
  NamespaceStatus: object => setIfBlank(object, { phase: 'Active' }),
  NodeStatus: object => {
    if (isBlank(object.allocatable) && isObject(object.capacity)) object.allocatable = { ...object.capacity };
  },
  LimitRangeItem: object => {
    if (object.type !== 'Container') return;
    const defaults = inner(object, 'default');
    const requests = inner(object, 'defaultRequest');
    fill(defaults, object.max);
    fill(requests, defaults);
    fill(requests, object.min);
    for (const key of ['default', 'defaultRequest']) if (sizeAt(object, key) === 0) delete object[key];
  },
  ReplicationController: object => {
    const spec = inner(object, 'spec');
    setIfBlank(spec, { replicas: 1 });
    const template = innerIfAny(spec, 'template');
    const labels = template && innerIfAny(inner(template, 'metadata'), 'labels');
    if (!labels) return;
    if (sizeAt(spec, 'selector') === 0) spec.selector = { ...labels };
    const metadata = inner(object, 'metadata');
    if (sizeAt(metadata, 'labels') === 0) metadata.labels = { ...labels };
  },
};

function fill(into: Draft, from: unknown): void {
  if (isObject(from)) for (const key of Object.keys(from)) if (!(key in into)) into[key] = from[key] ?? null;
}

function containerDefaults(object: Draft): void {
  setIfBlank(object, {
    imagePullPolicy: pullPolicyOf(object.image),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
}

/** `Always` for the tag `latest`, which is also what a name without tag and digest means (kubernetes:pkg/util/parsers/parsers.go). */
function pullPolicyOf(image: unknown): string {
  const name = typeof image === 'string' ? image : '';
  const match = reference.exec(name);
  if (!match) return 'IfNotPresent';
  const [, tag, digest] = match;
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

/** distribution/reference: domain and path in lower case, then a tag, a digest or both. */
const reference =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]|\[[0-9a-fA-F:]+\])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::(\w[\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$/;

function serviceDefaults(object: Draft): void {
  const spec = inner(object, 'spec');
  setIfBlank(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const client = innerIfAny(innerIfAny(spec, 'sessionAffinityConfig') ?? {}, 'clientIP');
    if (!client || isBlank(client.timeoutSeconds)) spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } };
  }
  for (const port of items(spec, 'ports')) {
    setIfBlank(port, { protocol: 'TCP' });
    if (port.targetPort === 0 || isBlank(port.targetPort)) port.targetPort = port.port ?? 0;
  }
  const external = spec.type === 'LoadBalancer' || spec.type === 'NodePort';
  if (external || (spec.type === 'ClusterIP' && sizeAt(spec, 'externalIPs') > 0))
    setIfBlank(spec, { externalTrafficPolicy: 'Cluster' });
  if (external || spec.type === 'ClusterIP') setIfNull(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec.type !== 'LoadBalancer') return;
  setIfBlank(spec, { allocateLoadBalancerNodePorts: true });
  const balancer = innerIfAny(inner(object, 'status'), 'loadBalancer');
  for (const ingress of balancer ? items(balancer, 'ingress') : [])
    if (!isBlank(ingress.ip)) setIfNull(ingress, { ipMode: 'VIP' });
}

function podDefaults(object: Draft): void {
  const spec = inner(object, 'spec');
  const containers = [...items(spec, 'containers'), ...items(spec, 'initContainers')];
  for (const container of containers) {
    const resources = inner(container, 'resources');
    if (isObject(resources.limits)) fill(inner(resources, 'requests'), resources.limits);
    if (sizeAt(resources, 'requests') === 0) delete resources.requests;
  }
  const whole = innerIfAny(spec, 'resources');
  if (whole && sizeAt(whole, 'limits') > 0) {
    // Requests of the pod as a whole that its containers add up to are left to the API server: their sums are not ours to know.
    const sums = containers.some(it => sizeAt(inner(it, 'resources'), 'requests') > 0);
    if (!sums) fill(inner(whole, 'requests'), whole.limits);
  }
  if (isBlank(spec.enableServiceLinks)) spec.enableServiceLinks = true;
  if (spec.hostNetwork === true)
    for (const port of containers.flatMap(it => items(it, 'ports')))
      if (isBlank(port.hostPort) || port.hostPort === 0) port.hostPort = port.containerPort ?? 0;
}
