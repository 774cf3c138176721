import { isObject, type Json } from '../../text/json.ts';
import { isList } from '../json.ts';
import type { Draft } from '../types.ts';

/** Sets what an API server would set in a typed object; the object is the caller's own copy. */
export type Defaulter = (object: Draft) => void;

/** Absent, null, or the empty text of a Go string that is always written. */
export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}

export function setIfBlank(object: Draft, values: Readonly<Record<string, Json>>): void {
  for (const key of Object.keys(values)) if (isBlank(object[key])) object[key] = values[key] ?? null;
}

/** Of Go's pointers: an empty text is a value. */
export function setIfNull(object: Draft, values: Readonly<Record<string, Json>>): void {
  for (const key of Object.keys(values))
    if (object[key] === undefined || object[key] === null) object[key] = values[key] ?? null;
}

/** Numbers that are no pointers: zero is absence. */
export function setIfZero(object: Draft, values: Readonly<Record<string, number>>): void {
  for (const key of Object.keys(values)) if (isBlank(object[key]) || object[key] === 0) object[key] = values[key] ?? 0;
}

/** The struct at a key, made where there is none. */
export function inner(object: Draft, key: string): Draft {
  const found = object[key];
  if (isObject(found)) return found as Draft;
  const made: Draft = {};
  object[key] = made;
  return made;
}

export function innerIfAny(object: Draft, key: string): Draft | undefined {
  const found = object[key];
  return isObject(found) ? (found as Draft) : undefined;
}

export function items(object: Draft, key: string): readonly Draft[] {
  const found = object[key];
  return isList(found) ? found.filter(isObject).map(it => it as Draft) : [];
}

export function sizeAt(object: Draft, key: string): number {
  const found = object[key];
  return isList(found) ? found.length : isObject(found) ? Object.keys(found).length : 0;
}
