import type { Json, JsonObject } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';
import type { Field, Shape, StructShape } from './shape.ts';

/** What Go would write: empty values of `omitempty` fields are left out, the others are written. Expects a decoded value. */
export function encode(shape: StructShape, value: JsonObject): JsonObject {
  const result: Record<string, Json> = {};
  for (const field of shape.fields) {
    const encoded = encodeField(field, value[field.name]);
    if (encoded !== undefined) result[field.name] = encoded;
  }
  return result;
}

function encodeField(field: Field, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null)
    return field.always && !field.pointer ? writtenZero(field.shape) : undefined;
  const encoded = encodeValue(field.shape, value);
  if (field.always || field.pointer) return encoded;
  return isEmpty(field.shape, encoded) ? undefined : encoded;
}

function encodeValue(shape: Shape, value: Json): Json {
  switch (shape.kind) {
    case 'struct':
      return isObject(value) ? encode(shape, value) : value;
    case 'list':
      return Array.isArray(value) ? (value as readonly Json[]).map(item => encodeValue(shape.of, item)) : value;
    default:
      return value;
  }
}

/** `omitempty` never leaves out a struct; one that came out empty says nothing, so we leave it out for the reader. */
function isEmpty(shape: Shape, value: Json): boolean {
  switch (shape.kind) {
    case 'string':
      return value === '';
    case 'bool':
      return value === false;
    case 'int':
      return value === 0;
    case 'list':
      return Array.isArray(value) && value.length === 0;
    case 'map':
    case 'struct':
      return isObject(value) && Object.keys(value).length === 0;
    default:
      return false;
  }
}

function writtenZero(shape: Shape): Json | undefined {
  switch (shape.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int':
      return 0;
    case 'struct':
      return encode(shape, {});
    default:
      return undefined;
  }
}
