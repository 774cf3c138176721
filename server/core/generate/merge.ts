import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { goTypeOf, type Params } from './params.ts';

/**
 * mergo.Merge with WithOverride, on maps: values of `source` win, also empty ones; maps merge, lists are replaced. It writes into
 * `target` and into maps inside of it, which may be shared with other parameter sets, as in Argo CD (dario.cat/mergo:merge.go).
 * Returns the panic that ends Argo CD's controller where the Go types of the two do not fit.
 */
export function mergeOver(target: Params, source: JsonObject): string | undefined {
  for (const [key, value] of Object.entries(source)) {
    const current = target[key];
    if (value === null) {
      target[key] = null;
      continue;
    }
    if (isObject(value)) {
      if (isObject(current)) {
        const panic = mergeOver(current as Params, value);
        if (panic !== undefined) return panic;
      }
      if (current !== undefined && !isEmptyValue(current) && isObject(current)) continue;
    }
    if (goTypeOf(target) === 'map[string]string' && goTypeOf(source) !== 'map[string]string') {
      return 'reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string';
    }
    target[key] = value;
  }
  return undefined;
}

/** What mergo and Go templates count as nothing. */
export function isEmptyValue(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
