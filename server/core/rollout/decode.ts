import { isObject, type Json, type JsonObject, pointer } from '../text/json.ts';
import { parseQuantity } from '../text/quantity.ts';
import { type GoType, type StructField, structOf, typeNamed } from './goTypes.ts';

/**
 * Reads a manifest the way the Rollouts controller's Go program does: a value of the wrong type makes the whole object unreadable, and the
 * controller then does nothing at all with it. The rules are those of encoding/json (field names match without regard to case, `null`
 * changes nothing, the first wrong type is reported) and of the API types' own readers (quantities, times, int-or-string).
 */
export interface Decoded {
  /** What the program holds after reading: canonical field names, no nulls, no unknown fields. */
  readonly value: JsonObject;
  readonly refusal?: Refusal;
  /** Fields that the type does not have, in the order met. The API server prunes them. */
  readonly unknown: readonly UnknownField[];
}

export interface Refusal {
  /** Go's message. */
  readonly message: string;
  readonly path: string;
}

export interface UnknownField {
  readonly name: string;
  readonly path: string;
}

export function decode(object: Json, root: string): Decoded {
  const reader = new Reader();
  const { value } = reader.read(typeNamed(root), object, []);
  const refusal = reader.stopped ?? reader.saved;
  return { value: isObject(value) ? value : {}, ...(refusal && { refusal }), unknown: reader.unknown };
}

/**
 * What `kubectl argo rollouts lint` says: as `decode`, but keys are met in sorted order, a number or boolean where a text belongs is
 * turned into text, and an unknown field is an error (sigs.k8s.io/yaml, UnmarshalStrict).
 */
export function decodeStrict(object: Json, root: string): Refusal | undefined {
  const type = typeNamed(root);
  const reader = new Reader({ strict: true });
  reader.read(type, asYaml(object, type), []);
  const refusal = reader.stopped ?? reader.saved;
  return refusal && { ...refusal, message: `error unmarshaling JSON: while decoding JSON: ${refusal.message}` };
}

type Segments = readonly (string | number)[];
/** `undefined`: nothing was stored (null, or refused). */
interface Read {
  readonly value: Json | undefined;
}
const nothing: Read = { value: undefined };

/** Where encoding/json says it is: the innermost struct, and all field names from the root. */
interface Context {
  readonly struct: string;
  readonly fields: readonly string[];
}

class Reader {
  /** A wrong type is remembered and reading goes on; the first one counts. */
  saved: Refusal | undefined;
  /** An error of a type's own reader ends the reading at once and hides what was remembered. */
  stopped: Refusal | undefined;
  readonly unknown: UnknownField[] = [];
  readonly #strict: boolean;
  #context: Context | undefined;

  constructor(options: { readonly strict?: boolean } = {}) {
    this.#strict = options.strict ?? false;
  }

  read(type: GoType, value: Json, at: Segments): Read {
    if (this.stopped) return nothing;
    switch (type.kind) {
      case 'pointer':
        return value === null ? nothing : this.#pointee(type.to, value, at);
      case 'reader':
        return this.#ownReader(type.name, value, at);
      default:
        return value === null ? nothing : this.#plain(type, value, at);
    }
  }

  /** A pointer that is set points to a zero value even when nothing could be stored there. */
  #pointee(type: GoType, value: Json, at: Segments): Read {
    const read = this.read(type, value, at);
    return read.value === undefined ? { value: zero(type) } : read;
  }

  #plain(type: GoType, value: Json, at: Segments): Read {
    if (type.kind === 'any') return { value };
    if (Array.isArray(value)) return this.#array(type, value, at);
    if (isObject(value)) return this.#object(type, value, at);
    return this.#scalar(type, value as string | number | boolean, at);
  }

  #array(type: GoType, value: readonly Json[], at: Segments): Read {
    if (type.kind !== 'slice') return this.#mismatch('array', type, at);
    return { value: value.map((item, index) => this.read(type.of, item, [...at, index]).value ?? zero(type.of)) };
  }

  #object(type: GoType, value: JsonObject, at: Segments): Read {
    if (type.kind === 'map') {
      const entries = Object.entries(value).map(
        ([key, item]) => [key, this.read(type.of, item, [...at, key]).value ?? zero(type.of)] as const,
      );
      return { value: Object.fromEntries(entries) };
    }
    if (type.kind !== 'struct') return this.#mismatch('object', type, at);
    return { value: this.#struct(type.name, value, at) };
  }

  #struct(name: string, value: JsonObject, at: Segments): JsonObject {
    const shape = structOf(name);
    const result: Record<string, Json> = {};
    for (const [key, item] of Object.entries(value)) {
      if (this.stopped) break;
      const field = shape.exact.get(key) ?? shape.folded.get(key.toLowerCase());
      if (!field) {
        this.unknown.push({ name: key, path: pointer([...at, key]) });
        if (this.#strict)
          this.#save({ message: `json: unknown field ${JSON.stringify(key)}`, path: pointer([...at, key]) });
        continue;
      }
      const before = this.#context;
      this.#context = inside(before, name, field);
      const read = this.read(field.type, item, [...at, key]);
      if (!this.stopped) this.#context = before;
      if (read.value !== undefined) result[field.name] = read.value;
    }
    return result;
  }

  #scalar(type: GoType, value: string | number | boolean, at: Segments): Read {
    if (typeof value === 'boolean') return type.kind === 'bool' ? { value } : this.#mismatch('bool', type, at);
    if (typeof value === 'string') return type.kind === 'string' ? { value } : this.#mismatch('string', type, at);
    if (type.kind === 'float') return { value };
    if (type.kind !== 'int') return this.#mismatch('number', type, at);
    return Number.isInteger(value) && Math.abs(value) < 1e21 && fits(value, type.bits)
      ? { value }
      : this.#mismatch(`number ${goNumber(value)}`, type, at);
  }

  #ownReader(name: string, value: Json, at: Segments): Read {
    const result = ownReaders[name]?.(value) ?? { value };
    if ('message' in result) return this.#stop(result.message, at);
    if (!('wrong' in result)) return result.value === null ? nothing : { value: result.value };
    return this.#stop(this.#typeMessage(result.wrong, result.type), at);
  }

  #mismatch(found: string, type: GoType, at: Segments): Read {
    this.#save({ message: this.#typeMessage(found, type.text), path: pointer(at) });
    return nothing;
  }

  #typeMessage(found: string, type: string): string {
    const where = this.#context
      ? `Go struct field ${this.#context.struct}.${this.#context.fields.join('.')}`
      : 'Go value';
    return `json: cannot unmarshal ${found} into ${where} of type ${type}`;
  }

  #save(refusal: Refusal): void {
    this.saved ??= refusal;
  }

  #stop(message: string, at: Segments): Read {
    this.stopped = { message, path: pointer(at) };
    return nothing;
  }
}

function inside(context: Context | undefined, struct: string, field: StructField): Context {
  return {
    struct: struct.slice(struct.indexOf('.') + 1),
    fields: [...(context?.fields ?? []), ...field.embedded, field.name],
  };
}

type OwnResult =
  | { readonly value: Json }
  | { readonly message: string }
  | { readonly wrong: string; readonly type: string };

/** The readers that API types bring along. A type without an entry takes anything (opaque JSON). */
const ownReaders: Readonly<Record<string, (value: Json) => OwnResult>> = {
  'intstr.IntOrString': value => {
    if (typeof value === 'string') return { value };
    if (value === null) return { value: 0 };
    if (typeof value === 'number' && Number.isInteger(value) && fits(value, 32)) return { value };
    return { wrong: typeof value === 'number' ? `number ${goNumber(value)}` : jsonKind(value), type: 'int32' };
  },
  'resource.Quantity': value => {
    if (value === null) return { value };
    const text =
      typeof value === 'string' ? value : typeof value === 'number' ? goNumber(value) : JSON.stringify(value);
    const quantity = parseQuantity(text.trim());
    return 'error' in quantity ? { message: quantity.error } : { value: text.trim() };
  },
  'v1.Time': value => readTime(value, '2006-01-02T15:04:05Z07:00'),
  'v1.MicroTime': value => readTime(value, '2006-01-02T15:04:05.000000Z07:00'),
};

function readTime(value: Json, layout: string): OwnResult {
  if (value === null) return { value };
  if (typeof value !== 'string') return { wrong: jsonKind(value), type: 'string' };
  const message = timeError(value, layout);
  return message === undefined ? { value } : { message };
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Go names the first part of the layout that the text does not have. Only the common beginnings are told apart. */
function timeError(text: string, layout: string): string | undefined {
  if (rfc3339.test(text)) return undefined;
  const parts = ['2006', '-', '01', '-', '02', 'T', '15', ':', '04', ':', '05', 'Z07:00'];
  let rest = text;
  for (const part of parts) {
    const length = part === 'Z07:00' ? rest.length : part.length;
    const digits = /^\d+$/.test(part);
    const fine = digits ? new RegExp(`^\\d{${part.length}}`).test(rest) : part.length === 1 && rest.startsWith(part);
    if (!fine) {
      const separator = part.length === 1;
      const shown = separator ? part : part;
      return `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(shown)}`;
    }
    rest = rest.slice(length);
  }
  return undefined;
}

function jsonKind(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'object' : typeof value;
}

function fits(value: number, bits: 32 | 64): boolean {
  return bits === 64 ? Math.abs(value) <= 2 ** 63 : value >= -(2 ** 31) && value < 2 ** 31;
}

/** A number as it stands in the JSON text, as far as it can still be told. */
function goNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The value a Go variable has before anything is stored in it, where that matters to a reader of the decoded object. */
function zero(type: GoType): Json {
  switch (type.kind) {
    case 'string':
      return '';
    case 'int':
    case 'float':
      return 0;
    case 'bool':
      return false;
    case 'struct':
    case 'map':
      return {};
    case 'slice':
      return [];
    case 'reader':
      return type.name === 'intstr.IntOrString' ? 0 : type.name === 'resource.Quantity' ? '0' : null;
    default:
      return null;
  }
}

/** sigs.k8s.io/yaml on its way to JSON: sorted keys, and scalars made texts where the Go type is one. */
function asYaml(value: Json, type: GoType | undefined): Json {
  const target = type?.kind === 'pointer' ? type.to : type;
  if (Array.isArray(value)) return value.map(item => asYaml(item, target?.kind === 'slice' ? target.of : undefined));
  if (isObject(value)) {
    const sorted = Object.keys(value).sort();
    return Object.fromEntries(sorted.map(key => [key, asYaml(value[key] ?? null, memberType(target, key))]));
  }
  if (target?.kind !== 'string' || value === null || typeof value === 'string') return value;
  return typeof value === 'number' ? goNumber(value) : String(value);
}

function memberType(type: GoType | undefined, key: string): GoType | undefined {
  if (type?.kind === 'map') return type.of;
  if (type?.kind !== 'struct') return undefined;
  const shape = structOf(type.name);
  const field = shape.exact.get(key) ?? shape.folded.get(key.toLowerCase());
  // The library does not see through embedded structs here.
  return field?.embedded.length === 0 ? field.type : undefined;
}
