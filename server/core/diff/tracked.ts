import { type Tracking, trackingAnnotation } from '../model/tracking.ts';
import type { JsonObject } from '../text/json.ts';
import { groupKindOf, textAt, withValue } from './json.ts';

/**
 * A live object that was last synced while labels tracked it: given the target's tracking annotation, and without the label that the target
 * does not have, so that changing the method makes nothing OutOfSync (argo-cd:util/argo/resource_tracking.go, Normalize).
 */
export function withTracking(live: JsonObject, target: JsonObject, { method, labelKey }: Tracking): JsonObject {
  if (method === 'label' || textAt(live, 'metadata', 'labels', labelKey) === '') return live;
  const { group, kind } = groupKindOf(live);
  if (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition') return live;
  const annotation = ['metadata', 'annotations', trackingAnnotation];
  const marked = textAt(live, ...annotation) === '' ? withValue(live, annotation, textAt(target, ...annotation)) : live;
  return textAt(target, 'metadata', 'labels', labelKey) === ''
    ? withValue(marked, ['metadata', 'labels', labelKey], undefined)
    : marked;
}
