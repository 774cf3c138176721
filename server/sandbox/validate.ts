import { same } from '../core/diff/json.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import type { Kind } from './kinds.ts';
import { at, list, matchesSelector, metadataOf, nameOf, objects, text } from './objects.ts';
import { type Cause, invalid } from './status.ts';

const nameRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const longestAnnotations = 256 * 1024;

/** RBAC objects may be named with colons; everything else is a DNS name. */
export function checkObject(kind: Kind, object: JsonObject, former: JsonObject | undefined): void {
  const causes = [
    ...metadataCauses(kind, object),
    ...(workloads[kind.kind]?.(object) ?? []),
    ...schemaCauses(kind, object),
  ];
  const changed = former ? [...immutableCauses(kind, object, former), ...finalizerCauses(object, former)] : [];
  const all = [...causes, ...changed];
  if (all.length > 0) throw invalid(kind, nameOf(object), all);
}

function metadataCauses(kind: Kind, object: JsonObject): readonly Cause[] {
  const name = nameOf(object);
  const annotations = Object.entries(at(object, 'metadata', 'annotations'));
  const size = annotations.reduce((sum, [key, value]) => sum + key.length + text(value).length, 0);
  const isName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) && name.length <= 253;
  const free = kind.group === 'rbac.authorization.k8s.io' ? name !== '' && !/[/%]/.test(name) : isName;
  return [
    ...(name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : free
        ? []
        : [bad('metadata.name', `Invalid value: ${JSON.stringify(name)}: ${nameRule}`)]),
    ...Object.entries(at(object, 'metadata', 'labels')).flatMap(([, value]) =>
      /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(text(value)) && text(value).length <= 63
        ? []
        : [
            bad(
              'metadata.labels',
              `Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
            ),
          ],
    ),
    ...(size > longestAnnotations
      ? [
          {
            reason: 'FieldValueTooLong',
            field: 'metadata.annotations',
            message: `Too long: may not be more than ${longestAnnotations} bytes`,
          },
        ]
      : []),
  ];
}

const bad = (field: string, message: string): Cause => ({ reason: 'FieldValueInvalid', field, message });
const required = (field: string, why = ''): Cause => ({
  reason: 'FieldValueRequired',
  field,
  message: why === '' ? 'Required value' : `Required value: ${why}`,
});

function podTemplate(object: JsonObject): readonly Cause[] {
  const spec = at(object, 'spec');
  const labels = at(spec, 'template', 'metadata', 'labels');
  const selector = at(spec, 'selector');
  const empty = Object.keys(at(selector, 'matchLabels')).length + objects(selector.matchExpressions).length === 0;
  return [
    ...(typeof spec.replicas === 'number' && spec.replicas < 0
      ? [bad('spec.replicas', `Invalid value: ${spec.replicas}: must be greater than or equal to 0`)]
      : []),
    ...(empty ? [required('spec.selector')] : []),
    ...(!empty && !matchesSelector(labels, selector)
      ? [
          bad(
            'spec.template.metadata.labels',
            `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
          ),
        ]
      : []),
    ...podSpec(at(spec, 'template', 'spec'), 'spec.template.spec'),
  ];
}

function podSpec(spec: JsonObject, path: string): readonly Cause[] {
  const containers = objects(spec.containers);
  if (containers.length === 0) return [required(`${path}.containers`)];
  return containers.flatMap((it, i) => [
    ...(text(it.name) === '' ? [required(`${path}.containers[${i}].name`)] : []),
    ...(text(it.image) === '' ? [required(`${path}.containers[${i}].image`)] : []),
  ]);
}

const workloads: Readonly<Record<string, (object: JsonObject) => readonly Cause[]>> = {
  Deployment: podTemplate,
  ReplicaSet: podTemplate,
  StatefulSet: podTemplate,
  DaemonSet: podTemplate,
  Pod: object => podSpec(at(object, 'spec'), 'spec'),
  Job: object => podSpec(at(object, 'spec', 'template', 'spec'), 'spec.template.spec'),
  Service: object =>
    text(at(object, 'spec').type) !== 'ExternalName' &&
    list(at(object, 'spec').ports).length === 0 &&
    at(object, 'spec').clusterIP !== 'None'
      ? [required('spec.ports')]
      : [],
};

/** Fields that nobody may change, by kind. */
const immutable: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Deployment: [['spec', 'selector']],
  ReplicaSet: [['spec', 'selector']],
  DaemonSet: [['spec', 'selector']],
  Job: [
    ['spec', 'selector'],
    ['spec', 'template'],
    ['spec', 'completions'],
  ],
  Service: [['spec', 'clusterIP']],
  PersistentVolumeClaim: [
    ['spec', 'storageClassName'],
    ['spec', 'accessModes'],
  ],
  Secret: [['type']],
  RoleBinding: [['roleRef']],
  ClusterRoleBinding: [['roleRef']],
};

/** What is on its way out can be held no longer than it already is. */
function finalizerCauses(object: JsonObject, former: JsonObject): readonly Cause[] {
  if (!isBeingDeleted(former)) return [];
  const before = list(metadataOf(former).finalizers);
  const added = list(metadataOf(object).finalizers).filter(it => !before.includes(it));
  if (added.length === 0) return [];
  const names = added.map(it => JSON.stringify(it)).join(', ');
  return [
    {
      reason: 'FieldValueForbidden',
      field: 'metadata.finalizers',
      message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`,
    },
  ];
}

function immutableCauses(kind: Kind, object: JsonObject, former: JsonObject): readonly Cause[] {
  const locked = former.immutable === true && (kind.kind === 'ConfigMap' || kind.kind === 'Secret');
  const frozen = locked && !same(withoutHead(object), withoutHead(former));
  const sets = kind.kind === 'StatefulSet' ? statefulSetCauses(object, former) : [];
  return [
    ...(frozen
      ? [
          {
            reason: 'FieldValueForbidden',
            field: 'data',
            message: 'Forbidden: field is immutable when `immutable` is set',
          },
        ]
      : []),
    ...sets,
    ...(kind.custom ? [] : (immutable[kind.kind] ?? [])).flatMap(path => {
      const [now, before] = [object, former].map(it => at(it, ...path.slice(0, -1))[path.at(-1) ?? '']);
      if (before === undefined || before === '' || same(now, before)) return [];
      return [bad(path.join('.'), `Invalid value: ${shown(now)}: field is immutable`)];
    }),
  ];
}

function statefulSetCauses(object: JsonObject, former: JsonObject): readonly Cause[] {
  const fixed = (it: JsonObject): JsonObject => {
    const {
      replicas,
      ordinals,
      template,
      updateStrategy,
      revisionHistoryLimit,
      persistentVolumeClaimRetentionPolicy,
      minReadySeconds,
      ...rest
    } = at(it, 'spec');
    return rest;
  };
  if (same(fixed(object), fixed(former))) return [];
  return [
    {
      reason: 'FieldValueForbidden',
      field: 'spec',
      message:
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    },
  ];
}

const withoutHead = ({ metadata: _, ...rest }: JsonObject): JsonObject => rest;
const shown = (value: Json | undefined): string => JSON.stringify(value ?? null);

/** The part of OpenAPI schemas that people meet: types, required fields, enums, bounds, patterns. */
function schemaCauses(kind: Kind, object: JsonObject): readonly Cause[] {
  return kind.custom?.schema
    ? check(object, kind.custom.schema, '').filter(it => !/^(apiVersion|kind|metadata)/.test(it.field ?? ''))
    : [];
}

function check(value: Json, schema: JsonObject, path: string): readonly Cause[] {
  if (value === null) return schema.nullable === true ? [] : [];
  const wrong = typeCause(value, schema, path);
  if (wrong) return [wrong];
  const own = [...enumCauses(value, schema, path), ...boundCauses(value, schema, path)];
  if (isObject(value)) {
    const properties = at(schema, 'properties');
    const missing = list(schema.required)
      .map(it => text(it))
      .filter(it => value[it] === undefined)
      .map(it => required(path === '' ? it : `${path}.${it}`));
    const below = Object.entries(value).flatMap(([key, it]) => {
      const type = isObject(properties[key])
        ? properties[key]
        : isObject(schema.additionalProperties)
          ? schema.additionalProperties
          : undefined;
      return type ? check(it, type, path === '' ? key : `${path}.${key}`) : [];
    });
    return [...own, ...missing, ...below];
  }
  if (Array.isArray(value) && isObject(schema.items)) {
    const { items } = schema;
    return [...own, ...value.flatMap((it: Json, i: number) => check(it, items, `${path}[${i}]`))];
  }
  return own;
}

function typeCause(value: Json, schema: JsonObject, path: string): Cause | undefined {
  const wanted = text(schema.type);
  const is = Array.isArray(value) ? 'array' : isObject(value) ? 'object' : typeof value;
  if (schema['x-kubernetes-int-or-string'] === true || wanted === '') return undefined;
  const fits =
    wanted === is ||
    (wanted === 'integer' && is === 'number' && Number.isInteger(value)) ||
    (wanted === 'number' && is === 'number');
  if (fits) return undefined;
  const said = is === 'number' ? 'integer' : is;
  return {
    reason: 'FieldValueTypeInvalid',
    field: path,
    message: `Invalid value: ${JSON.stringify(said)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(said)}`,
  };
}

function enumCauses(value: Json, schema: JsonObject, path: string): readonly Cause[] {
  const allowed = list(schema.enum);
  if (allowed.length === 0 || allowed.some(it => same(it, value))) return [];
  const values = allowed.map(it => JSON.stringify(it)).join(', ');
  return [
    {
      reason: 'FieldValueNotSupported',
      field: path,
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`,
    },
  ];
}

function boundCauses(value: Json, schema: JsonObject, path: string): readonly Cause[] {
  if (typeof value === 'number') {
    if (typeof schema.minimum === 'number' && value < schema.minimum)
      return [
        bad(path, `Invalid value: ${value}: ${path} in body should be greater than or equal to ${schema.minimum}`),
      ];
    if (typeof schema.maximum === 'number' && value > schema.maximum)
      return [bad(path, `Invalid value: ${value}: ${path} in body should be less than or equal to ${schema.maximum}`)];
  }
  if (typeof value === 'string' && typeof schema.pattern === 'string' && !matches(schema.pattern, value))
    return [bad(path, `Invalid value: ${JSON.stringify(value)}: ${path} in body should match '${schema.pattern}'`)];
  return [];
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    // Go's expressions are not all JavaScript's; one that we cannot read forbids nothing.
    return true;
  }
}

export const isBeingDeleted = (object: JsonObject): boolean => metadataOf(object).deletionTimestamp !== undefined;
