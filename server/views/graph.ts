import type { ApplicationStatus } from '../core/status/application.ts';
import { keyOf, keyText, metadataOf } from '../core/sync/resource.ts';
import { isObject, type JsonObject } from '../core/text/json.ts';
import type { GraphEdge, GraphNode, GraphView } from '../protocol/delivery.ts';
import { resourceWords } from './marks.ts';

/** Kinds whose live objects tell who sends traffic to whom. */
export function tellsNetwork({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return networkKinds.has(`${group}/${kind}`);
}

const networkKinds: ReadonlySet<string> = new Set([
  '/Service',
  'networking.k8s.io/Ingress',
  'gateway.networking.k8s.io/HTTPRoute',
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'argoproj.io/Rollout',
  '/Pod',
]);

/** The Application, what it manages, what that owns, and where traffic goes. `lives`: the live objects of `tellsNetwork`. */
export function graphOf(application: ApplicationStatus, lives: readonly JsonObject[]): GraphView {
  const root: GraphNode = {
    id: 'application',
    kind: 'Application',
    name: application.name,
    health: application.health,
    sync: application.sync,
    info: '',
  };
  const resources = application.resources.map((it): GraphNode => {
    const { group, kind, namespace, name } = it;
    return {
      id: keyText(it),
      kind,
      name,
      health: it.missing ? 'Missing' : (it.health?.status ?? ''),
      sync: it.sync ?? '',
      info: resourceWords({ ...it, group, kind, namespace, name }),
      resource: { group, kind, namespace, name },
    };
  });
  const known = new Set(resources.map(it => it.id));
  const owns = application.resources.map(
    (it): GraphEdge => ({
      from: it.parent !== undefined && known.has(it.parent) ? it.parent : root.id,
      to: keyText(it),
      kind: 'owns',
    }),
  );
  const routes = routesOf(lives).filter(it => known.has(it.from) && known.has(it.to));
  return { title: application.name, nodes: [root, ...resources], edges: [...owns, ...routes] };
}

/** Services to the workloads (or bare Pods) that their selector means; Ingresses and HTTPRoutes to Services. */
export function routesOf(lives: readonly JsonObject[]): readonly GraphEdge[] {
  const edges: GraphEdge[] = [];
  for (const from of lives) {
    const key = keyOf(from);
    if (key.kind === 'Service') {
      const selector = at(at(from, 'spec'), 'selector');
      if (Object.keys(selector).length === 0) continue;
      for (const to of lives) {
        if (keyOf(to).namespace !== key.namespace || !selects(selector, labelsOf(to))) continue;
        edges.push({ from: keyText(key), to: keyText(keyOf(to)), kind: 'routes' });
      }
      continue;
    }
    for (const name of backendsOf(from, key.kind))
      edges.push({
        from: keyText(key),
        to: keyText({ group: '', kind: 'Service', namespace: key.namespace, name }),
        kind: 'routes',
      });
  }
  return edges;
}

function selects(selector: JsonObject, labels: JsonObject): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** Of the pods that an object makes; of a Pod that nobody owns, its own. */
function labelsOf(object: JsonObject): JsonObject {
  const { kind } = keyOf(object);
  const metadata = metadataOf(object);
  if (kind === 'Pod') return Array.isArray(metadata.ownerReferences) ? {} : at(metadata, 'labels');
  return at(at(at(at(object, 'spec'), 'template'), 'metadata'), 'labels');
}

function backendsOf(object: JsonObject, kind: string): readonly string[] {
  const spec = at(object, 'spec');
  if (kind === 'Ingress') {
    const backends = [
      at(spec, 'defaultBackend'),
      ...list(spec, 'rules').flatMap(rule => list(at(rule, 'http'), 'paths').map(path => at(path, 'backend'))),
    ];
    return distinct(backends.map(it => at(it, 'service').name));
  }
  if (kind === 'HTTPRoute')
    return distinct(list(spec, 'rules').flatMap(rule => list(rule, 'backendRefs').map(it => it.name)));
  return [];
}

const distinct = (names: readonly unknown[]): readonly string[] => [
  ...new Set(names.filter((it): it is string => typeof it === 'string')),
];

function at(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function list(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}
