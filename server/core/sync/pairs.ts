import { applicationOf, isSelfReferenced, type Tracking } from '../model/tracking.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import { isHook, isSkipped } from './hooks.ts';
import { keyOf, keyText, kindOf, metadataOf, nameOf, type ResourceKey } from './resource.ts';
import { waveOf } from './waves.ts';

/** What an Application wants and what is there, object by object (argo-cd:gitops-engine/pkg/sync/reconcile.go). */
export interface PairSubject {
  readonly targets: readonly JsonObject[];
  /** Live objects by `keyText`: those that stand under a target's key, and all that are tracked by the Application. */
  readonly live: ReadonlyMap<string, JsonObject>;
  /** The Application's instance name. */
  readonly instance: string;
  readonly tracking: Tracking;
  /** The destination's namespace. */
  readonly namespace: string;
  /** `undefined`: the API server does not say; then it is taken for namespaced. */
  readonly isNamespaced: (group: string, kind: string) => boolean | undefined;
}

export interface Pair {
  /** The live object's key, else the one that the target will have. */
  readonly key: ResourceKey;
  readonly target?: JsonObject;
  readonly live?: JsonObject;
  readonly wave: number;
  /** Lives without being wanted, and really is the Application's. */
  readonly requiresPruning: boolean;
  /** Neither compared nor counted: a hook that lives, an object told to be skipped, a copy that carries another object's tracking id. */
  readonly uncounted?: 'hook' | 'skipped' | 'copied';
}

export interface Pairs {
  readonly pairs: readonly Pair[];
  /** Hooks among the targets; they have no live half, each sync makes them anew. */
  readonly hooks: readonly JsonObject[];
  /** Live objects under a target's key that another Application tracks. */
  readonly shared: readonly { readonly key: ResourceKey; readonly application: string }[];
}

/** Wanted objects first, in their order; then what lives without being wanted, by key. */
export function pairsOf(subject: PairSubject): Pairs {
  const { targets, live, tracking } = subject;
  const left = new Map(live);
  const hooks = targets.filter(isHook);
  const wanted = targets.filter(it => !isHook(it));
  const keys = wanted.map(it => targetKey(it, subject));
  dropTwins(left, new Set(keys.map(keyText)));
  const pairs = wanted.map((target, i): Pair => {
    const key = keys[i] ?? keyOf(target);
    const found = left.get(keyText(key));
    left.delete(keyText(key));
    const uncounted = isSkipped(target)
      ? ('skipped' as const)
      : found && !isSelfReferenced(found, placed(target, key), tracking)
        ? ('copied' as const)
        : undefined;
    return {
      key: found ? keyOf(found) : key,
      target,
      ...(found && { live: found }),
      wave: waveOf(target),
      requiresPruning: false,
      ...(uncounted && { uncounted }),
    };
  });
  const extras = [...left]
    .filter(([, it]) => applicationOf(it, tracking) === subject.instance)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, it]): Pair => extraOf(it, tracking));
  const shared = [...live.values()].flatMap(it => {
    const application = applicationOf(it, tracking);
    return application !== undefined && application !== subject.instance ? [{ key: keyOf(it), application }] : [];
  });
  return { pairs: [...pairs, ...extras], hooks, shared };
}

function extraOf(live: JsonObject, tracking: Tracking): Pair {
  const own = isSelfReferenced(live, undefined, tracking);
  const uncounted = isHook(live) ? ('hook' as const) : own ? undefined : ('copied' as const);
  return {
    key: keyOf(live),
    live,
    wave: waveOf(live),
    requiresPruning: own && !isHook(live),
    ...(uncounted && { uncounted }),
  };
}

/** Where a target will live: cluster-scoped kinds have no namespace, all others the destination's where they name none. */
export function targetKey(
  target: JsonObject,
  { namespace, isNamespaced }: Pick<PairSubject, 'namespace' | 'isNamespaced'>,
): ResourceKey {
  const key = keyOf(target);
  if (isNamespaced(key.group, key.kind) === false) return { ...key, namespace: '' };
  return key.namespace === '' ? { ...key, namespace } : key;
}

function placed(target: JsonObject, key: ResourceKey): JsonObject {
  return { ...target, metadata: { ...metadataOf(target), namespace: key.namespace } };
}

/** Some API servers show one object in two groups (extensions and apps); the one that is wanted stays, else one of them. */
function dropTwins(live: Map<string, JsonObject>, wanted: ReadonlySet<string>): void {
  const byUid = new Map<string, string[]>();
  for (const [key, object] of live) {
    const { uid } = metadataOf(object);
    if (typeof uid === 'string') byUid.set(uid, [...(byUid.get(uid) ?? []), key]);
  }
  for (const keys of byUid.values()) {
    const unwanted = keys.filter(it => !wanted.has(it)).sort();
    const spare = unwanted.length === keys.length ? unwanted.slice(1) : unwanted;
    for (const key of keys.length > 1 ? spare : []) live.delete(key);
  }
}

/** The destination's namespace, whose labels and annotations the Application keeps (argo-cd:controller/state.go, isManagedNamespace). */
export function managesNamespace(object: JsonObject, application: JsonObject): boolean {
  const spec = isObject(application.spec) ? application.spec : {};
  const policy = isObject(spec.syncPolicy) ? spec.syncPolicy : {};
  const destination = isObject(spec.destination) ? spec.destination : {};
  return (
    kindOf(object) === 'Namespace' &&
    nameOf(object) === destination.namespace &&
    isObject(policy.managedNamespaceMetadata)
  );
}
