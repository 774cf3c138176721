import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { Normalized } from './comparison.ts';
import { same } from './json.ts';
import { jsonMerge, threeWayJsonPatch } from './jsonMerge.ts';
import { strategicPatch } from './strategic/create.ts';
import { strategicMerge } from './strategic/merge.ts';
import type { KubernetesTypes } from './types.ts';

/**
 * The target with what lives in the ignored fields, so that a sync leaves these as they are (argo-cd:controller/sync.go,
 * normalizeTargetResources). `normalized`: both sides without the ignored fields. The status is never taken over: whoever applies it would own
 * it from then on.
 */
export function respectIgnored(
  target: JsonObject,
  live: JsonObject,
  normalized: Normalized,
  types: KubernetesTypes,
): JsonObject {
  if (!normalized.target || !normalized.live) return target;
  const [full, cleaned] = [withoutStatus(live), withoutStatus(normalized.live)];
  const type = types.typeOf(String(target.apiVersion), String(target.kind));
  const patch = type
    ? strategicPatch(cleaned, full, type, { additions: true, deletions: false })
    : threeWayJsonPatch(full, full, cleaned);
  const patched = type ? strategicMerge(normalized.target, patch, type, 'object') : jsonMerge(normalized.target, patch);
  return restored(patched, target, normalized.target, cleaned);
}

/** Fields that are merged as a whole took their neighbours along; those that nobody ignores get back what the manifest says. */
function restored(patched: JsonObject, target: JsonObject, normalized: JsonObject, live: JsonObject): JsonObject {
  const result: { [key: string]: Json } = { ...patched };
  for (const [key, wanted] of Object.entries(target)) {
    const [now, kept] = [patched[key], normalized[key]];
    if (isObject(now) && isObject(wanted) && isObject(kept)) {
      const lives = live[key];
      result[key] = restored(now, wanted, kept, isObject(lives) ? lives : {});
    } else if (kept !== undefined && same(kept, wanted) && !same(now, wanted)) result[key] = wanted;
  }
  for (const key of Object.keys(patched)) if (!(key in target) && key in live) delete result[key];
  return result;
}

function withoutStatus({ status: _, ...object }: JsonObject): JsonObject {
  return object;
}
