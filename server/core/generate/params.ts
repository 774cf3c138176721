import type { GoType, GoTypes } from '../facts/renderings.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject, pointer } from '../text/json.ts';

/**
 * Parameters while generators work on them. They are mutable because Argo CD's own merges write into shared maps, and an author sees
 * the result of that. Nothing outside of a generator's run may change them.
 */
export type Params = { [key: string]: Json };

/** Remembers which maps and lists are not plain JSON in Go: templates and merges treat `map[string]string` differently. */
const goTypes = new WeakMap<object, GoType>();

export function typed<T extends object>(value: T, type: GoType): T {
  goTypes.set(value, type);
  return value;
}

export function goTypeOf(value: unknown): GoType | undefined {
  return typeof value === 'object' && value !== null ? goTypes.get(value) : undefined;
}

export function typesIn(params: JsonObject): GoTypes {
  const found: Record<string, GoType> = {};
  for (const key in params) collect(params[key], [key], found);
  return found;
}

function collect(value: Json | undefined, path: readonly string[], found: Record<string, GoType>): void {
  if (typeof value !== 'object' || value === null) return;
  const type = goTypes.get(value);
  if (type !== undefined) found[pointer(path)] = type;
  else if (isObject(value)) for (const key in value) collect(value[key], [...path, key], found);
}

/** A copy that shares nothing with the original and keeps its Go types. */
export function copied<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy: unknown = Array.isArray(value)
    ? value.map(item => copied(item as Json))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item as Json)]));
  const type = goTypes.get(value);
  if (type !== undefined) goTypes.set(copy as object, type);
  return copy as T;
}
