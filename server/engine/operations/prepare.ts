import { objectOf, waveOfTask } from '../../core/sync/order.ts';
import type { Pair } from '../../core/sync/pairs.ts';
import {
  apiVersionOf,
  isNamespace,
  keyOf,
  keyText,
  metadataOf,
  nameOf,
  type ResourceKey,
} from '../../core/sync/resource.ts';
import { type SyncTask, tasksOf } from '../../core/sync/tasks.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { Discovery } from '../cluster.ts';
import type { Wanted } from '../compare/live.ts';
import type { Prediction } from '../compare/predict.ts';
import { destinationOf } from '../delivery/destinations.ts';
import type { Observation, Place } from '../delivery/observe.ts';
import type { PlanRequest } from '../delivery.ts';
import { deletionTasks, doomedPairs } from './deleting.ts';
import { type RunOptions, runOptions } from './options.ts';

/** Everything that a sync needs to run, fixed when it was planned; what lives is looked at anew in each pass. */
export interface Prepared {
  readonly id: string;
  readonly application: JsonObject;
  readonly place: Place;
  readonly request: PlanRequest;
  readonly options: RunOptions;
  readonly namespace: string;
  readonly revisions: readonly string[];
  readonly pairs: readonly Pair[];
  readonly hooks: readonly JsonObject[];
  /** Keys (`keyText`) of objects that are equal to their target. */
  readonly inSync: ReadonlySet<string>;
  /** What the comparison heard from the API server, by `keyText`. */
  readonly predictions: ReadonlyMap<string, Prediction>;
  /** Of all targets. */
  readonly fingerprint: string;
}

export function prepare(
  id: string,
  observation: Observation,
  place: Place,
  request: PlanRequest,
  now: number,
): Prepared {
  const { application, pairs, compared, rendering } = observation;
  const options = runOptions(application, request, now);
  if (request.kind === 'delete') return prepareDeletion(id, observation, place, request, options);
  const { resources = [] } = request;
  // A copy that carries another object's tracking id is nobody's to change (argo-cd:controller/sync.go, WithResourcesFilter).
  const own = pairs.pairs.filter(
    it => it.uncounted !== 'copied' && (resources.length === 0 || resources.some(one => isMeant(one, it))),
  );
  return {
    id,
    application,
    place,
    request,
    options,
    namespace: destinationOf(application).namespace,
    revisions: rendering.revisions,
    pairs: own,
    hooks: pairs.hooks,
    inSync: new Set(
      pairs.pairs.flatMap((pair, i) => (pair.target && compared[i]?.modified === false ? [keyText(pair.key)] : [])),
    ),
    predictions: new Map(
      pairs.pairs.flatMap((pair, i) => {
        const prediction = compared[i]?.prediction;
        return prediction ? [[keyText(pair.key), prediction] as const] : [];
      }),
    ),
    fingerprint: fingerprint([...own.flatMap(it => it.target ?? []), ...pairs.hooks]),
  };
}

function prepareDeletion(
  id: string,
  observation: Observation,
  place: Place,
  request: PlanRequest,
  options: RunOptions,
): Prepared {
  return {
    id,
    application: observation.application,
    place,
    request,
    options,
    namespace: destinationOf(observation.application).namespace,
    revisions: observation.rendering.revisions,
    pairs: doomedPairs(observation, request.cascade ?? 'foreground'),
    hooks: [],
    inSync: new Set(),
    predictions: new Map(),
    // What is wanted does not matter to what is taken away.
    fingerprint: '',
  };
}

/** argo-cd:util/argo/resource_filter.go: a choice without a namespace means every one. */
export function means(choice: ResourceKey, { group, kind, namespace, name }: ResourceKey): boolean {
  const same = choice.group === group && choice.kind === kind && choice.name === name;
  return same && (choice.namespace === '' || choice.namespace === namespace);
}

/** By where it lives, or as the manifest writes it. */
export const isMeant = (choice: ResourceKey, { key, target }: Pair): boolean =>
  means(choice, key) || (target !== undefined && means(choice, keyOf(target)));

export interface TaskView {
  /** By `keyText`. */
  readonly lives: ReadonlyMap<string, JsonObject>;
  readonly discovery: Discovery;
  /** Milliseconds since 1970: names hooks. */
  readonly startedAt: number;
}

/** The tasks as things are now. */
export function tasksNow(prepared: Prepared, { lives, discovery, startedAt }: TaskView): readonly SyncTask[] {
  const { pairs, hooks, options, namespace, revisions } = prepared;
  if (prepared.request.kind === 'delete') return deletionTasks(prepared, lives);
  const served = new Set(discovery.kinds.map(it => `${it.apiVersion} ${it.kind}`));
  const paired = pairs.flatMap(({ key, target }) => {
    const live = lives.get(keyText(key));
    return target || live ? [{ ...(target && { target }), ...(live && { live }) }] : [];
  });
  const known = new Set(pairs.map(it => keyText(it.key)));
  const others = [...lives].flatMap(([key, live]) => (known.has(key) ? [] : [{ live }]));
  const liveNamespace = lives.get(keyText(namespaceKey(namespace)));
  const tasks = tasksOf({
    resources: [...paired, ...others.filter(it => !isNamespace(it.live))],
    hooks,
    namespace,
    // Of several sources Argo CD has no one revision.
    revision: revisions.length === 1 ? (revisions[0] ?? '') : '',
    startedAt: Math.floor(startedAt / 1000),
    options,
    unknownKind: (apiVersion, kind) =>
      served.has(`${apiVersion} ${kind}`) ? undefined : unknownKindText(apiVersion, kind),
    ...(liveNamespace && { liveNamespace }),
  });
  return tasks.map(it => withNamespaceMetadata(it, prepared));
}

/** argo-cd:gitops-engine/pkg/sync/sync_context.go, getSyncTasks */
function unknownKindText(apiVersion: string, kind: string): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `The Kubernetes API could not find ${group}/${kind} in version ${apiVersion}. Make sure the "${kind}" CRD is installed on the destination cluster.`;
}

export function namespaceKey(name: string): ResourceKey {
  return { group: '', kind: 'Namespace', namespace: '', name };
}

/** Every object that a pass may have to know: pairs, hooks by the names they will have, the destination's namespace. */
export function wantedOf(prepared: Prepared, tasks: readonly SyncTask[]): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  const add = (key: ResourceKey, object: JsonObject): void => {
    wanted.set(keyText(key), { ...key, apiVersion: apiVersionOf(object) });
  };
  for (const { key, target, live } of prepared.pairs) add(key, target ?? live ?? {});
  for (const task of tasks) {
    const key = placedKey(objectOf(task), prepared);
    if (!wanted.has(keyText(key))) add(key, objectOf(task));
  }
  const { namespace } = prepared;
  if (namespace !== '') wanted.set(keyText(namespaceKey(namespace)), { ...namespaceKey(namespace), apiVersion: 'v1' });
  return [...wanted.values()];
}

/** Under which key an object lives: cluster-scoped targets were given a namespace that they do not have. */
export function placedKey(object: JsonObject, { place }: Pick<Prepared, 'place'>): ResourceKey {
  const key = keyOf(object);
  const scope = place.connected.scopeOf(key.group, key.kind);
  return scope === 'Cluster' || isNamespace(object) ? { ...key, namespace: '' } : key;
}

/** argo-cd:controller/sync_namespace.go: a namespace that a sync makes gets what the Application says of it. */
function withNamespaceMetadata(task: SyncTask, { options, namespace, pairs }: Prepared): SyncTask {
  const { namespaceMetadata } = options;
  const { target, live } = task;
  if (!namespaceMetadata || !target || live || !isNamespace(target) || nameOf(target) !== namespace) return task;
  if (pairs.some(it => it.target && isNamespace(it.target) && nameOf(it.target) === namespace)) return task;
  const { labels, annotations } = namespaceMetadata;
  const options_ = { 'argocd.argoproj.io/sync-options': 'ServerSideApply=true' };
  const metadata = { ...metadataOf(target), labels, annotations: { ...annotations, ...options_ } };
  return { ...task, target: { ...target, metadata } };
}

export function stepKeyOf(task: SyncTask, prepared: Pick<Prepared, 'place'>) {
  const object = objectOf(task);
  return { ...placedKey(object, prepared), apiVersion: apiVersionOf(object), wave: waveOfTask(task) };
}

/** What a person or a controller decided about an object, without what happens to it all the time. */
export function decidedPart(object: JsonObject): string {
  const { status: _, ...rest } = object;
  const { resourceVersion, managedFields, generation, creationTimestamp, ...metadata } = metadataOf(object);
  return fingerprint({ ...rest, metadata });
}
