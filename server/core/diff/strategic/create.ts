import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { DiffError } from '../failure.ts';
import { isList, same } from '../json.ts';
import type { Draft, GoType } from '../types.ts';
import {
  asMap,
  deleteFromListPrefix,
  directiveMarker,
  elementKind,
  goTypeOf,
  inOrderOf,
  noMergeKey,
  orderPrefix,
  printed,
  retainKeysDirective,
  sortedByKey,
  sortedScalars,
  withoutRepeats,
} from './lists.ts';
import { metaOfList, metaOfStruct } from './patchMeta.ts';

/** Which half of a difference a patch is to have. */
export interface PatchOptions {
  readonly additions: boolean;
  readonly deletions: boolean;
  readonly retainKeys?: boolean;
}

/** The strategic merge patch that makes `modified` of `original` (apimachinery:pkg/util/strategicpatch/patch.go, diffMaps). */
export function strategicPatch(
  original: JsonObject,
  modified: JsonObject,
  type: GoType,
  options: PatchOptions = { additions: true, deletions: true },
): JsonObject {
  const patch: Draft = {};
  const retained: string[] = [];
  for (const key of Object.keys(modified)) {
    const value = modified[key] ?? null;
    if (options.retainKeys && value !== null) retained.push(key);
    const before = original[key];
    if (before === undefined) {
      if (options.additions) patch[key] = value;
    } else if (key === directiveMarker) {
      if (typeof before !== 'string' || typeof value !== 'string')
        throw new DiffError(`invalid value for special key: ${directiveMarker}`);
      if (before !== value) patch[key] = value;
    } else if (goTypeOf(before) !== goTypeOf(value)) {
      if (options.additions) patch[key] = value;
    } else if (isObject(before) && isObject(value)) mapPatch(key, before, value, patch, type, options);
    else if (isList(before) && isList(value)) listPatch(key, before, value, patch, type, options);
    else if (options.additions && before !== value) patch[key] = value;
  }
  if (options.deletions) for (const key of Object.keys(original)) if (!(key in modified)) patch[key] = null;
  const goes = Object.keys(original).some(key => original[key] !== null && !(key in modified));
  if (retained.length > 0 && (Object.keys(patch).length > 0 || goes)) patch[retainKeysDirective] = retained.sort();
  return patch;
}

function mapPatch(
  key: string,
  before: JsonObject,
  after: JsonObject,
  patch: Draft,
  type: GoType,
  options: PatchOptions,
): void {
  const meta = unlessSame(before, after, () => metaOfStruct(type, key));
  if (!meta) return;
  if (meta.strategy === 'replace') {
    if (options.additions) patch[key] = after;
    return;
  }
  const inner = strategicPatch(before, after, meta.type, { ...options, retainKeys: meta.retainKeys });
  if (Object.keys(inner).length > 0) patch[key] = inner;
}

/** A field that the type does not have can be compared, but no patch can be made of it. */
function unlessSame<T>(before: Json, after: Json, find: () => T): T | undefined {
  try {
    return find();
  } catch (cause) {
    if (cause instanceof DiffError && same(before, after)) return undefined;
    throw cause;
  }
}

function listPatch(
  key: string,
  before: readonly Json[],
  after: readonly Json[],
  patch: Draft,
  type: GoType,
  options: PatchOptions,
): void {
  const meta = unlessSame(before, after, () => metaOfList(type, key));
  if (!meta) return;
  if (meta.strategy !== 'merge') {
    if (options.additions && !same(before, after)) patch[key] = after;
    return;
  }
  const { added, deleted, order } = mergedListPatch(before, after, meta.type, meta.mergeKey, {
    ...options,
    retainKeys: meta.retainKeys,
  });
  if (added.length > 0) patch[key] = added;
  if (deleted.length > 0) patch[`${deleteFromListPrefix}/${key}`] = deleted;
  if (order.length > 0) patch[`${orderPrefix}/${key}`] = order;
}

interface ListPatch {
  readonly added: readonly Json[];
  readonly deleted: readonly Json[];
  readonly order: readonly Json[];
}

function mergedListPatch(
  original: readonly Json[],
  modified: readonly Json[],
  type: GoType,
  mergeKey: string,
  options: PatchOptions,
): ListPatch {
  if (original.length === 0) return { added: options.additions ? modified : [], deleted: [], order: [] };
  if (elementKind(original, modified) === 'scalar') {
    const { added, deleted } = scalarsPatch(original, modified, options);
    // Go sorts the original list in place and only then asks whether the two are equal.
    const sameOrder = same(sortedScalars(original), modified);
    const ordered = (options.deletions && deleted.length > 0) || (options.additions && !sameOrder);
    return { added: inOrderOf(added, modified, mergeKey, 'scalar'), deleted, order: ordered ? modified : [] };
  }
  const { changed, deletions } = mapsPatch(original, modified, type, mergeKey, options);
  const inOrder = inOrderOf(changed, modified, mergeKey, 'map');
  const sameOrder = isSameOrder(original, modified, mergeKey);
  const added = [...inOrder, ...deletions];
  const ordered = (options.additions && (added.length > 0 || !sameOrder)) || (options.deletions && added.length > 0);
  const order = ordered ? modified.map(it => ({ [mergeKey]: asMap(it)[mergeKey] ?? null })) : [];
  return { added, deleted: [], order };
}

function isSameOrder(original: readonly Json[], modified: readonly Json[], mergeKey: string): boolean {
  if (original.length !== modified.length) return false;
  return modified.every((it, i) => {
    const [a, b] = [asMap(original[i]), asMap(it)];
    for (const one of [a, b]) if (!(mergeKey in one)) throw noMergeKey(one, mergeKey);
    return a[mergeKey] === b[mergeKey];
  });
}

function scalarsPatch(original: readonly Json[], modified: readonly Json[], options: PatchOptions) {
  const [before, after] = [sortedScalars(original), sortedScalars(modified)];
  const added: Json[] = [];
  const deleted: Json[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [a, b] = [before[i], after[j]];
    const order = a === undefined ? 1 : b === undefined ? -1 : compareTexts(printed(a), printed(b));
    if (order === 0) {
      i++;
      j++;
    } else if (order > 0) {
      if (options.additions) added.push(b ?? null);
      j++;
    } else {
      if (options.deletions) deleted.push(a ?? null);
      i++;
    }
  }
  return { added, deleted: withoutRepeats(deleted) };
}

function mapsPatch(
  original: readonly Json[],
  modified: readonly Json[],
  type: GoType,
  mergeKey: string,
  options: PatchOptions,
) {
  const [before, after] = [sortedByKey(original, mergeKey), sortedByKey(modified, mergeKey)];
  const changed: Json[] = [];
  const deletions: Json[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const a = i < before.length ? keyed(before[i], mergeKey) : undefined;
    const b = j < after.length ? keyed(after[j], mergeKey) : undefined;
    const order = !a ? 1 : !b ? -1 : compareTexts(printed(a[mergeKey]), printed(b[mergeKey]));
    if (a && b && order === 0) {
      const patch = strategicPatch(a, b, type, options);
      if (Object.keys(patch).length > 0) changed.push({ ...patch, [mergeKey]: b[mergeKey] ?? null });
      i++;
      j++;
    } else if (b && order > 0) {
      if (options.additions) changed.push(b);
      j++;
    } else {
      if (options.deletions) deletions.push({ [mergeKey]: a?.[mergeKey] ?? null, [directiveMarker]: 'delete' });
      i++;
    }
  }
  return { changed, deletions };
}

function keyed(item: Json | undefined, mergeKey: string): JsonObject {
  const map = asMap(item);
  if (!(mergeKey in map)) throw noMergeKey(map, mergeKey);
  return map;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
