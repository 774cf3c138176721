import { isObject, type Json } from '../../text/json.ts';
import { isList, same } from '../json.ts';
import { type FieldSet, FieldSetBuilder, fieldStep, type Step, stepOfItem } from './fieldSet.ts';
import { deduced, type ListType, type MergeSchema, type TypeRef, typeOfKey } from './schema.ts';

/** Which fields only the right side has, only the left one, or both with other values (typed/compare.go). */
export interface Differences {
  readonly added: FieldSet;
  readonly removed: FieldSet;
  readonly modified: FieldSet;
}

export function differences(schema: MergeSchema, ref: TypeRef, left: Json, right: Json): Differences {
  const walk = new Walk(schema);
  walk.compare(ref, left, right, []);
  return walk;
}

class Walk implements Differences {
  readonly added = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly #schema: MergeSchema;

  constructor(schema: MergeSchema) {
    this.#schema = schema;
  }

  compare(ref: TypeRef, left: Json | undefined, right: Json | undefined, path: readonly Step[]): void {
    const atom = this.#schema.resolve(ref);
    const form = right === undefined ? deduced(atom, left) : deduced(atom, right);
    const leaf = form.map
      ? this.#maps(form.map.atomic, key => (form.map ? typeOfKey(form.map, key) : {}), left, right, path)
      : form.list && form.scalar === undefined
        ? this.#lists(form.list, left, right, path)
        : true;
    if (leaf) this.#leaf(left, right, path);
    else if (left === undefined) this.added.insert(path);
    else if (right === undefined) this.removed.insert(path);
  }

  #leaf(left: Json | undefined, right: Json | undefined, path: readonly Step[]): void {
    if (left === undefined) this.added.insert(path);
    else if (right === undefined) this.removed.insert(path);
    else if (!same(left, right)) this.modified.insert(path);
  }

  /** Whether the map counts as one value. */
  #maps(
    atomic: boolean,
    typeOf: (key: string) => TypeRef,
    left: Json | undefined,
    right: Json | undefined,
    path: readonly Step[],
  ): boolean {
    const [a, b] = [isObject(left) ? left : {}, isObject(right) ? right : {}];
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    if (atomic || keys.size === 0) return true;
    for (const key of keys) this.compare(typeOf(key), a[key], b[key], [...path, fieldStep(key)]);
    return false;
  }

  #lists(type: ListType, left: Json | undefined, right: Json | undefined, path: readonly Step[]): boolean {
    const [a, b] = [isList(left) ? left : [], isList(right) ? right : []];
    if (!type.associative || (a.length === 0 && b.length === 0)) return true;
    const [ofA, ofB] = [this.#grouped(type, a), this.#grouped(type, b)];
    for (const step of new Set([...ofA.keys(), ...ofB.keys()])) {
      const [one, other] = [ofA.get(step) ?? [], ofB.get(step) ?? []];
      const at = [...path, step];
      if (one.length <= 1 && other.length <= 1) this.compare(type.of, one[0], other[0], at);
      else if (one.length >= 2 && other.length >= 2) {
        if (!same(one, other)) this.modified.insert(at);
      } else if (one.length >= 2) {
        if (other.length > 0) this.compare(type.of, undefined, other[0], at);
        this.removed.insert(at);
      } else {
        if (one.length > 0) this.compare(type.of, one[0], undefined, at);
        this.added.insert(at);
      }
    }
    return false;
  }

  #grouped(type: ListType, items: readonly Json[]): ReadonlyMap<Step, readonly Json[]> {
    const groups = new Map<Step, Json[]>();
    for (const it of items) {
      const step = stepOfItem(this.#schema, type, it);
      const group = groups.get(step);
      if (group) group.push(it);
      else groups.set(step, [it]);
    }
    return groups;
  }
}
