import type { Json, JsonObject } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';
import { goType, type Shape, type StructShape } from './shape.ts';

export interface Decoded {
  /** What Go would hold: unknown fields gone, `null` gone, values of a wrong type gone. */
  readonly value: JsonObject;
  /** The first value of a wrong type, as encoding/json words it. */
  readonly error?: string;
  /** JSON pointer of that value. */
  readonly errorPath?: string;
  /** Dotted names of the fields that no type declares, as the API server's pruning sees them. */
  readonly unknownFields: readonly string[];
}

/** Decodes as encoding/json does: it goes on after a value of a wrong type, and tells the first one. */
export function decode(shape: StructShape, value: Json, path = ''): Decoded {
  const state: State = { unknown: [] };
  const decoded = decodeStruct(shape, value, { struct: '', dotted: '', path }, state);
  return {
    value: decoded ?? {},
    ...(state.error === undefined ? {} : { error: state.error, errorPath: state.errorPath ?? path }),
    unknownFields: state.unknown,
  };
}

interface State {
  error?: string;
  errorPath?: string;
  readonly unknown: string[];
}

interface Place {
  readonly struct: string;
  readonly dotted: string;
  readonly path: string;
}

function decodeValue(shape: Shape, value: Json, place: Place, state: State): Json | undefined {
  if (value === null) return undefined;
  switch (shape.kind) {
    case 'string':
      return typeof value === 'string' ? value : wrong(shape, value, place, state);
    case 'bool':
      return typeof value === 'boolean' ? value : wrong(shape, value, place, state);
    case 'int':
      return typeof value === 'number' && Number.isInteger(value) ? value : wrong(shape, value, place, state);
    case 'intOrString':
      return typeof value === 'string' || typeof value === 'number' ? value : wrong(shape, value, place, state);
    case 'list':
      return decodeList(shape, value, place, state);
    case 'map':
      return decodeMap(shape, value, place, state);
    case 'struct':
      return decodeStruct(shape, value, place, state);
    default:
      return value;
  }
}

function decodeList(
  shape: Shape & { kind: 'list' },
  value: Json,
  place: Place,
  state: State,
): readonly Json[] | undefined {
  if (!Array.isArray(value)) return wrong(shape, value, place, state);
  return (value as readonly Json[]).map((item, at) => {
    const decoded = decodeValue(shape.of, item, { ...place, path: `${place.path}/${at}` }, state);
    return decoded ?? zeroOf(shape.of);
  });
}

function decodeMap(shape: Shape & { kind: 'map' }, value: Json, place: Place, state: State): JsonObject | undefined {
  if (!isObject(value)) return wrong(shape, value, place, state);
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const decoded = decodeValue(shape.of, item, { ...place, path: `${place.path}/${escaped(key)}` }, state);
    result[key] = decoded ?? zeroOf(shape.of);
  }
  return result;
}

function decodeStruct(shape: StructShape, value: Json, place: Place, state: State): JsonObject | undefined {
  if (value === null) return undefined;
  if (!isObject(value)) return wrong(shape, value, place, state);
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const dotted = place.dotted === '' ? key : `${place.dotted}.${key}`;
    const field = shape.byName.get(key);
    if (field === undefined) {
      state.unknown.push(dotted);
      continue;
    }
    const inside = { struct: shape.name, dotted, path: `${place.path}/${escaped(key)}` };
    const decoded = decodeValue(field.shape, item, inside, state);
    if (decoded !== undefined) result[key] = decoded;
  }
  return result;
}

function wrong(shape: Shape, value: Json, place: Place, state: State): undefined {
  if (state.error === undefined) {
    const where = place.struct === '' ? 'value' : `struct field ${place.struct}.${place.dotted}`;
    state.error = `json: cannot unmarshal ${described(value, shape)} into Go ${where} of type ${goType(shape)}`;
    state.errorPath = place.path;
  }
  return undefined;
}

/** encoding/json names the number itself where a number of the wrong form meets an integer. */
function described(value: Json, shape: Shape): string {
  if (typeof value === 'number') return shape.kind === 'int' ? `number ${value}` : 'number';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' ? 'object' : typeof value;
}

function zeroOf(shape: Shape): Json {
  switch (shape.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int':
      return 0;
    case 'struct':
      return {};
    default:
      return null;
  }
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
