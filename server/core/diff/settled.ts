import type { JsonObject } from '../text/json.ts';
import { roundTrip } from './decode.ts';
import { DiffError } from './failure.ts';
import { same, textAt } from './json.ts';
import { applied } from './structured/apply.ts';
import { managedFieldsOf, mergeSchemaOf, mergeTypeOf } from './structured/typed.ts';
import type { KubernetesTypes } from './types.ts';

/**
 * Whether a server-side apply of the target would leave the live object as it is, which the API server then need not be asked. Only a plain yes
 * counts: a kind whose merge schema is built in, all managers in the target's version (converting between versions is the server's), and a
 * merge that changes nothing. Anything else is `false`. What admission would say of such an apply is not known; its mutations count as no
 * difference anyhow.
 */
export function isSettled(target: JsonObject, live: JsonObject, manager: string, types: KubernetesTypes): boolean {
  const version = textAt(target, 'apiVersion');
  const ref = mergeTypeOf(types, target);
  const entries = managedFieldsOf(live);
  if (!ref || textAt(live, 'apiVersion') !== version || entries.length === 0) return false;
  if (entries.some(it => textAt(it, 'apiVersion') !== version)) return false;
  try {
    const after = applied(mergeSchemaOf(types), ref, target, live, manager);
    if (!after) return true;
    // The server decodes what it merged: 0.1 CPU and 100m are the same to it.
    const type = types.typeOf(version, textAt(target, 'kind'));
    return same(roundTrip(after, type), roundTrip(live, type));
  } catch (cause) {
    if (cause instanceof DiffError) return false;
    throw cause;
  }
}
