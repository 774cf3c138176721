import { isObject, type JsonObject } from '../../text/json.ts';
import type { CompareSettings } from '../comparison.ts';
import { tryDecode } from '../decode.ts';
import { DiffError, doing } from '../failure.ts';
import { groupKindOf, textAt, withValue } from '../json.ts';
import { lastAppliedAnnotation } from '../lastApplied.ts';
import { strategicMerge } from '../strategic/merge.ts';
import { defaultsPatch, type Sides } from '../threeWay.ts';
import type { KubernetesTypes } from '../types.ts';
import { applied } from './apply.ts';
import { canonicalErrorOf } from './decodeError.ts';
import { customMergeType, mergeSchemaOf, mergeTypeOf } from './typed.ts';

/** argo-cd:gitops-engine/pkg/diff/diff.go, structuredMergeDiff */
export function structured(target: JsonObject, live: JsonObject, settings: CompareSettings): Sides {
  const { types, manager, isServed } = settings;
  const served = isServed(textAt(target, 'apiVersion'), textAt(target, 'kind'));
  const ref = mergeTypeOf(types, target) ?? (served ? customMergeType(types) : undefined);
  if (!ref) throw new DiffError(`unable to resolve parseableType for GroupVersionKind: ${kindText(target)}`);
  const result = applied(mergeSchemaOf(types), ref, target, live, manager);
  if (!result) return { live, predicted: live };
  return {
    predicted: doing('error applying default values in predicted live', () => withServerDefaults(result, types)),
    live: doing('error applying default values in live', () => withServerDefaults(live, types)),
  };
}

/** As schema.GroupVersionKind prints itself. */
function kindText(object: JsonObject): string {
  const { group, kind } = groupKindOf(object);
  const apiVersion = textAt(object, 'apiVersion');
  const version = group === '' ? apiVersion : apiVersion.slice(group.length + 1);
  return `${group}/${version}, Kind=${kind}`;
}

function withServerDefaults(object: JsonObject, types: KubernetesTypes): JsonObject {
  const bare = withValue(object, ['metadata', 'annotations', lastAppliedAnnotation], undefined);
  const type = types.typeOf(textAt(bare, 'apiVersion'), textAt(bare, 'kind'));
  if (!type) return bare;
  const typed = tryDecode(bare, type, { unknownFields: 'dropped', emptyLists: 'kept' });
  if (!isObject(typed))
    throw new DiffError(`error unmarshaling merged bytes into object: ${canonicalErrorOf(bare, type)}`);
  return doing('error applying defaults', () => {
    const patch = doing('error generating patch for default values', () => defaultsPatch(typed, type));
    return doing('error applying patch for default values', () => strategicMerge(bare, patch, type, 'object'));
  });
}
