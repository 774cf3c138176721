import { fieldOf } from '../decode.ts';
import { DiffError } from '../failure.ts';
import type { FieldType, GoType } from '../types.ts';

/** How a field is merged, and the type below it (apimachinery:pkg/util/strategicpatch/meta.go, PatchMetaFromStruct). */
export interface PatchMeta {
  /** Of a list: of its entries. */
  readonly type: GoType;
  readonly strategy: 'merge' | 'replace' | '';
  readonly retainKeys: boolean;
  readonly mergeKey: string;
}

export function metaOfStruct(type: GoType, key: string): PatchMeta {
  const struct = type.kind === 'pointer' ? type.to : type;
  if (struct.kind === 'own') throw notFound(struct.name, key);
  if (struct.kind !== 'struct')
    throw new DiffError(`merging an object in json but data type is not struct, instead is: ${goKind(struct)}`);
  const field = fieldOf(struct, key);
  if (!field) throw notFound(struct.name.slice(struct.name.lastIndexOf('.') + 1), key);
  const strategy = field.strategies.find(it => it === 'merge' || it === 'replace');
  return {
    type: field.type,
    strategy: strategy === 'merge' || strategy === 'replace' ? strategy : '',
    retainKeys: field.strategies.includes('retainKeys'),
    mergeKey: field.mergeKey,
  };
}

export function metaOfList(type: GoType, key: string): PatchMeta {
  const meta = metaOfStruct(type, key);
  const list = meta.type.kind === 'pointer' ? meta.type.to : meta.type;
  if (list.kind === 'list') {
    if (list.of.kind === 'list') throw new DiffError('unexpected slice of slice');
    return { ...meta, type: list.of };
  }
  if (meta.type.kind === 'pointer') return { ...meta, type: list };
  throw new DiffError(`expected slice or array type, but got: ${goKind(type)}`);
}

const never = new WeakMap<GoType, boolean>();

/**
 * Whether a patch between two equal objects of a type may be more than nothing: a struct that is replaced as a whole stands in every patch,
 * and of a list whose entries lack their merge key no patch can be made.
 */
export function isNeverUnpatched(type: GoType): boolean {
  switch (type.kind) {
    case 'pointer':
      return isNeverUnpatched(type.to);
    case 'list':
    case 'map':
      return isNeverUnpatched(type.of);
    case 'struct':
      break;
    default:
      return false;
  }
  const known = never.get(type);
  if (known !== undefined) return known;
  // Before its fields: a type may hold itself.
  never.set(type, false);
  const found = [...type.fields.values()].some(
    it => (it.strategies.includes('replace') && isStruct(it.type)) || mayLackKey(it) || isNeverUnpatched(it.type),
  );
  never.set(type, found);
  return found;
}

function mayLackKey({ type, mergeKey }: FieldType): boolean {
  const entry = type.kind === 'list' ? type.of : undefined;
  return entry?.kind === 'struct' && (entry.fields.get(mergeKey)?.omitEmpty ?? false);
}

const isStruct = (type: GoType): boolean => (type.kind === 'pointer' ? isStruct(type.to) : type.kind === 'struct');

function notFound(struct: string, key: string): DiffError {
  return new DiffError(`unable to find api field in struct ${struct} for the json field ${JSON.stringify(key)}`);
}

/** The word of Go's reflect.Kind. */
function goKind(type: GoType): string {
  switch (type.kind) {
    case 'text':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'float':
      return 'float64';
    case 'integer':
      return type.most > 2 ** 31 ? 'int64' : 'int32';
    case 'bytes':
    case 'list':
      return 'slice';
    case 'pointer':
      return 'ptr';
    case 'own':
      return 'struct';
    default:
      return type.kind;
  }
}
