import { isObject, type Json, type JsonObject } from '../text/json.ts';

/**
 * Reading a decoded object (`decode.ts`): types are proven there, so these only say what Go's zero value would be where nothing is set.
 * Also safe on values that were not decoded: what has another type counts as not set.
 */
export function objectOf(parent: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = parent?.[key];
  return isObject(value) ? value : undefined;
}

export function objectAt(parent: JsonObject | undefined, ...keys: readonly string[]): JsonObject | undefined {
  return keys.reduce(objectOf, parent);
}

export function textOf(parent: JsonObject | undefined, key: string): string {
  const value = parent?.[key];
  return typeof value === 'string' ? value : '';
}

export function numberOf(parent: JsonObject | undefined, key: string): number | undefined {
  const value = parent?.[key];
  return typeof value === 'number' ? value : undefined;
}

export function flagOf(parent: JsonObject | undefined, key: string): boolean {
  return parent?.[key] === true;
}

export function listOf(parent: JsonObject | undefined, key: string): readonly JsonObject[] {
  return itemsOf(parent, key).map(it => (isObject(it) ? it : {}));
}

export function itemsOf(parent: JsonObject | undefined, key: string): readonly Json[] {
  const value = parent?.[key];
  return Array.isArray(value) ? value : [];
}

/** Entries whose value is a text, in the order written. */
export function textsOf(parent: JsonObject | undefined, key: string): readonly (readonly [string, string])[] {
  return Object.entries(objectOf(parent, key) ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
}

/** A pointer or slice of Go is set: `{}` and `[]` count, `null` does not. */
export function isSet(parent: JsonObject | undefined, key: string): boolean {
  return parent?.[key] !== undefined && parent[key] !== null;
}
