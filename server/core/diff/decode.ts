import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { base64OfBytes, canonicalBase64 } from './base64.ts';
import { DiffError } from './failure.ts';
import { isList, onlyFieldsOf } from './json.ts';
import { ownType } from './ownTypes.ts';
import type { Draft, FieldType, GoType, StructType } from './types.ts';

/**
 * An object as it is after Go decoded it into its type and encoded it again, less all that it did not say itself
 * (argo-cd:gitops-engine/pkg/diff/diff.go, remarshal). Where Go would refuse it, and where it has a field that the type does not have,
 * it stays as it is.
 */
export function roundTrip(object: JsonObject, type: StructType | undefined): JsonObject {
  if (!type) return object;
  const decoded = tryDecode(object, type, { unknownFields: 'refused' });
  return decoded && isObject(decoded) ? onlyFieldsOf(object, decoded) : object;
}

/** The whole typed object as Go writes it, zero values of fields that are always written among them; unknown fields are dropped. */
export function typedObject(object: JsonObject, type: StructType): Draft {
  const decoded = decode(object, type, {});
  return isObject(decoded) ? { ...decoded } : {};
}

export function tryDecode(
  value: Json,
  type: GoType,
  { unknownFields, emptyLists }: { readonly unknownFields: 'refused' | 'dropped'; readonly emptyLists?: 'kept' },
): Json | undefined {
  try {
    return decode(value, type, { strict: unknownFields === 'refused', keepsEmpty: emptyLists === 'kept' });
  } catch (cause) {
    if (cause instanceof DiffError) return undefined;
    throw cause;
  }
}

interface Reading {
  /** A field that the type does not have is refused. */
  readonly strict?: boolean;
  /** Lists and maps that are given and empty stay, though Go does not write them: it knows them from those that are not there. */
  readonly keepsEmpty?: boolean;
}

/** encoding/json: null leaves the zero value, whatever the type. */
function decode(value: Json, type: GoType, reading: Reading): Json {
  if (value === null) return zeroOf(type);
  switch (type.kind) {
    case 'text':
      return typeof value === 'string' ? value : refuse(value, 'string');
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(value, 'bool');
    case 'float':
      return typeof value === 'number' ? value : refuse(value, 'float64');
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) && value >= type.least && value <= type.most
        ? value
        : refuse(value, 'integer');
    case 'bytes':
      return typeof value === 'string' ? canonicalBase64(value) : bytesOf(value);
    case 'pointer':
      return decode(value, type.to, reading);
    case 'list':
      return isList(value) ? value.map(it => decode(it, type.of, reading)) : refuse(value, 'slice');
    case 'map':
      return isObject(value) ? decodeMap(value, type.of, reading) : refuse(value, 'map');
    case 'own':
      return ownType(type.name).read(value);
    case 'struct':
      return isObject(value) ? decodeStruct(value, type, reading) : refuse(value, type.name);
  }
}

/** encoding/json takes a list of numbers for bytes as well. */
function bytesOf(value: Json): string {
  const bytes = isList(value) ? value.map(it => it ?? 0) : refuse(value, '[]uint8');
  if (bytes.every(isByte)) return base64OfBytes(bytes);
  return refuse(value, 'uint8');
}

const isByte = (it: Json): it is number => typeof it === 'number' && Number.isInteger(it) && it >= 0 && it <= 255;

function decodeMap(value: JsonObject, of: GoType, reading: Reading): JsonObject {
  const result: Draft = {};
  for (const key of Object.keys(value)) result[key] = decode(value[key] ?? null, of, reading);
  return result;
}

function decodeStruct(value: JsonObject, type: StructType, reading: Reading): JsonObject {
  const result: Draft = { ...alwaysWritten(type) };
  for (const key of Object.keys(value)) {
    const field = fieldOf(type, key);
    if (field) {
      const written = decode(value[key] ?? null, field.type, reading);
      if (isOmitted(field, written) && !(reading.keepsEmpty && sizeOf(written) === 0)) delete result[field.name];
      else result[field.name] = written;
    } else if (reading.strict) throw new DiffError(`json: unknown field "${key}"`);
  }
  return result;
}

const zeroes = new WeakMap<StructType, JsonObject>();

/** The fields that Go writes though nobody gave them, with their zero values. */
function alwaysWritten(type: StructType): JsonObject {
  const known = zeroes.get(type);
  if (known) return known;
  const fields: Draft = {};
  for (const field of type.fields.values()) {
    if (field.omitEmpty && field.type.kind !== 'struct' && field.type.kind !== 'own') continue;
    const zero = zeroOf(field.type);
    if (!isOmitted(field, zero)) fields[field.name] = zero;
  }
  zeroes.set(type, fields);
  return fields;
}

/** encoding/json takes a field that is written in another case as well. */
export function fieldOf(type: StructType, name: string): FieldType | undefined {
  return type.fields.get(name) ?? type.folded.get(name.toLowerCase());
}

function isOmitted({ type, omitEmpty, omitZero }: FieldType, written: Json): boolean {
  if (omitZero && (type.kind === 'own' ? ownType(type.name).isZero(written) : written === null)) return true;
  if (!omitEmpty) return false;
  switch (type.kind) {
    // A struct is never empty, a type of its own neither.
    case 'struct':
    case 'own':
      return false;
    case 'pointer':
      return written === null;
    case 'list':
    case 'map':
    case 'bytes':
      return written === null || written === '' || sizeOf(written) === 0;
    default:
      return written === '' || written === 0 || written === false;
  }
}

function sizeOf(value: Json): number {
  return isList(value) ? value.length : isObject(value) ? Object.keys(value).length : 1;
}

export function zeroOf(type: GoType): Json {
  switch (type.kind) {
    case 'text':
      return '';
    case 'boolean':
      return false;
    case 'float':
    case 'integer':
      return 0;
    case 'own':
      return ownType(type.name).zero;
    case 'struct':
      return alwaysWritten(type);
    default:
      return null;
  }
}

function refuse(value: Json, type: string): never {
  throw new DiffError(
    `json: cannot unmarshal ${isList(value) ? 'array' : isObject(value) ? 'object' : typeof value} into Go value of type ${type}`,
  );
}
