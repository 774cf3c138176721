import type { JsonObject } from '../core/text/json.ts';

/** A kind that the sandbox serves. */
export interface Kind {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly status: boolean;
  readonly scale: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Of a CustomResourceDefinition's version; absent for what is built in. */
  readonly custom?: { readonly schema: JsonObject | undefined; readonly definition: string };
}

/** API version, kind, plural, traits (n namespaced, c cluster-scoped, s status, r scale), short names, categories: what Kubernetes 1.36 serves. */
const rows: readonly (readonly [string, string, string, string, string, string?])[] = [
  ['v1', 'ConfigMap', 'configmaps', 'n', 'cm'],
  ['v1', 'Endpoints', 'endpoints', 'n', 'ep'],
  ['v1', 'Event', 'events', 'n', 'ev'],
  ['v1', 'LimitRange', 'limitranges', 'n', 'limits'],
  ['v1', 'Namespace', 'namespaces', 'cs', 'ns'],
  ['v1', 'Node', 'nodes', 'cs', 'no'],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'ns', 'pvc'],
  ['v1', 'PersistentVolume', 'persistentvolumes', 'cs', 'pv'],
  ['v1', 'Pod', 'pods', 'ns', 'po', 'all'],
  ['v1', 'PodTemplate', 'podtemplates', 'n', ''],
  ['v1', 'ReplicationController', 'replicationcontrollers', 'nsr', 'rc', 'all'],
  ['v1', 'ResourceQuota', 'resourcequotas', 'ns', 'quota'],
  ['v1', 'Secret', 'secrets', 'n', ''],
  ['v1', 'ServiceAccount', 'serviceaccounts', 'n', 'sa'],
  ['v1', 'Service', 'services', 'ns', 'svc', 'all'],
  ['apiregistration.k8s.io/v1', 'APIService', 'apiservices', 'cs', '', 'api-extensions'],
  ['apps/v1', 'ControllerRevision', 'controllerrevisions', 'n', ''],
  ['apps/v1', 'DaemonSet', 'daemonsets', 'ns', 'ds', 'all'],
  ['apps/v1', 'Deployment', 'deployments', 'nsr', 'deploy', 'all'],
  ['apps/v1', 'ReplicaSet', 'replicasets', 'nsr', 'rs', 'all'],
  ['apps/v1', 'StatefulSet', 'statefulsets', 'nsr', 'sts', 'all'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'ns', 'hpa', 'all'],
  ['batch/v1', 'CronJob', 'cronjobs', 'ns', 'cj', 'all'],
  ['batch/v1', 'Job', 'jobs', 'ns', '', 'all'],
  ['networking.k8s.io/v1', 'IngressClass', 'ingressclasses', 'c', ''],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', 'ns', 'ing'],
  ['networking.k8s.io/v1', 'IPAddress', 'ipaddresses', 'c', 'ip'],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', 'n', 'netpol'],
  ['networking.k8s.io/v1', 'ServiceCIDR', 'servicecidrs', 'cs', ''],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'ns', 'pdb'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', 'c', ''],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', 'c', ''],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', 'n', ''],
  ['rbac.authorization.k8s.io/v1', 'Role', 'roles', 'n', ''],
  ['storage.k8s.io/v1', 'CSIDriver', 'csidrivers', 'c', ''],
  ['storage.k8s.io/v1', 'CSINode', 'csinodes', 'c', ''],
  ['storage.k8s.io/v1', 'CSIStorageCapacity', 'csistoragecapacities', 'n', ''],
  ['storage.k8s.io/v1', 'StorageClass', 'storageclasses', 'c', 'sc'],
  ['storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', 'cs', ''],
  ['storage.k8s.io/v1', 'VolumeAttributesClass', 'volumeattributesclasses', 'c', 'vac'],
  [
    'admissionregistration.k8s.io/v1',
    'MutatingAdmissionPolicy',
    'mutatingadmissionpolicies',
    'c',
    '',
    'api-extensions',
  ],
  [
    'admissionregistration.k8s.io/v1',
    'MutatingAdmissionPolicyBinding',
    'mutatingadmissionpolicybindings',
    'c',
    '',
    'api-extensions',
  ],
  [
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
    'c',
    '',
    'api-extensions',
  ],
  [
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy',
    'validatingadmissionpolicies',
    'cs',
    '',
    'api-extensions',
  ],
  [
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
    'c',
    '',
    'api-extensions',
  ],
  [
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    'c',
    '',
    'api-extensions',
  ],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    'cs',
    'crd,crds',
    'api-extensions',
  ],
  ['scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', 'c', 'pc'],
  ['coordination.k8s.io/v1', 'Lease', 'leases', 'n', ''],
  ['node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', 'c', ''],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', 'n', ''],
];

export const builtInKinds: readonly Kind[] = rows.map(([apiVersion, kind, plural, traits, short, categories]) => {
  const slash = apiVersion.indexOf('/');
  return {
    apiVersion,
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: traits.includes('n'),
    status: traits.includes('s'),
    scale: traits.includes('r'),
    shortNames: short === '' ? [] : short.split(','),
    categories: categories === undefined ? [] : categories.split(','),
  };
});

export const kindId = ({ group, plural }: Pick<Kind, 'group' | 'plural'>): string => `${plural}.${group}`;

/** `deployments.apps`, `pods`: how the API server names a resource in messages. */
export const resourceText = ({ group, plural }: Pick<Kind, 'group' | 'plural'>): string =>
  group === '' ? plural : `${plural}.${group}`;

/** `Deployment.apps`, `Pod`. */
export const kindText = ({ group, kind }: Pick<Kind, 'group' | 'kind'>): string =>
  group === '' ? kind : `${kind}.${group}`;
