import type { ResourceOverride } from '../model/argocdSettings.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { tryDecode } from './decode.ts';
import { DiffError } from './failure.ts';
import { groupKindOf, isList } from './json.ts';
import type { Draft, GoType, KubernetesTypes } from './types.ts';

/**
 * Parts of custom resources that are Kubernetes types: read and written again as those (argo-cd:util/argo/normalizers/knowntypes_normalizer.go).
 * A part that is no such type ends the work on the object, as it does there.
 */
export function withKnownTypes(
  object: JsonObject,
  overrides: ReadonlyMap<string, ResourceOverride>,
  types: KubernetesTypes,
): JsonObject {
  let result = object;
  try {
    for (const it of eachKnownType(object, overrides, types)) result = it;
  } catch (cause) {
    if (!(cause instanceof DiffError)) throw cause;
  }
  return result;
}

/** The same, but a part that is no such type is an error: `DiffError`. */
export function onlyKnownTypes(
  object: JsonObject,
  overrides: ReadonlyMap<string, ResourceOverride>,
  types: KubernetesTypes,
): JsonObject {
  return [...eachKnownType(object, overrides, types)].at(-1) ?? object;
}

function* eachKnownType(
  object: JsonObject,
  overrides: ReadonlyMap<string, ResourceOverride>,
  types: KubernetesTypes,
): Generator<JsonObject> {
  const { group, kind } = groupKindOf(object);
  let result = object;
  for (const { path, type } of fieldsFor(group, kind, overrides, types)) {
    result = normalizedAt(result, path, type);
    yield result;
  }
}

interface KnownField {
  readonly path: readonly string[];
  readonly type: GoType;
}

function fieldsFor(
  group: string,
  kind: string,
  overrides: ReadonlyMap<string, ResourceOverride>,
  types: KubernetesTypes,
): readonly KnownField[] {
  const key = group === '' ? kind : `${group}/${kind}`;
  const configured =
    (overrides.get(key) ?? (group === '' ? overrides.get(`/${kind}`) : undefined))?.knownTypeFields ?? [];
  const known = configured.flatMap(({ field, type }) => {
    const found = namedType(type, types);
    return found ? [{ path: field.split('.'), type: found }] : [];
  });
  if (known.length > 0 || key !== 'argoproj.io/Rollout') return known;
  const podSpec = namedType('core/v1/PodSpec', types);
  return podSpec ? [{ path: ['spec', 'template', 'spec'], type: podSpec }] : [];
}

function namedType(name: string, types: KubernetesTypes): GoType | undefined {
  if (name === 'core/Quantity') return { kind: 'own', name: 'Quantity' };
  if (name === 'meta/v1/Duration') return { kind: 'own', name: 'Duration' };
  if (name === 'core/v1/ResourceList') return { kind: 'map', of: { kind: 'own', name: 'Quantity' } };
  const core = /^core\/v1\/(\w+)$/.exec(name)?.[1];
  return core === undefined ? undefined : types.named(`k8s.io/api/core/v1.${core}`);
}

/** On the way down the first list takes the rest of the path, for each of its maps. */
function normalizedAt(object: JsonObject, path: readonly string[], type: GoType): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined || !(key in object)) return object;
  const value = object[key] ?? null;
  const result: Draft = { ...object };
  if (isList(value))
    result[key] = value.map(it =>
      isObject(it) ? (rest.length === 0 ? rewritten(it, type) : normalizedAt(it, rest, type)) : it,
    );
  else if (rest.length === 0) result[key] = rewritten(value, type);
  else if (isObject(value)) result[key] = normalizedAt(value, rest, type);
  return result;
}

function rewritten(value: Json, type: GoType): Json {
  const decoded = tryDecode(value, type, { unknownFields: 'dropped' });
  if (decoded === undefined) throw new DiffError('the field is not of the type that was configured for it');
  return decoded;
}
