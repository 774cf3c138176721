import { withLastApplied } from '../../diff/threeWay.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import { applyAction } from '../actions.ts';
import { isHook } from '../hooks.ts';
import { keyWords, metadataOf } from '../resource.ts';
import type { Guard } from './guard.ts';

/** kubernetes: apimachinery/pkg/api/validation/objectmeta.go, TotalAnnotationSizeLimitB */
const limit = 256 * 1024;

/** A client-side apply writes the whole manifest into an annotation. */
export const annotationTooLong: Guard = {
  name: 'annotationTooLong',
  summary: 'The last-applied annotation of a client-side apply would be longer than the API server allows',
  check: ({ tasks, options, placed }) => ({
    refusals: tasks.flatMap(task => {
      const { target } = task;
      const action = applyAction(task, options, false);
      if (!target || isHook(target) || action.kind !== 'apply' || action.how !== 'apply') return [];
      const size = annotationsSize(withLastApplied(target));
      if (size <= limit) return [];
      const about = placed(target);
      const message = `${keyWords(about)} would get annotations of ${Math.ceil(size / 1024)} KiB, most of it the copy that a client-side apply keeps; the API server allows 256 KiB. Set ServerSideApply=true, or Replace=true, in its sync options.`;
      return [{ guard: 'annotationTooLong', message, about }];
    }),
  }),
};

function annotationsSize(object: JsonObject): number {
  const { annotations } = metadataOf(object);
  if (!isObject(annotations)) return 0;
  return Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + key.length + (typeof value === 'string' ? value.length : 0),
    0,
  );
}
