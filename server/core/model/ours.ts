import { isMap, isScalar } from 'yaml';
import type { ManifestDocument } from '../documents/document.ts';
import { find, keyText } from '../documents/nodes.ts';

/**
 * What a document is to us. `schema`: a kind we only know by its schema. `annotated`: any other Kubernetes object that carries
 * argocd.argoproj.io/ annotations. Everything else is not ours, and we are silent on it.
 */
export type OwnKind =
  | 'Application'
  | 'ApplicationSet'
  | 'AppProject'
  | 'Rollout'
  | 'AnalysisTemplate'
  | 'ClusterAnalysisTemplate'
  | 'AnalysisRun'
  | 'Experiment'
  | 'SettingsConfigMap'
  | 'ClusterSecret'
  | 'RepositorySecret'
  | 'RepositoryCredentialsSecret'
  | 'schema'
  | 'annotated';

const argoproj: ReadonlySet<string> = new Set([
  'Application',
  'ApplicationSet',
  'AppProject',
  'Rollout',
  'AnalysisTemplate',
  'ClusterAnalysisTemplate',
  'AnalysisRun',
  'Experiment',
]);

/** argo-cd:common/common.go */
export const settingsConfigMaps: readonly string[] = [
  'argocd-cm',
  'argocd-rbac-cm',
  'argocd-cmd-params-cm',
  'argocd-notifications-cm',
  'argocd-ssh-known-hosts-cm',
  'argocd-tls-certs-cm',
  'argocd-gpg-keys-cm',
];

const secretTypes: Readonly<Record<string, OwnKind>> = {
  cluster: 'ClusterSecret',
  repository: 'RepositorySecret',
  'repo-creds': 'RepositoryCredentialsSecret',
  'repository-write': 'RepositorySecret',
  'repo-write-creds': 'RepositoryCredentialsSecret',
};

/** Groups whose kinds are known by schema: Kubernetes' own, External Secrets, Sealed Secrets. */
const schemaGroups =
  /^(v1|(apps|batch|autoscaling|policy|extensions)\/.+|[a-z.]+\.k8s\.io\/.+|external-secrets\.io\/.+|generators\.external-secrets\.io\/.+|bitnami\.com\/.+)$/;

export function ownKind(document: ManifestDocument): OwnKind | undefined {
  const { apiVersion, kind } = document;
  if (apiVersion === undefined || kind === undefined) return undefined;
  if (apiVersion === 'argoproj.io/v1alpha1' && argoproj.has(kind)) return kind as OwnKind;
  if (apiVersion === 'v1' && kind === 'ConfigMap' && settingsConfigMaps.includes(document.name ?? ''))
    return 'SettingsConfigMap';
  if (apiVersion === 'v1' && kind === 'Secret') {
    const type = textAt(document, '/metadata/labels/argocd.argoproj.io~1secret-type');
    const own = type === undefined ? undefined : secretTypes[type];
    if (own) return own;
  }
  if (schemaGroups.test(apiVersion)) return 'schema';
  return hasArgoAnnotation(document) ? 'annotated' : undefined;
}

function textAt(document: ManifestDocument, path: string): string | undefined {
  const node = find(document.yaml, path)?.value;
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

function hasArgoAnnotation(document: ManifestDocument): boolean {
  const annotations = find(document.yaml, '/metadata/annotations')?.value;
  return isMap(annotations) && annotations.items.some(it => keyText(it.key)?.startsWith('argocd.argoproj.io/'));
}
