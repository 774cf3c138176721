import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import { ClusterFailure } from '../../engine/ports.ts';

/** The object of an answer. A login page with status 200 is no object. */
export function objectIn(text: string, about: string): JsonObject {
  try {
    const value: Json = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below, without the text: it may be anything.
  }
  const message = 'something that is no Kubernetes object was answered; is there a proxy or login page in between?';
  throw new ClusterFailure('serverError', about, message);
}
