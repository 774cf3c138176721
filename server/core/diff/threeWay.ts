import { isObject, type JsonObject } from '../text/json.ts';
import { tryDecode } from './decode.ts';
import { withDefaults } from './defaults/index.ts';
import { doing } from './failure.ts';
import { goJson } from './goJson.ts';
import { groupKindOf, isList, objectAt, onlyFieldsOf, onlyItemsOf, same, textAt, valueAt, withValue } from './json.ts';
import { jsonMerge, threeWayJsonPatch } from './jsonMerge.ts';
import { lastAppliedAnnotation, lastAppliedOf } from './lastApplied.ts';
import { strategicPatch } from './strategic/create.ts';
import { strategicMerge } from './strategic/merge.ts';
import { isNeverUnpatched } from './strategic/patchMeta.ts';
import type { KubernetesTypes, StructType } from './types.ts';

export interface Sides {
  readonly live: JsonObject;
  readonly predicted: JsonObject;
}

/** What live would become if the target were applied, and live itself, both with defaults (argo-cd:gitops-engine/pkg/diff/diff.go, ThreeWayDiff). */
export function threeWay(original: JsonObject, target: JsonObject, live: JsonObject, types: KubernetesTypes): Sides {
  const [orig, config] = [withoutNamespace(original), withoutNamespace(target)];
  const type = typeOf(orig, types);
  const patch = doing('failed to construct thre way merge patch', () => patchBetween(orig, config, live, type));
  if (!type) return { live, predicted: jsonMerge(live, patch) };
  if (Object.keys(patch).length === 0) {
    const both = defaulted(live, type, 'predicted');
    return { predicted: both, live: both };
  }
  const predicted = doing('failed to construct strategic merge patch', () =>
    strategicMerge(live, patch, type, 'object'),
  );
  return { predicted: defaulted(predicted, type, 'predicted'), live: defaulted(live, type, 'live') };
}

function patchBetween(
  original: JsonObject,
  target: JsonObject,
  live: JsonObject,
  type: StructType | undefined,
): JsonObject {
  // Defaults of live are no difference: a kind that is not known counts only by the fields that were applied.
  if (!type) return threeWayJsonPatch(original, target, onlyFieldsOf(original, live));
  return strategicThreeWay(original, target, withoutClaimDefaults(original, live), type);
}

/** apimachinery:pkg/util/strategicpatch/patch.go, CreateThreeWayMergePatch with overwrite */
function strategicThreeWay(original: JsonObject, target: JsonObject, live: JsonObject, type: StructType): JsonObject {
  const changes = strategicPatch(live, target, type, { additions: true, deletions: false });
  const deletions = strategicPatch(original, target, type, { additions: false, deletions: true });
  return strategicMerge(deletions, changes, type, 'patch');
}

/** With what the API server would set, and with all that the type does not know; unreadable objects stay as they are. */
export function defaulted(object: JsonObject, type: StructType, state: string): JsonObject {
  const typed = tryDecode(object, type, { unknownFields: 'dropped', emptyLists: 'kept' });
  if (!isObject(typed)) return object;
  const patch = defaultsPatch(typed, type);
  return doing(`failed to construct strategic merge patch for ${state} state`, () =>
    strategicMerge(object, patch, type, 'object'),
  );
}

export function defaultsPatch(typed: JsonObject, type: StructType): JsonObject {
  const set = withDefaults(typed, type);
  return same(set, typed) && !isNeverUnpatched(type)
    ? {}
    : doing('failed to create two way merge patch', () => strategicPatch(typed, set, type));
}

/** The namespace stands in live, and often not in the manifest. */
function withoutNamespace(object: JsonObject): JsonObject {
  const metadata = objectAt(object, 'metadata');
  if (!metadata) return object;
  const { annotations } = metadata;
  const bare = withValue(object, ['metadata', 'namespace'], undefined);
  const empty = annotations === null || (isObject(annotations) && Object.keys(annotations).length === 0);
  return empty ? withValue(bare, ['metadata', 'annotations'], undefined) : bare;
}

/** The API server sets fields of volumeClaimTemplates that no default here knows. */
function withoutClaimDefaults(original: JsonObject, live: JsonObject): JsonObject {
  const { group, kind } = groupKindOf(original);
  if (kind !== 'StatefulSet' || (group !== 'apps' && group !== 'extensions')) return live;
  const [before, now] = [original, live].map(it => valueAt(it, 'spec', 'volumeClaimTemplates'));
  if (!isList(before) || !isList(now)) return live;
  return withValue(live, ['spec', 'volumeClaimTemplates'], onlyItemsOf(before, now));
}

function typeOf(object: JsonObject, types: KubernetesTypes): StructType | undefined {
  return types.typeOf(textAt(object, 'apiVersion'), textAt(object, 'kind'));
}

/** What `kubectl apply` would send: the object with its last-applied annotation, as a patch of the live object. */
export interface ApplyPatch {
  readonly type: 'strategic' | 'merge';
  readonly patch: JsonObject;
}

/**
 * The patch of a client-side apply (kubectl:pkg/cmd/apply/patcher.go). Throws `DiffError` where lists lack their merge keys. An empty patch
 * means that there is nothing to do.
 */
export function threeWayPatch(target: JsonObject, live: JsonObject, types: KubernetesTypes): ApplyPatch {
  const modified = withLastApplied(target);
  const original = lastAppliedOf(live) ?? {};
  const type = typeOf(target, types);
  return type
    ? { type: 'strategic', patch: strategicThreeWay(original, modified, live, type) }
    : { type: 'merge', patch: threeWayJsonPatch(original, modified, live) };
}

/** The object as kubectl writes it down in its annotation; for creating and for patching. */
export function withLastApplied(target: JsonObject): JsonObject {
  const bare = withValue(target, ['metadata', 'annotations', lastAppliedAnnotation], undefined);
  const annotations = objectAt(bare, 'metadata', 'annotations') ?? {};
  // kubectl writes an empty map where the manifest has none.
  const noted = withValue(bare, ['metadata', 'annotations'], annotations);
  return withValue(noted, ['metadata', 'annotations', lastAppliedAnnotation], `${goJson(noted)}\n`);
}

/** Strategic merge of a patch into an object of a built-in kind; JSON merge for others. */
export function mergeStrategic(object: JsonObject, patch: JsonObject, types: KubernetesTypes): JsonObject {
  const type = typeOf(object, types);
  return type ? strategicMerge(object, patch, type, 'object') : jsonMerge(object, patch);
}
