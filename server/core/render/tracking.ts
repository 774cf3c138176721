import { goPrint, goQuote } from '../generate/go/print.ts';
import { installationAnnotation, trackingAnnotation, trackingId } from '../model/tracking.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { hasKind } from './manifests.ts';
import { Refused } from './stop.ts';
import { objectIn, textIn } from './words.ts';

/** How an object is marked as belonging to an Application (argo-cd:util/argo/resource_tracking.go). */
export interface Tracking {
  readonly appName: string;
  /** Of the destination: stands for the namespace of an object that has none. */
  readonly namespace: string;
  readonly method: string;
  readonly labelKey: string;
  readonly installationId: string;
}

/** A key of before Argo CD 0.11, under which pod templates were labelled too. */
const legacyLabelKey = 'applications.argoproj.io/app-name';

export function tracked(object: JsonObject, tracking: Tracking): JsonObject {
  if (tracking.labelKey === '' || tracking.appName === '' || isDefinition(object)) return object;
  return mark(object, tracking);
}

/** What happens again after the namespace was changed, with or without a label key. */
export function mark(object: JsonObject, tracking: Tracking): JsonObject {
  switch (tracking.method) {
    case 'label':
      return labelled(object, tracking.labelKey, tracking.appName);
    case 'annotation+label':
      return labelled(annotated(object, tracking), tracking.labelKey, shortened(tracking.appName));
    default:
      return annotated(object, tracking);
  }
}

export function isDefinition(object: JsonObject): boolean {
  const { group, kind } = kindOf(object);
  return group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition';
}

/** An apiVersion that is none leaves group and kind empty, as in Go. */
export function kindOf(object: JsonObject): {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
} {
  if (!hasKind(object)) return { group: '', version: '', kind: '' };
  const apiVersion = textIn(object.apiVersion);
  const cut = apiVersion.indexOf('/');
  return {
    group: apiVersion.slice(0, Math.max(cut, 0)),
    version: apiVersion.slice(cut + 1),
    kind: textIn(object.kind),
  };
}

function annotated(object: JsonObject, { appName, namespace, installationId }: Tracking): JsonObject {
  const { group, kind } = kindOf(object);
  const metadata = objectIn(object.metadata);
  const at = { namespace: textIn(metadata.namespace) || namespace, name: textIn(metadata.name) };
  const { [installationAnnotation]: _, ...others } = mapIn(object, 'annotations');
  const id = installationId === '' ? {} : { [installationAnnotation]: installationId };
  return withMap(object, 'annotations', {
    ...others,
    ...id,
    [trackingAnnotation]: trackingId({ application: appName, group, kind, ...at }),
  });
}

function labelled(object: JsonObject, key: string, value: string): JsonObject {
  const done = withMap(object, 'labels', { ...mapIn(object, 'labels'), [key]: value });
  return key === legacyLabelKey ? withLabelledTemplate(done, key, value) : done;
}

const labelledTemplates: Readonly<Record<string, readonly string[]>> = {
  apps: ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'],
  extensions: ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'],
  batch: ['Job'],
};

function withLabelledTemplate(object: JsonObject, key: string, value: string): JsonObject {
  const { group, kind } = kindOf(object);
  if (!labelledTemplates[group]?.includes(kind)) return object;
  const spec = objectIn(object.spec);
  const template = objectIn(spec.template);
  const metadata = objectIn(template.metadata);
  const labels = { ...objectIn(metadata.labels), [key]: value };
  return { ...object, spec: { ...spec, template: { ...template, metadata: { ...metadata, labels } } } };
}

const longestLabel = 63;

/** Cut so that it is still a label value; the label method alone does not cut, because there the value is the name. */
function shortened(name: string): string {
  if (name.length <= longestLabel) return name;
  const cut = name.slice(0, longestLabel).replace(/[^a-zA-Z0-9]+$/, '');
  if (cut === '')
    throw new Refused('failed to set app instance label: unable to truncate label to not end with a special character');
  return cut;
}

function withMap(object: JsonObject, field: 'labels' | 'annotations', map: JsonObject): JsonObject {
  return { ...object, metadata: { ...objectIn(object.metadata), [field]: map } };
}

/** k8s.io/apimachinery:pkg/apis/meta/v1/unstructured/helpers.go NestedStringMap. */
function mapIn(object: JsonObject, field: 'labels' | 'annotations'): JsonObject {
  const { metadata } = object;
  if (metadata === undefined || metadata === null) return {};
  if (!isObject(metadata)) throw wrong(object, field, `.metadata.${field}`, metadata);
  const map = metadata[field];
  if (map === undefined || map === null) return {};
  if (!isObject(map)) throw wrong(object, field, `.metadata.${field}`, map);
  for (const [key, value] of Object.entries(map)) {
    if (typeof value === 'string') continue;
    const what = `.metadata.${field} accessor error: contains non-string value in the map under key ${goQuote(key)}`;
    throw refusal(object, field, `${what}: ${goPrint(value)} is of the type ${goTypeOf(value)}, expected string`);
  }
  return map;
}

function wrong(object: JsonObject, field: string, path: string, value: Json): Refused {
  const type = `${goPrint(value)} is of the type ${goTypeOf(value)}, expected map[string]interface{}`;
  return refusal(object, field, `${path} accessor error: ${type}`);
}

function refusal(object: JsonObject, field: string, why: string): Refused {
  const { group, version, kind } = kindOf(object);
  const metadata = objectIn(object.metadata);
  const name = `${textIn(metadata.namespace)}/${textIn(metadata.name)}`;
  const got = `failed to get ${field} from target object ${group}/${version}, Kind=${kind} ${name}: ${why}`;
  return new Refused(field === 'labels' ? `failed to set app instance label: ${got}` : got);
}

function goTypeOf(value: Json): string {
  if (value === null) return '<nil>';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'string' ? 'string' : Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}
