import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { isList } from '../json.ts';
import type { Draft } from '../types.ts';
import { type FieldSet, fieldStep, isEmpty, noFields, type Step, stepOfItem } from './fieldSet.ts';
import { deduced, type ListType, type MapType, type MergeSchema, type TypeRef, typeOfKey } from './schema.ts';

/** `left` with everything that `right` says; nothing is removed (typed/merge.go). Both are valid. */
export function merged(
  schema: MergeSchema,
  ref: TypeRef,
  left: Json | undefined,
  right: Json | undefined,
): Json | undefined {
  const atom = schema.resolve(ref);
  const form = right === undefined ? deduced(atom, left) : deduced(atom, right);
  if (form.map) return mergedMap(schema, form.map, left, right);
  if (form.scalar !== undefined) return right ?? (right === null ? null : left);
  return form.list ? mergedList(schema, form.list, left, right) : undefined;
}

function leaf(left: Json | undefined, right: Json | undefined): Json | undefined {
  return right === undefined ? left : right;
}

function mergedMap(
  schema: MergeSchema,
  type: MapType,
  left: Json | undefined,
  right: Json | undefined,
): Json | undefined {
  const [a, b] = [isObject(left) ? left : {}, isObject(right) ? right : {}];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  if (type.atomic || keys.size === 0) return leaf(left, right);
  const result: Draft = {};
  for (const key of keys) {
    const value = merged(schema, typeOfKey(type, key), a[key], b[key]);
    if (value !== undefined) result[key] = value;
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

/** In the order of the right side where it says one, with what only the left side has near its old neighbours. */
function mergedList(
  schema: MergeSchema,
  type: ListType,
  left: Json | undefined,
  right: Json | undefined,
): Json | undefined {
  const [a, b] = [isList(left) ? left : [], isList(right) ? right : []];
  if (!type.associative || (a.length === 0 && b.length === 0)) return leaf(left, right);
  const stepsA = a.map(it => stepOfItem(schema, type, it));
  const stepsB = b.map(it => stepOfItem(schema, type, it));
  const [ofA, ofB] = [byStep(stepsA, a), byStep(stepsB, b)];
  const shared = stepsB.filter(it => ofA.has(it));
  let next = shared.shift();
  const done = new Set<Step>();
  const result: Json[] = [];
  const put = (one: Json | undefined, other: Json | undefined): void => {
    const value = merged(schema, type.of, one, other);
    if (value !== undefined) result.push(value);
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [stepA, stepB] = [stepsA[i], stepsB[j]];
    if (stepA !== undefined && stepB !== undefined) {
      if (stepA === stepB) {
        done.add(stepA);
        put(ofA.get(stepA), ofB.get(stepA));
        i++;
        j++;
        next = shared.shift();
        continue;
      }
      if (ofB.has(stepA) && next !== undefined && next !== stepA) {
        i++;
        continue;
      }
    }
    if (stepA !== undefined) {
      if (!ofB.has(stepA)) {
        put(a[i], undefined);
        i++;
        continue;
      }
      if (done.has(stepA)) i++;
    }
    if (stepB !== undefined) {
      done.add(stepB);
      put(ofA.get(stepB), ofB.get(stepB));
      j++;
      if (next === stepB) next = shared.shift();
    }
  }
  return result.length > 0 ? result : undefined;
}

/** Repeated entries are not merged with anything. */
function byStep(steps: readonly Step[], items: readonly Json[]): ReadonlyMap<Step, Json> {
  const found = new Map<Step, Json>();
  for (const [i, step] of steps.entries()) found.set(step, found.has(step) ? null : (items[i] ?? null));
  return found;
}

/** Without the fields and entries of a set (typed/remove.go). What becomes empty becomes null. */
export function without(schema: MergeSchema, ref: TypeRef, value: Json, set: FieldSet): Json {
  const form = deduced(schema.resolve(ref), value);
  if (form.map) return isObject(value) ? mapWithout(schema, form.map, value, set) : null;
  if (form.scalar !== undefined) return value;
  if (!form.list?.associative || !isList(value)) return null;
  const { list } = form;
  const kept = value.flatMap((item): readonly Json[] => {
    const step = stepOfItem(schema, list, item);
    if (set.members.has(step)) return [];
    const below = set.children.get(step) ?? noFields;
    return [isEmpty(below) ? item : without(schema, list.of, item, below)];
  });
  return kept.length > 0 ? kept : null;
}

function mapWithout(schema: MergeSchema, type: MapType, value: JsonObject, set: FieldSet): Json {
  if (type.atomic) return null;
  const kept: Draft = {};
  for (const key of Object.keys(value)) {
    const step = fieldStep(key);
    if (set.members.has(step)) continue;
    const below = set.children.get(step) ?? noFields;
    const it = value[key] ?? null;
    kept[key] = isEmpty(below) ? it : without(schema, typeOfKey(type, key), it, below);
  }
  return Object.keys(kept).length > 0 ? kept : null;
}
