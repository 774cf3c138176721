import { isObject, type Json, type JsonObject } from '../text/json.ts';

/** The object at a path of keys; an empty one where there is none, so that callers ask on. */
export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  let current: Json | undefined = value;
  for (const key of path) current = isObject(current) ? current[key] : undefined;
  return isObject(current) ? current : {};
}
