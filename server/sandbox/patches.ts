import { same } from '../core/diff/json.ts';
import { isObject, type Json, type JsonObject, segmentsOf } from '../core/text/json.ts';
import { text } from './objects.ts';
import { badRequest, Refusal } from './status.ts';

/** RFC 7386. */
export function mergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? mergePatch(result[key], value) : value;
  }
  return result;
}

/** RFC 6902; what does not fit is refused as the API server does. */
export function jsonPatch(object: JsonObject, patch: Json): JsonObject {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let result: Json = object;
  for (const step of patch) {
    if (!isObject(step)) throw badRequest('error decoding patch');
    result = applied(result, step);
  }
  return isObject(result) ? result : object;
}

function applied(document: Json, step: JsonObject): Json {
  const path = segmentsOf(text(step.path));
  switch (step.op) {
    case 'add':
      return changed(document, path, () => step.value ?? null, 'add');
    case 'replace':
      return changed(document, path, () => step.value ?? null, 'replace');
    case 'remove':
      return changed(document, path, () => undefined, 'remove');
    case 'test':
      if (!same(found(document, path), step.value ?? null)) throw unfit(`testing value ${text(step.path)} failed`);
      return document;
    case 'copy':
    case 'move': {
      const from = segmentsOf(text(step.from));
      const value = found(document, from);
      if (value === undefined) throw unfit(`unable to find ${text(step.from)}`);
      const rest = step.op === 'move' ? changed(document, from, () => undefined, 'remove') : document;
      return changed(rest, path, () => value, 'add');
    }
    default:
      throw badRequest(`unexpected kind: ${JSON.stringify(step.op ?? null)}`);
  }
}

const unfit = (why: string): Refusal =>
  new Refusal(422, 'Invalid', `the server rejected our request due to an error in our request: ${why}`);

function found(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (at, key) => (Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined),
    value,
  );
}

function changed(
  value: Json,
  [key, ...rest]: readonly string[],
  make: () => Json | undefined,
  how: 'add' | 'replace' | 'remove',
): Json {
  if (key === undefined) return make() ?? null;
  if (Array.isArray(value)) {
    const index = key === '-' ? value.length : Number(key);
    const copy: Json[] = [...value];
    if (rest.length > 0) copy[index] = changed(copy[index] ?? null, rest, make, how);
    else if (how === 'add') copy.splice(index, 0, make() ?? null);
    else if (index >= copy.length) throw unfit(`index ${key} is out of bounds`);
    else if (how === 'remove') copy.splice(index, 1);
    else copy[index] = make() ?? null;
    return copy;
  }
  if (!isObject(value)) throw unfit(`there is nothing at ${key}`);
  const copy: Record<string, Json> = { ...value };
  if (rest.length > 0) {
    if (copy[key] === undefined) throw unfit(`${how} operation does not apply: doc is missing path: ${key}`);
    copy[key] = changed(copy[key], rest, make, how);
    return copy;
  }
  if (how !== 'add' && copy[key] === undefined)
    throw unfit(`${how} operation does not apply: doc is missing key: ${key}`);
  const made = make();
  if (made === undefined) delete copy[key];
  else copy[key] = made;
  return copy;
}
