import { canonical } from '../text/fingerprint.ts';
import { isObject, type JsonObject } from '../text/json.ts';

/**
 * The JSON merge patch that makes `live` what `wanted` says, and removes what `applied` had and `wanted` has not; what only lives stays
 * (kin: k8s.io/apimachinery/pkg/util/jsonmergepatch). Lists are replaced as a whole.
 */
export function threeWayMerge(applied: JsonObject, wanted: JsonObject, live: JsonObject): JsonObject {
  const patch: { [key: string]: JsonObject[string] } = {};
  for (const [key, value] of Object.entries(wanted)) {
    const now = live[key];
    if (isObject(value) && isObject(now)) {
      const former = applied[key];
      const inner = threeWayMerge(isObject(former) ? former : {}, value, now);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (now === undefined ? value !== null : canonical(value) !== canonical(now)) patch[key] = value;
  }
  for (const key of Object.keys(applied)) if (!(key in wanted) && key in live) patch[key] = null;
  return patch;
}
