import type { JsonObject } from '../text/json.ts';
import type { Normalized } from './comparison.ts';
import { DiffError } from './failure.ts';
import { jsonMerge, jsonMergePatch } from './jsonMerge.ts';
import { strategicPatch } from './strategic/create.ts';
import { strategicMerge } from './strategic/merge.ts';
import type { KubernetesTypes, StructType } from './types.ts';

/**
 * The target with what lives in the ignored fields, so that a sync leaves these as they are (argo-cd:controller/sync.go,
 * normalizeTargetResources). `normalized`: both sides without the ignored fields. The status is never taken over: whoever applies it would own
 * it from then on. Lists that are one value to a merge are taken over whole, as Argo CD does.
 */
export function respectIgnored(
  target: JsonObject,
  live: JsonObject,
  normalized: Normalized,
  types: KubernetesTypes,
): JsonObject {
  if (!normalized.target || !normalized.live) return target;
  const type = types.typeOf(String(normalized.target.apiVersion), String(normalized.target.kind));
  const patch = patchBetween(withoutStatus(normalized.live), withoutStatus(live), type);
  return type ? strategicMerge(normalized.target, patch, type, 'object') : jsonMerge(normalized.target, patch);
}

/** What cannot be patched by its type is patched as plain JSON. */
function patchBetween(cleaned: JsonObject, full: JsonObject, type: StructType | undefined): JsonObject {
  try {
    if (type) return strategicPatch(cleaned, full, type, { additions: true, deletions: false });
  } catch (cause) {
    if (!(cause instanceof DiffError)) throw cause;
  }
  return jsonMergePatch(cleaned, full);
}

function withoutStatus({ status: _, ...object }: JsonObject): JsonObject {
  return object;
}
