import { isUnavailable } from '../../facts/facts.ts';
import { type Cluster, clusterOf, IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../../model/cluster/secret.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import {
  type At,
  appendValues,
  type Context,
  failing,
  type Generator,
  type Outcome,
  type Produced,
} from '../context.ts';
import { byCodePoint } from '../go/print.ts';
import { normalized } from '../names.ts';
import { type Params, typed } from '../params.ts';
import { fail, isFailure, pending, wrapped } from '../problem.ts';
import { matches, parseSelector, selectorText } from '../selector.ts';

/** argo-cd:applicationset/generators/cluster.go */
export const clusters: Generator = {
  name: 'clusters',
  summary: 'One parameter set for each cluster that Argo CD knows, or for those that a label selector picks.',
  combines: false,
  params(spec, at, context) {
    const selector = parseSelector(spec.selector, { operatorNoun: 'label', checkValues: true });
    if (selector.error !== undefined) {
      const message = `error getting cluster secrets: error converting label selector: ${selector.error}`;
      const path = `${at.path}/selector${selector.errorPath ?? ''}`;
      return failing(fail({ code: 'selector-invalid', message, path }));
    }
    const known = knownClusters(at, context);
    if (known === undefined) return { sets: [], waits: true };
    const chosen = known.filter(cluster => matches(selector, cluster.labels));
    const byName = new Map(chosen.map(cluster => [cluster.name, cluster]));
    const note = selectorText(selector);
    const candidates = [...byName.values()].map(cluster => produce(cluster, at, context, note));
    const hasLocal = [...byName.values()].some(cluster => cluster.server === IN_CLUSTER_SERVER);
    if (!isSelecting(spec.selector) && !hasLocal) candidates.push(local(at));
    return finish(spec, candidates, at, context);
  },
};

/** Secrets of Argo CD's namespace, in the order of their names; a Go map makes the controller's order random. */
function knownClusters(at: At, context: Context): readonly Cluster[] | undefined {
  const secrets = context.fact('clusters', {});
  if (secrets === undefined) return undefined;
  if (isUnavailable(secrets)) {
    context.unknown({ kind: 'clusters', of: 'clusters', why: secrets.why, path: at.path });
    return [];
  }
  const namespace = context.options.controllerNamespace ?? 'argocd';
  return secrets
    .map(clusterOf)
    .filter(cluster => cluster !== undefined)
    .filter(cluster => (cluster.namespace ?? namespace) === namespace)
    .sort((a, b) => byCodePoint(a.secret, b.secret));
}

function isSelecting(selector: unknown): boolean {
  if (!isObject(selector)) return false;
  const labels = isObject(selector.matchLabels) ? Object.keys(selector.matchLabels).length : 0;
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions.length : 0;
  return labels + expressions > 0;
}

interface Candidate extends Produced {
  readonly local: boolean;
}

function produce(cluster: Cluster, at: At, context: Context, note: string): Candidate {
  const params: Params = {
    name: cluster.name,
    nameNormalized: normalized(cluster.name),
    server: cluster.server,
    project: cluster.project ?? '',
  };
  const { labels } = cluster;
  const annotations = Object.fromEntries(Object.entries(cluster.annotations).filter(([key]) => !HIDDEN.has(key)));
  if (context.set.goTemplate) {
    const metadata: Params = {};
    if (Object.keys(cluster.annotations).length > 0) metadata.annotations = typed(annotations, 'map[string]string');
    if (Object.keys(labels).length > 0) metadata.labels = typed({ ...labels }, 'map[string]string');
    params.metadata = metadata;
  } else {
    for (const [key, value] of Object.entries(annotations)) params[`metadata.annotations.${key}`] = value;
    for (const [key, value] of Object.entries(labels)) params[`metadata.labels.${key}`] = value;
  }
  const namespace = cluster.namespace ?? context.options.controllerNamespace ?? 'argocd';
  const origin = {
    generator: 'clusters',
    path: at.path,
    item: `cluster ${cluster.name}`,
    source: { kind: 'cluster' as const, namespace, name: cluster.secret },
    ...(note === '' ? {} : { note: `selector ${note}` }),
  };
  return { params, origin: [origin], local: false };
}

/** State that Argo CD or kubectl keeps on the Secret is no parameter. */
const HIDDEN: ReadonlySet<string> = new Set([
  'argocd.argoproj.io/refresh',
  'argocd.argoproj.io/hydrate',
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/installation-id',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

/** The cluster that Argo CD itself runs in has no Secret, so no labels; its name is used as it is. */
function local(at: At): Candidate {
  const params = {
    name: IN_CLUSTER_NAME,
    nameNormalized: IN_CLUSTER_NAME,
    server: IN_CLUSTER_SERVER,
    project: '',
  };
  return {
    params,
    origin: [
      {
        generator: 'clusters',
        path: at.path,
        item: `cluster ${IN_CLUSTER_NAME}`,
        note: 'the cluster that Argo CD runs in',
      },
    ],
    local: true,
  };
}

function finish(spec: JsonObject, candidates: readonly Candidate[], at: At, context: Context): Outcome {
  let waits = false;
  for (const candidate of candidates) {
    const problem = appendValues(spec.values, candidate.params, `${at.path}/values`, context);
    if (problem === pending) waits = true;
    else if (isFailure(problem)) {
      return failing(
        wrapped(problem, `error appending templated values for ${candidate.local ? 'local cluster' : 'cluster'}`),
      );
    }
  }
  const sets = candidates.map(({ params, origin }) => ({ params, origin }));
  if (spec.flatList !== true) return { sets, waits };
  const list = typed(
    sets.map(set => set.params),
    '[]map[string]any',
  );
  const origin = { generator: 'clusters', path: at.path, item: `flatList of ${sets.length} clusters` };
  return { sets: [{ params: { clusters: list }, origin: [origin] }], waits };
}
