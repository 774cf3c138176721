import type { JsonObject } from '../text/json.ts';
import type { Scope } from './rendering.ts';
import { isDefinition } from './tracking.ts';
import { objectIn, textIn } from './words.ts';

/** Kinds of Kubernetes itself, and of CRDs met in every second cluster, that have no namespace. Asked only where no cluster tells. */
const clusterScoped: Readonly<Record<string, readonly string[]>> = {
  '': ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume'],
  'admissionregistration.k8s.io': [
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
  ],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'argoproj.io': ['ClusterAnalysisTemplate', 'ClusterWorkflowTemplate'],
  'authentication.k8s.io': ['SelfSubjectReview', 'TokenReview'],
  'authorization.k8s.io': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'],
  'cert-manager.io': ['ClusterIssuer'],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  'external-secrets.io': ['ClusterExternalSecret', 'ClusterPushSecret', 'ClusterSecretStore'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
  'gateway.networking.k8s.io': ['GatewayClass'],
  'internal.apiserver.k8s.io': ['StorageVersion'],
  'karpenter.sh': ['NodeClaim', 'NodePool'],
  'kyverno.io': ['ClusterCleanupPolicy', 'ClusterPolicy'],
  'networking.k8s.io': ['IngressClass', 'IPAddress', 'ServiceCIDR'],
  'node.k8s.io': ['RuntimeClass'],
  policy: ['PodSecurityPolicy'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'resource.k8s.io': ['DeviceClass', 'DeviceTaintRule', 'ResourceSlice'],
  'scheduling.k8s.io': ['PriorityClass'],
  'snapshot.storage.k8s.io': ['VolumeSnapshotClass', 'VolumeSnapshotContent'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
  'storagemigration.k8s.io': ['StorageVersionMigration'],
};

export type Scopes = (group: string, kind: string) => Scope;

/**
 * What is known of kinds: the cluster first, then the CRDs among the manifests themselves, then the table. Of a kind that nobody knows Argo CD
 * assumes that it is namespaced.
 */
export function scopesFor(
  objects: readonly JsonObject[],
  told: ((group: string, kind: string) => Scope | undefined) | undefined,
): Scopes {
  const declared = new Map<string, Scope>();
  for (const object of objects) {
    if (!isDefinition(object)) continue;
    const spec = objectIn(object.spec);
    const scope: Scope = textIn(spec.scope) === 'Cluster' ? 'Cluster' : 'Namespaced';
    declared.set(`${textIn(spec.group)}/${textIn(objectIn(spec.names).kind)}`, scope);
  }
  return (group, kind) =>
    told?.(group, kind) ??
    declared.get(`${group}/${kind}`) ??
    (clusterScoped[group]?.includes(kind) ? 'Cluster' : 'Namespaced');
}
