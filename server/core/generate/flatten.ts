import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { goPrint } from './go/print.ts';
import { goTypeOf } from './params.ts';

/**
 * Nested parameters as dotted names with printed values: `asset.id`, `tags.0`. Empty maps and lists give no name at all
 * (github.com/jeremywohl/flatten), so they vanish. Only `map[string]any` and `[]any` are taken apart: `metadata.labels` of a cluster
 * is a `map[string]string` and stays one value, `map[env:prod]`.
 */
export function flatten(value: JsonObject): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, item] of Object.entries(value)) add(flat, key, item);
  return flat;
}

function add(flat: Record<string, string>, name: string, value: Json): void {
  if (goTypeOf(value) !== undefined) flat[name] = goPrint(value);
  else if (Array.isArray(value)) (value as readonly Json[]).forEach((item, at) => add(flat, `${name}.${at}`, item));
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) add(flat, `${name}.${key}`, item);
  else flat[name] = goPrint(value);
}
