import type { Field, PatchRule, Shape } from '../../model/go/shape.ts';
import type { Json, JsonObject } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';

/**
 * k8s.io/apimachinery:pkg/util/strategicpatch/patch.go on an Application: maps merge, `null` removes, lists are replaced unless the Go
 * type names a patch strategy. The result, or the message with which it is refused.
 */
export function strategicMerge(
  original: JsonObject,
  patch: JsonObject,
  shape: Shape,
): JsonObject | { readonly error: PatchError } {
  try {
    return mergeMap(original, patch, shape);
  } catch (caught) {
    if (caught instanceof PatchError) return { error: caught };
    throw caught;
  }
}

export class PatchError extends Error {}

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const DELETE_LIST = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

function mergeMap(original: JsonObject, patch: JsonObject, shape: Shape): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) {
    if (directive === 'replace') return without(patch, DIRECTIVE);
    if (directive === 'delete') return {};
    throw new PatchError(`unknown patch type found in map: ${String(directive)}`);
  }
  const result: Record<string, Json> = retained(original, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key === RETAIN || key.startsWith(ORDER)) continue;
    if (key.startsWith(DELETE_LIST)) deleteFromList(result, key.slice(DELETE_LIST.length), value);
    else if (value === null) delete result[key];
    else result[key] = mergedValue(key, result[key], value, shape);
  }
  return result;
}

function mergedValue(key: string, current: Json | undefined, value: Json, shape: Shape): Json {
  if (current === undefined || current === null) return withoutDirectives(value);
  if (isObject(value) && isObject(current)) {
    const field = fieldOf(key, shape);
    return field?.patch?.strategy === 'replace' ? value : mergeMap(current, value, field?.shape ?? shape);
  }
  if (Array.isArray(value) && Array.isArray(current)) {
    const rule = fieldOf(key, shape)?.patch;
    return rule?.strategy === 'merge' ? mergeList(current as readonly Json[], value as readonly Json[], rule) : value;
  }
  return withoutDirectives(value);
}

/** A map or list inside of a Go map has no patch metadata; of a struct the field must be known. */
function fieldOf(key: string, shape: Shape): Field | undefined {
  if (shape.kind === 'struct') return shape.byName.get(key);
  if (shape.kind === 'raw') {
    throw new PatchError(`unable to find api field in struct RawExtension for the json field ${JSON.stringify(key)}`);
  }
  return undefined;
}

function retained(original: JsonObject, patch: JsonObject): Record<string, Json> {
  const keys = patch[RETAIN];
  if (!Array.isArray(keys)) return { ...original };
  return Object.fromEntries(Object.entries(original).filter(([key]) => (keys as readonly Json[]).includes(key)));
}

function deleteFromList(result: Record<string, Json>, key: string, values: Json): void {
  const current = result[key];
  if (!Array.isArray(current) || !Array.isArray(values)) return;
  result[key] = (current as readonly Json[]).filter(item => !(values as readonly Json[]).includes(item));
}

/** What the patch brings comes first, in its order; what only the original has follows (normalizeElementOrder). */
function mergeList(current: readonly Json[], patch: readonly Json[], rule: PatchRule): readonly Json[] {
  if (rule.mergeKey === undefined) {
    const merged = [...new Set([...current, ...patch])];
    return ordered(
      merged.filter(item => patch.includes(item)),
      merged.filter(item => !patch.includes(item)),
      current,
    );
  }
  const key = rule.mergeKey;
  const byKey = new Map<Json | undefined, Json>(current.map(item => [isObject(item) ? item[key] : item, item]));
  for (const item of patch) {
    if (!isObject(item)) continue;
    const found = byKey.get(item[key]);
    if (item[DIRECTIVE] === 'delete') byKey.delete(item[key]);
    else byKey.set(item[key], isObject(found) ? { ...found, ...item } : item);
  }
  return [...byKey.values()];
}

function ordered(patched: readonly Json[], others: readonly Json[], original: readonly Json[]): readonly Json[] {
  const result: Json[] = [];
  let i = 0;
  for (const item of patched) {
    const position = original.indexOf(item);
    while (position >= 0 && i < others.length && original.indexOf(others[i] ?? null) < position) {
      result.push(others[i] ?? null);
      i++;
    }
    result.push(item);
  }
  return [...result, ...others.slice(i)];
}

/** A part that is new is taken without its directives and nulls. */
function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[])
      .filter(item => !(isObject(item) && DIRECTIVE in item && Object.keys(item).length === 1))
      .map(item => withoutDirectives(item));
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, item]) =>
      item !== null && key !== DIRECTIVE && key !== RETAIN && !key.startsWith(DELETE_LIST) && !key.startsWith(ORDER),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutDirectives(item)]));
}

function without(value: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
