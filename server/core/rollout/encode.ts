import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { canonicalQuantity } from '../text/quantity.ts';
import { type GoType, structOf, typeNamed } from './goTypes.ts';

/**
 * The JSON text that Go writes for a decoded value: fields in the order of the struct, empty ones left out where the type says so, keys
 * of maps sorted, `<`, `>` and `&` escaped. The controller looks for `{{args.…}}` in this text, so its form decides what it finds.
 */
export function encode(value: JsonObject, type: string): string {
  return write(value, typeNamed(type));
}

function write(value: Json | undefined, type: GoType): string {
  switch (type.kind) {
    case 'pointer':
      return value === undefined || value === null ? 'null' : write(value, type.to);
    case 'struct':
      return writeStruct(isObject(value) ? value : {}, type.name);
    case 'slice':
      return Array.isArray(value) ? `[${value.map(it => write(it, type.of)).join(',')}]` : 'null';
    case 'map':
      return isObject(value)
        ? `{${sortedEntries(value)
            .map(([key, it]) => `${quote(key)}:${write(it, type.of)}`)
            .join(',')}}`
        : 'null';
    case 'string':
      return quote(typeof value === 'string' ? value : '');
    case 'bool':
      return String(value === true);
    case 'int':
    case 'float':
      return String(typeof value === 'number' ? value : 0);
    case 'reader':
      return writeOwn(value, type.name);
    default:
      return value === undefined ? 'null' : plain(value);
  }
}

function writeStruct(value: JsonObject, name: string): string {
  const fields = [...structOf(name).exact.values()].filter(it => it.always || !isEmpty(value[it.name], it.type));
  return `{${fields.map(it => `${quote(it.name)}:${write(value[it.name], it.type)}`).join(',')}}`;
}

/** What `omitempty` leaves out. A struct is never empty to it, but a missing one is written as its zero value. */
function isEmpty(value: Json | undefined, type: GoType): boolean {
  if (type.kind === 'struct') return false;
  if (value === undefined || value === null) return type.kind !== 'reader' || type.name !== 'resource.Quantity';
  if (type.kind === 'pointer' || type.kind === 'reader') return false;
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

function writeOwn(value: Json | undefined, name: string): string {
  if (name === 'resource.Quantity') return quote(canonicalQuantity(typeof value === 'string' ? value : '0'));
  if (name === 'intstr.IntOrString') return typeof value === 'string' ? quote(value) : String(value ?? 0);
  if (value === undefined || value === null) return 'null';
  return typeof value === 'string' ? quote(value) : plain(value);
}

/** Opaque JSON keeps the order in which it was written. */
function plain(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(',')}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, it]) => `${quote(key)}:${plain(it)}`)
      .join(',')}}`;
  return typeof value === 'string' ? quote(value) : String(value);
}

function sortedEntries(value: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    it => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
