import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { DiffError } from '../failure.ts';
import { isList, same } from '../json.ts';
import type { Draft, GoType } from '../types.ts';
import {
  asList,
  asMap,
  deleteFromListPrefix,
  directiveMarker,
  elementKind,
  findByKey,
  goTypeOf,
  isDeletion,
  noMergeKey,
  normalizedOrder,
  orderPrefix,
  printed,
  retainKeysDirective,
  withoutRepeats,
} from './lists.ts';
import { metaOfList, metaOfStruct, type PatchMeta } from './patchMeta.ts';

/** Applied to an object, or put together with another patch, where directives are kept. */
export type MergeInto = 'object' | 'patch';

/** apimachinery:pkg/util/strategicpatch/patch.go, mergeMap. Neither argument is changed. */
export function strategicMerge(original: JsonObject, patch: JsonObject, type: GoType, into: MergeInto): JsonObject {
  const directive = patch[directiveMarker];
  if (directive !== undefined) {
    if (directive === 'replace') return without(patch, directiveMarker);
    if (directive === 'delete') return {};
    throw new DiffError(`unknown patch type: ${printed(directive)} in map: ${printed(patch)}`);
  }
  const result: Draft = { ...original };
  const rest: Draft = { ...patch };
  retainKeys(result, rest, into);
  mergeOrderedLists(result, rest, type, into);
  for (const key of Object.keys(rest)) mergeKeyOf(result, key, rest[key] ?? null, type, into);
  return result;
}

function mergeKeyOf(result: Draft, written: string, value: Json, type: GoType, into: MergeInto): void {
  const deletion = written.startsWith(deleteFromListPrefix);
  if (deletion && into === 'patch') {
    result[written] = value;
    return;
  }
  const key = deletion ? written.slice(deleteFromListPrefix.length + 1) : written;
  if (value === null) {
    delete result[key];
    if (into === 'object') return;
  }
  const before = result[key];
  if (before === undefined || goTypeOf(before) !== goTypeOf(value)) {
    if (!deletion) set(result, key, cleared(into === 'object' ? withoutNulls(value) : value));
  } else if (isObject(before) && isObject(value)) {
    const meta = metaOfStruct(type, key);
    result[key] = meta.strategy === 'replace' ? value : strategicMerge(before, value, meta.type, into);
  } else if (isList(before) && isList(value)) {
    const meta = metaOfList(type, key);
    result[key] = meta.strategy === 'merge' || deletion ? mergedList(before, value, meta, into, deletion) : value;
  } else set(result, key, cleared(value));
}

function set(result: Draft, key: string, value: Json | undefined): void {
  if (value === undefined) delete result[key];
  else result[key] = value;
}

function retainKeys(result: Draft, patch: Draft, into: MergeInto): void {
  const keys = patch[retainKeysDirective];
  if (keys === undefined) return;
  delete patch[retainKeysDirective];
  if (into === 'patch') {
    const before = result[retainKeysDirective];
    if (before !== undefined && !same(before, keys))
      throw new DiffError(
        `${printed(before)} and ${printed(keys)} are not deep equal: this may happen when calculating the 3-way diff patch`,
      );
    result[retainKeysDirective] = keys;
    return;
  }
  const kept = new Set(asList(keys));
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(deleteFromListPrefix) || key.startsWith(orderPrefix)) continue;
    if (!kept.has(key)) throw new DiffError('invalid patch format of $retainKeys');
  }
  for (const key of Object.keys(result)) if (!kept.has(key)) delete result[key];
}

/** Lists with `$setElementOrder` are merged first, and their order is what the patch says. */
function mergeOrderedLists(result: Draft, patch: Draft, type: GoType, into: MergeInto): void {
  for (const written of Object.keys(patch).filter(it => it.startsWith(orderPrefix))) {
    const order = asList(patch[written]);
    delete patch[written];
    if (into === 'patch') {
      const before = result[written];
      if (before !== undefined && !same(before, order))
        throw new DiffError('invalid patch format of setElementOrder list');
      result[written] = order;
    }
    const key = written.slice(orderPrefix.length + 1);
    const [hasBefore, hasPatch] = [key in result, key in patch];
    const before = hasBefore ? asList(result[key]) : [];
    const change = hasPatch ? asList(patch[key]) : [];
    const meta = metaOfList(type, key);
    checkOrder(change, order, meta.mergeKey);
    const merged =
      hasBefore && hasPatch
        ? meta.strategy === 'merge'
          ? mergedList(before, change, meta, into, false)
          : change
        : hasBefore
          ? before
          : hasPatch
            ? asList(cleared(change))
            : undefined;
    if (!merged) continue;
    const { ordered, others } = partition(merged, order, meta.mergeKey);
    const kind = elementKind(before, change);
    result[key] = normalizedOrder(ordered, others, order, before, meta.mergeKey, kind);
    delete patch[key];
  }
}

function checkOrder(patch: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (order.length === 0 || patch.length === 0) return;
  const items = mergeKey === '' ? patch : patch.filter(it => !isDeletion(it));
  let [i, j] = [0, 0];
  while (i < items.length && j < order.length) {
    const item = items[i];
    if (isObject(item) && directiveMarker in item) {
      i++;
      continue;
    }
    if (equalByKey(item, order[j], mergeKey)) i++;
    j++;
  }
  if (i < items.length && j >= order.length)
    throw new DiffError(
      `The order in patch list:\n${printed(patch)}\n doesn't match $setElementOrder list:\n${printed(order)}\n`,
    );
}

function equalByKey(a: Json | undefined, b: Json | undefined, mergeKey: string): boolean {
  if (mergeKey === '') return a === b;
  const [left, right] = [asMap(a), asMap(b)];
  for (const it of [left, right]) if (!(mergeKey in it)) throw noMergeKey(it, mergeKey);
  return left[mergeKey] === right[mergeKey];
}

function partition(items: readonly Json[], by: readonly Json[], mergeKey: string) {
  const isIn = (it: Json): boolean => {
    if (mergeKey === '') return by.includes(it);
    const map = asMap(it);
    if (!(mergeKey in map)) throw noMergeKey(map, mergeKey);
    return findByKey(by, mergeKey, map[mergeKey]) >= 0;
  };
  const [ordered, others]: [Json[], Json[]] = [[], []];
  for (const it of items) (isIn(it) ? ordered : others).push(it);
  return { ordered, others };
}

function mergedList(
  original: readonly Json[],
  patch: readonly Json[],
  { type, mergeKey }: PatchMeta,
  into: MergeInto,
  deletion: boolean,
): readonly Json[] {
  if (original.length === 0 && patch.length === 0) return original;
  const kind = elementKind(original, patch);
  if (kind === 'scalar') {
    if (into === 'object' && deletion) return original.filter(it => !patch.includes(it));
    const merged = withoutRepeats([...original, ...patch]);
    const { ordered, others } = partition(merged, patch, mergeKey);
    return normalizedOrder(ordered, others, patch, original, mergeKey, kind);
  }
  if (mergeKey === '') throw new DiffError('cannot merge lists without merge key for struct');
  const { left, right } = withoutDirectives(original, patch, mergeKey);
  const merged: Json[] = [...left];
  for (const it of right) {
    const item = asMap(it);
    if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
    const at = findByKey(merged, mergeKey, item[mergeKey]);
    if (at >= 0) merged[at] = strategicMerge(asMap(merged[at]), item, type, into);
    else merged.push(it);
  }
  const { ordered, others } = partition(merged, right, mergeKey);
  return normalizedOrder(ordered, others, right, left, mergeKey, kind);
}

function withoutDirectives(original: readonly Json[], patch: readonly Json[], mergeKey: string) {
  let left = original;
  const right: Json[] = [];
  let replace = false;
  for (const it of patch) {
    const item = asMap(it);
    const directive = item[directiveMarker];
    if (directive === undefined) right.push(it);
    else if (directive === 'delete') {
      if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
      left = left.filter(one => !(mergeKey in asMap(one) && asMap(one)[mergeKey] === item[mergeKey]));
    } else if (directive === 'replace') replace = true;
    else if (directive === 'merge') throw new DiffError('merging lists cannot yet be specified in the patch');
    else throw new DiffError(`unknown patch type: ${printed(directive)} in map: ${printed(item)}`);
  }
  return replace ? { left: right, right: [] } : { left, right };
}

/** Without maps that carry a directive; `undefined`: the value itself is one. */
function cleared(value: Json): Json | undefined {
  if (isList(value)) return value.map(cleared).filter(it => it !== undefined);
  if (!isObject(value)) return value;
  if (directiveMarker in value) return undefined;
  const result: Draft = {};
  for (const key of Object.keys(value)) set(result, key, cleared(value[key] ?? null));
  return result;
}

function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const result: Draft = {};
  for (const key of Object.keys(value)) if (value[key] !== null) result[key] = withoutNulls(value[key] ?? null);
  return result;
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _gone, ...rest } = object;
  return rest;
}
