import { tryDecode, typedObject } from '../core/diff/decode.ts';
import { withDefaults } from '../core/diff/defaults/index.ts';
import { canonicalErrorOf } from '../core/diff/structured/decodeError.ts';
import type { GoType, KubernetesTypes, StructType } from '../core/diff/types.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import type { Kind } from './kinds.ts';
import { at, text } from './objects.ts';
import { badRequest } from './status.ts';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface Decoded {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** An object as the API server keeps it: decoded into its type, unknown fields gone, defaults filled in. */
export function decoded(object: JsonObject, kind: Kind, types: KubernetesTypes, validation: FieldValidation): Decoded {
  const type = kind.custom ? undefined : types.typeOf(kind.apiVersion, kind.kind);
  const unknown = type ? unknownOf(object, type, '') : unknownOfSchema(object, kind.custom?.schema, '');
  const said = unknown.map(it => `unknown field "${it}"`);
  if (said.length > 0 && validation === 'Strict') {
    const about = kind.custom ? '' : `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: `;
    throw badRequest(`${about}strict decoding error: ${said.join(', ')}`);
  }
  const warnings = validation === 'Warn' ? said : [];
  if (!type) return { object: customObject(object, kind), warnings };
  if (tryDecode(object, type, { unknownFields: 'dropped' }) === undefined)
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${canonicalErrorOf(object, type)}`,
    );
  const typed = typedObject(withPlainData(object), type);
  return { object: { ...withDefaults(typed, type), apiVersion: kind.apiVersion, kind: kind.kind }, warnings };
}

/** `stringData` of a Secret is for writing only. */
function withPlainData(object: JsonObject): JsonObject {
  if (object.kind !== 'Secret' || !isObject(object.stringData)) return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value), 'utf8').toString('base64'),
  ]);
  return { ...rest, data: { ...(isObject(rest.data) ? rest.data : {}), ...Object.fromEntries(encoded) } };
}

function unknownOf(value: Json | undefined, type: GoType, path: string): readonly string[] {
  switch (type.kind) {
    case 'pointer':
      return unknownOf(value, type.to, path);
    case 'list':
      return Array.isArray(value) ? value.flatMap((it, i) => unknownOf(it, type.of, `${path}[${i}]`)) : [];
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([key, it]) => unknownOf(it, type.of, join(path, key)))
        : [];
    case 'struct':
      return isObject(value) ? unknownOfStruct(value, type, path) : [];
    default:
      return [];
  }
}

function unknownOfStruct(value: JsonObject, type: StructType, path: string): readonly string[] {
  return Object.entries(value).flatMap(([key, it]) => {
    if (path === '' && (key === 'apiVersion' || key === 'kind')) return [];
    const field = type.fields.get(key);
    return field ? unknownOf(it, field.type, join(path, key)) : [join(path, key)];
  });
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

// — custom resources —

/** Pruned and defaulted by a structural schema (apiextensions-apiserver: structural/pruning, structural/defaulting). */
function customObject(object: JsonObject, kind: Kind): JsonObject {
  const { apiVersion, kind: _, metadata, ...rest } = object;
  const shaped = shape(rest, kind.custom?.schema);
  const head = { apiVersion: apiVersion ?? kind.apiVersion, kind: kind.kind, metadata: metadata ?? {} };
  return { ...head, ...(isObject(shaped) ? shaped : {}) };
}

function shape(value: Json | undefined, schema: JsonObject | undefined): Json | undefined {
  if (!schema || schema['x-kubernetes-preserve-unknown-fields'] === true) return value;
  if (isObject(value)) {
    const properties = at(schema, 'properties');
    const additional = schema.additionalProperties;
    const result: Record<string, Json> = {};
    for (const [key, it] of Object.entries(value)) {
      const own = properties[key];
      const kept = isObject(own)
        ? shape(it, own)
        : additional
          ? shape(it, isObject(additional) ? additional : undefined)
          : undefined;
      if (kept !== undefined) result[key] = kept;
    }
    for (const [key, own] of Object.entries(properties))
      if (isObject(own) && own.default !== undefined && result[key] === undefined) result[key] = own.default;
    return result;
  }
  if (Array.isArray(value)) {
    const items = isObject(schema.items) ? schema.items : undefined;
    return value.map(it => shape(it, items) ?? null);
  }
  return value;
}

function unknownOfSchema(value: Json, schema: JsonObject | undefined, path: string): readonly string[] {
  if (!schema || schema['x-kubernetes-preserve-unknown-fields'] === true) return [];
  if (Array.isArray(value))
    return value.flatMap((it, i) =>
      unknownOfSchema(it, isObject(schema.items) ? schema.items : undefined, `${path}[${i}]`),
    );
  if (!isObject(value)) return [];
  const properties = at(schema, 'properties');
  return Object.entries(value).flatMap(([key, it]) => {
    if (path === '' && ['apiVersion', 'kind', 'metadata'].includes(key)) return [];
    const own = properties[key];
    if (isObject(own)) return unknownOfSchema(it, own, join(path, key));
    return schema.additionalProperties || text(schema.type) === '' ? [] : [join(path, key)];
  });
}
