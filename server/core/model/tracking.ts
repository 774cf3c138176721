import { isObject, type JsonObject } from '../text/json.ts';

/** How live objects are known to belong to an Application (argo-cd:util/argo/resource_tracking.go). */
export type TrackingMethod = 'annotation' | 'label' | 'annotation+label';

export interface Tracking {
  readonly method: TrackingMethod;
  /** Key of the label, for the methods that use one. */
  readonly labelKey: string;
  readonly installationId?: string;
}

export const defaultTracking: Tracking = { method: 'annotation', labelKey: 'app.kubernetes.io/instance' };

export const trackingAnnotation = 'argocd.argoproj.io/tracking-id';
export const installationAnnotation = 'argocd.argoproj.io/installation-id';

/** What a tracking id says: the Application's instance name and the object that carries the id. */
export interface TrackedObject {
  /** `name`, or `namespace_name` for an Application outside of Argo CD's namespace. */
  readonly application: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `web:apps/Deployment:shop/web`; the core group is empty. */
export function trackingId({ application, group, kind, namespace, name }: TrackedObject): string {
  return `${application}:${group}/${kind}:${namespace}/${name}`;
}

/** `undefined` where the text is no tracking id. */
export function parseTrackingId(text: string): TrackedObject | undefined {
  const first = text.indexOf(':');
  const second = text.indexOf(':', first + 1);
  if (first < 0 || second < 0) return undefined;
  const of = text.slice(first + 1, second).split('/');
  const at = text.slice(second + 1).split('/');
  const [group, kind] = of;
  const [namespace, name] = at;
  if (of.length !== 2 || at.length !== 2) return undefined;
  if (group === undefined || kind === undefined || namespace === undefined || name === undefined) return undefined;
  return { application: text.slice(0, first), group, kind, namespace, name };
}

/** The tracking annotation of an object of this installation. */
export function trackedBy(object: JsonObject, { installationId = '' }: Tracking): TrackedObject | undefined {
  const annotations = textsOf(object, 'annotations');
  if (installationId !== '' && annotations[installationAnnotation] !== installationId) return undefined;
  const id = annotations[trackingAnnotation];
  return typeof id === 'string' ? parseTrackingId(id) : undefined;
}

/** Instance name of the Application that an object says it belongs to; `undefined`: none. */
export function applicationOf(object: JsonObject, tracking: Tracking): string | undefined {
  if (tracking.method !== 'label') return trackedBy(object, tracking)?.application;
  const label = textsOf(object, 'labels')[tracking.labelKey];
  return typeof label === 'string' && label !== '' ? label : undefined;
}

/** argo-cd:pkg/apis/application/v1alpha1/types.go, InstanceName */
export function instanceName(
  application: { readonly namespace: string; readonly name: string },
  controllerNamespace: string,
): string {
  const { namespace, name } = application;
  return namespace === '' || namespace === controllerNamespace ? name : `${namespace}_${name}`;
}

/**
 * Whether an object's tracking id names the object itself. Operators copy annotations to what they make; such a copy is neither compared nor
 * pruned (argo-cd:controller/state.go, isSelfReferencedObj).
 */
export function isSelfReferenced(live: JsonObject, target: JsonObject | undefined, tracking: Tracking): boolean {
  if (tracking.method === 'label') return true;
  const own = target ? identityOf(target) : trackedBy(live, tracking);
  if (!own) return true;
  const { group, kind, namespace, name } = identityOf(live);
  return (
    (namespace === own.namespace || namespace === '') && name === own.name && group === own.group && kind === own.kind
  );
}

function identityOf(object: JsonObject): Omit<TrackedObject, 'application'> {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const version = text(object.apiVersion);
  return {
    group: version.includes('/') ? version.slice(0, version.indexOf('/')) : '',
    kind: text(object.kind),
    namespace: text(metadata.namespace),
    name: text(metadata.name),
  };
}

function textsOf(object: JsonObject, field: 'annotations' | 'labels'): JsonObject {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const texts = metadata[field];
  return isObject(texts) ? texts : {};
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
