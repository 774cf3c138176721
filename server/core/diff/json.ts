import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { Draft } from './types.ts';

/** Equal as Go's reflect.DeepEqual and equal JSON texts are: the order of keys does not count, `null` is not the same as absent. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) || isList(b)) {
    if (!isList(a) || !isList(b) || a.length !== b.length) return false;
    return a.every((it, i) => same(it, b[i]));
  }
  const [left, right] = [a as JsonObject, b as JsonObject];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every(key => key in right && same(left[key], right[key]));
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject | undefined {
  let at: Json | undefined = value;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return isObject(at) ? at : undefined;
}

export function valueAt(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return at;
}

/** A copy with one value put in or, where `undefined`, taken out; what lies on the way there is copied, the rest is shared. */
export function withValue(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const copy: Draft = { ...object };
  if (rest.length > 0) {
    const inner = object[key];
    if (!isObject(inner) && value === undefined) return object;
    copy[key] = withValue(isObject(inner) ? inner : {}, rest, value);
  } else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

export function copyOf<T extends Json>(value: T): T {
  if (isList(value)) return value.map(copyOf) as unknown as T;
  if (!isObject(value)) return value;
  const copy: Draft = {};
  for (const key of Object.keys(value)) copy[key] = copyOf(value[key] ?? null);
  return copy as T;
}

export const textAt = (value: Json | undefined, ...path: readonly string[]): string => {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : '';
};

/** Group and kind, as Go reads them of an object. */
export function groupKindOf(object: JsonObject): { readonly group: string; readonly kind: string } {
  const version = textAt(object, 'apiVersion');
  return { group: version.includes('/') ? version.slice(0, version.indexOf('/')) : '', kind: textAt(object, 'kind') };
}

/**
 * Only what the other has as well, however deep; entries of lists by their place, and what the list has beyond the other's end stays
 * (argo-cd:gitops-engine/pkg/utils/json/json.go, RemoveMapFields).
 */
export function onlyFieldsOf(pattern: JsonObject, value: JsonObject): JsonObject {
  const result: Draft = {};
  for (const key of Object.keys(pattern)) {
    const found = value[key];
    if (found === undefined) continue;
    result[key] = found === null ? null : onlyPartsOf(pattern[key] ?? null, found);
  }
  return result;
}

export function onlyItemsOf(pattern: readonly Json[], value: readonly Json[]): readonly Json[] {
  return value.map((it, i) => (i < pattern.length && it !== null ? onlyPartsOf(pattern[i] ?? null, it) : it));
}

function onlyPartsOf(pattern: Json, value: Json): Json {
  if (isList(pattern)) return isList(value) ? onlyItemsOf(pattern, value) : value;
  return isObject(pattern) && isObject(value) ? onlyFieldsOf(pattern, value) : value;
}
