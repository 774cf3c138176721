import { isObject, type JsonObject } from '../text/json.ts';
import { textAt } from './json.ts';

export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** What kubectl, or a client-side sync, applied last; `undefined` where live does not say, or says nonsense. */
export function lastAppliedOf(live: JsonObject | undefined): JsonObject | undefined {
  const annotations = isObject(live?.metadata) ? live.metadata.annotations : undefined;
  // Go reads no annotations at all where one is no text; a null is an empty text.
  if (!isObject(annotations) || Object.values(annotations).some(it => typeof it !== 'string' && it !== null))
    return undefined;
  const text = annotations[lastAppliedAnnotation];
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && textAt(value, 'kind') !== '' ? value : undefined;
  } catch {
    // Somebody edited the annotation: compared without it, as Argo CD does.
    return undefined;
  }
}
