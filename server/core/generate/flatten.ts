import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { goPrint } from './go/print.ts';
import { goTypeOf } from './params.ts';

/**
 * Nested parameters as dotted names with printed values: `asset.id`, `tags.0`. Empty maps and lists give no name at all
 * (github.com/jeremywohl/flatten), so they vanish. Of lists only `[]any` is taken apart: `path.segments` is a `[]string` and stays
 * one value, `[apps web]`.
 */
export function flatten(value: JsonObject): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, item] of Object.entries(value)) add(flat, key, item);
  return flat;
}

function add(flat: Record<string, string>, name: string, value: Json): void {
  const type = goTypeOf(value);
  if (type === '[]string' || type === '[]map[string]any') flat[name] = goPrint(value);
  else if (Array.isArray(value))
    for (const [at, item] of (value as readonly Json[]).entries()) add(flat, `${name}.${at}`, item);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) add(flat, `${name}.${key}`, item);
  else flat[name] = goPrint(value);
}
