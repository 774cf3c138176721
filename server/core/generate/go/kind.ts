import type { Json } from '../../text/json.ts';

/** What encoding/json calls a JSON value in its errors. */
export function goType(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}
