import type { JsonObject } from '../../text/json.ts';
import { typedObject } from '../decode.ts';
import { DiffError } from '../failure.ts';
import type { StructType } from '../types.ts';

/** Why an object cannot be read as its type. */
export function canonicalErrorOf(object: JsonObject, type: StructType): string {
  try {
    typedObject(object, type);
    return '';
  } catch (cause) {
    if (cause instanceof DiffError) return cause.message;
    throw cause;
  }
}
