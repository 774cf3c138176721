import type { Json, JsonObject } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';
import { textOfBase64 } from './base64.ts';

/** A cluster as Argo CD knows it from a Secret (argo-cd:util/db/cluster.go). */
export interface Cluster {
  /** Of the Secret; `undefined` where the manifest leaves the namespace to the one who applies it. */
  readonly namespace: string | undefined;
  readonly secret: string;
  readonly name: string;
  readonly server: string;
  /** `undefined` where the Secret says nothing about a project. */
  readonly project: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const IN_CLUSTER_NAME = 'in-cluster';
export const IN_CLUSTER_SERVER = 'https://kubernetes.default.svc';
export const CLUSTER_LABEL = 'argocd.argoproj.io/secret-type';

/** `undefined` for a Secret that Argo CD does not take for a cluster. */
export function clusterOf(secret: JsonObject): Cluster | undefined {
  const metadata = isObject(secret.metadata) ? secret.metadata : {};
  const labels = stringsOf(metadata.labels);
  if (labels[CLUSTER_LABEL] !== 'cluster') return undefined;
  const field = (name: string): string | undefined => dataOf(secret, name);
  return {
    namespace: typeof metadata.namespace === 'string' && metadata.namespace !== '' ? metadata.namespace : undefined,
    secret: typeof metadata.name === 'string' ? metadata.name : '',
    name: field('name') ?? '',
    server: field('server') ?? '',
    project: field('project'),
    labels,
    annotations: stringsOf(metadata.annotations),
  };
}

/** The API server writes `stringData` over `data`. */
function dataOf(secret: JsonObject, key: string): string | undefined {
  const plain = isObject(secret.stringData) ? secret.stringData[key] : undefined;
  if (typeof plain === 'string') return plain;
  const encoded = isObject(secret.data) ? secret.data[key] : undefined;
  return typeof encoded === 'string' ? textOfBase64(encoded) : undefined;
}

function stringsOf(value: Json | undefined): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
