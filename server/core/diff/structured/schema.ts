import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { DiffError } from '../failure.ts';
import { isList } from '../json.ts';

/**
 * The schema of server-side apply (sigs.k8s.io/structured-merge-diff:schema/elements.go), as client-go declares it for the kinds that are
 * built in. A type is an atom: it may be a scalar, a list, a map, or (untyped) whichever the value is.
 */
export interface Atom {
  readonly scalar?: string;
  readonly list?: ListType;
  readonly map?: MapType;
}

export interface ListType {
  readonly of: TypeRef;
  readonly associative: boolean;
  /** Empty: a set of scalars. */
  readonly keys: readonly string[];
}

export interface MapType {
  readonly fields: ReadonlyMap<string, { readonly type: TypeRef; readonly fallback?: Json }>;
  /** Of keys that are no field; `undefined`: there may be none. */
  readonly of: TypeRef | undefined;
  readonly atomic: boolean;
}

/** A type where it is used: a name, or the atom in place; either way the relation of its elements may be overridden. */
export type TypeRef = JsonObject;

export class MergeSchema {
  readonly #types: JsonObject;
  readonly #atoms = new Map<TypeRef, Atom>();

  constructor(types: JsonObject) {
    this.#types = types;
  }

  has(name: string): boolean {
    return name in this.#types;
  }

  resolve(ref: TypeRef): Atom {
    const known = this.#atoms.get(ref);
    if (known) return known;
    const name = ref.namedType;
    const found = typeof name === 'string' ? this.#types[name] : ref;
    if (!isObject(found))
      throw new DiffError(`schema error: no type found matching: ${String(name ?? 'inlined type')}`);
    const atom = atomOf(found, typeof name === 'string' ? ref.elementRelationship : undefined);
    this.#atoms.set(ref, atom);
    return atom;
  }
}

export const deducedType: TypeRef = { namedType: '__untyped_deduced_' };

function atomOf(type: JsonObject, override: Json | undefined): Atom {
  const { scalar, list, map } = type;
  return {
    ...(typeof scalar === 'string' && { scalar }),
    ...(isObject(list) && { list: listOf(list, override) }),
    ...(isObject(map) && { map: mapOf(map, override) }),
  };
}

function listOf(list: JsonObject, override: Json | undefined): ListType {
  return {
    of: isObject(list.elementType) ? list.elementType : {},
    associative: (override ?? list.elementRelationship) === 'associative',
    keys: isList(list.keys) ? list.keys.filter(it => typeof it === 'string') : [],
  };
}

function mapOf(map: JsonObject, override: Json | undefined): MapType {
  const fields = isList(map.fields) ? map.fields.filter(isObject) : [];
  return {
    fields: new Map(
      fields.map(it => [
        String(it.name),
        { type: isObject(it.type) ? it.type : {}, ...(it.default !== undefined && { fallback: it.default }) },
      ]),
    ),
    of: isObject(map.elementType) ? map.elementType : undefined,
    atomic: (override ?? map.elementRelationship) === 'atomic',
  };
}

/** The part of an atom that a value is of; all of it where there is no value, or none fits. */
export function deduced(atom: Atom, value: Json | undefined): Atom {
  if (value === undefined || value === null) return atom;
  if (isList(value)) return atom.list ? { list: atom.list } : atom;
  if (isObject(value)) return atom.map ? { map: atom.map } : atom;
  return atom.scalar === undefined ? atom : { scalar: atom.scalar };
}

export const sameForm = (a: Atom, b: Atom): boolean => a.scalar === b.scalar && a.list === b.list && a.map === b.map;

export function typeOfKey(map: MapType, key: string): TypeRef {
  return map.fields.get(key)?.type ?? map.of ?? {};
}
