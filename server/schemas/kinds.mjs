// Which kinds get a schema, and where their TypeScript declarations lie. This list is the only one: the catalogue, the documentation and the
// tests are made from it. A kind that is not here is never reported on (a missing schema never makes a finding).

const argo = kinds => ({
  package: '@kubernetes-models/argo-cd',
  folder: 'argoproj.io/v1alpha1',
  apiVersion: 'argoproj.io/v1alpha1',
  kinds,
});
const core = (apiVersion, folder, kinds) => ({ package: 'kubernetes-models', folder, apiVersion, kinds });
const externalSecrets = (version, kinds) => ({
  package: '@kubernetes-models/external-secrets',
  folder: `external-secrets.io/${version}`,
  apiVersion: `external-secrets.io/${version}`,
  kinds,
});

export const sources = [
  argo(['Application', 'ApplicationSet', 'AppProject']),
  {
    package: '@kubernetes-models/argo-rollouts',
    folder: 'argoproj.io/v1alpha1',
    apiVersion: 'argoproj.io/v1alpha1',
    kinds: ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'],
  },
  externalSecrets('v1', ['ExternalSecret', 'ClusterExternalSecret', 'SecretStore', 'ClusterSecretStore']),
  externalSecrets('v1beta1', ['ExternalSecret', 'ClusterExternalSecret', 'SecretStore', 'ClusterSecretStore']),
  externalSecrets('v1alpha1', ['PushSecret', 'ClusterPushSecret']),
  {
    package: '@kubernetes-models/sealed-secrets',
    folder: 'bitnami.com/v1alpha1',
    apiVersion: 'bitnami.com/v1alpha1',
    kinds: ['SealedSecret'],
  },
  core('v1', 'v1', [
    'ConfigMap',
    'Endpoints',
    'LimitRange',
    'Namespace',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'Pod',
    'PodTemplate',
    'ReplicationController',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
  ]),
  core('apps/v1', 'apps/v1', ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet']),
  core('batch/v1', 'batch/v1', ['CronJob', 'Job']),
  core('autoscaling/v1', 'autoscaling/v1', ['HorizontalPodAutoscaler']),
  core('autoscaling/v2', 'autoscaling/v2', ['HorizontalPodAutoscaler']),
  core('policy/v1', 'policy/v1', ['PodDisruptionBudget']),
  core('networking.k8s.io/v1', 'networking.k8s.io/v1', ['Ingress', 'IngressClass', 'NetworkPolicy']),
  core('rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io/v1', [
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
  ]),
  core('storage.k8s.io/v1', 'storage.k8s.io/v1', ['StorageClass']),
  core('scheduling.k8s.io/v1', 'scheduling.k8s.io/v1', ['PriorityClass']),
  core('apiextensions.k8s.io/v1', 'apiextensions.k8s.io/v1', ['CustomResourceDefinition']),
  core('apiregistration.k8s.io/v1', 'apiregistration.k8s.io/v1', ['APIService']),
  core('admissionregistration.k8s.io/v1', 'admissionregistration.k8s.io/v1', [
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ]),
];
