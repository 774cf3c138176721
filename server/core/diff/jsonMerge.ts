import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { isList, same } from './json.ts';
import type { Draft } from './types.ts';

/** RFC 7396, as github.com/evanphx/json-patch makes and applies it; for kinds of which no Go type is known. */
export function jsonMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Draft = {};
  for (const key of Object.keys(modified)) {
    const [before, after] = [original[key], modified[key] ?? null];
    if (before === undefined) patch[key] = after;
    else if (isObject(before) && isObject(after)) {
      const inner = jsonMergePatch(before, after);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!same(before, after)) patch[key] = after;
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null;
  return patch;
}

export function jsonMerge(original: JsonObject, patch: JsonObject): JsonObject {
  const result: Draft = { ...original };
  for (const key of Object.keys(patch)) {
    const [before, change] = [result[key], patch[key] ?? null];
    if (change === null) delete result[key];
    // What replaces anything but a map loses its nulls, those in entries of lists as well.
    else if (!isObject(before)) result[key] = withoutNulls(change);
    else result[key] = isObject(change) ? jsonMerge(before, change) : change;
  }
  return result;
}

function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const result: Draft = {};
  for (const key of Object.keys(value)) if (value[key] !== null) result[key] = withoutNulls(value[key] ?? null);
  return result;
}

/** apimachinery:pkg/util/jsonmergepatch/patch.go: additions and changes against live, deletions against what was applied last. */
export function threeWayJsonPatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const additions = filtered(jsonMergePatch(current, modified), 'values');
  const deletions = filtered(jsonMergePatch(original, modified), 'nulls');
  return put(deletions, additions);
}

/** Both are patches: the nulls of the first stay. */
function put(patch: JsonObject, more: JsonObject): JsonObject {
  const result: Draft = { ...patch };
  for (const key of Object.keys(more)) {
    const [before, change] = [result[key], more[key] ?? null];
    result[key] = isObject(before) && isObject(change) ? put(before, change) : change;
  }
  return result;
}

function filtered(patch: JsonObject, keep: 'values' | 'nulls'): JsonObject {
  const result: Draft = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    if (value === null) {
      if (keep === 'nulls') result[key] = null;
    } else if (isObject(value) && Object.keys(value).length > 0) {
      const inner = filtered(value, keep);
      if (Object.keys(inner).length > 0) result[key] = inner;
    } else if (keep === 'values') result[key] = value;
  }
  return result;
}
