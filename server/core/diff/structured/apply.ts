import type { Json, JsonObject } from '../../text/json.ts';
import { DiffError, doing } from '../failure.ts';
import { same, textAt } from '../json.ts';
import {
  difference,
  type FieldSet,
  fieldSetOf,
  fieldsOf,
  intersection,
  isEmpty,
  noFields,
  union,
  withNamedFields,
} from './fieldSet.ts';
import { merged, without } from './merge.ts';
import type { MergeSchema, TypeRef } from './schema.ts';
import { managedFieldsOf } from './typed.ts';
import { validate } from './validate.ts';

/**
 * What server-side apply would make of a live object, without a server (sigs.k8s.io/structured-merge-diff:merge/update.go, Apply, with force).
 * `undefined`: nothing would change. Managers that wrote in another version of the kind are left out of account: converting between
 * versions is the server's.
 */
export function applied(
  schema: MergeSchema,
  ref: TypeRef,
  target: JsonObject,
  live: JsonObject,
  manager: string,
): JsonObject | undefined {
  doing('error building typed value from live resource', () => validate(schema, ref, live));
  doing('error building typed value from config resource', () => validate(schema, ref, target));
  const result = doing('error calculating diff', () => {
    const managers = doing('error decoding managed fields', () => managersOf(live, manager));
    return pruned(schema, ref, target, live, managers);
  });
  return same(result, live) ? undefined : (result as JsonObject);
}

interface Managers {
  /** What the applying manager applied last time, with its version. */
  readonly last: { readonly version: string; readonly set: FieldSet } | undefined;
  readonly others: readonly { readonly version: string; readonly set: FieldSet }[];
}

/** argo-cd:gitops-engine/pkg/diff/internal/fieldmanager/borrowed_managedfields.go */
function managersOf(live: JsonObject, manager: string): Managers {
  let last: Managers['last'];
  const others: { version: string; set: FieldSet }[] = [];
  for (const [i, entry] of managedFieldsOf(live).entries()) {
    const operation = textAt(entry, 'operation');
    const version = textAt(entry, 'apiVersion');
    const type = textAt(entry, 'fieldsType');
    if (operation !== 'Apply' && operation !== 'Update') throw new DiffError('operation must be `Apply` or `Update`');
    if (version === '') throw new DiffError('apiVersion must not be empty');
    if (type === '') throw new DiffError(`missing fieldsType in managed fields entry ${i}`);
    if (type !== 'FieldsV1')
      throw new DiffError(`invalid fieldsType ${JSON.stringify(type)} in managed fields entry ${i}`);
    const set = fieldSetOf(entry.fieldsV1);
    const own = operation === 'Apply' && textAt(entry, 'manager') === manager && textAt(entry, 'subresource') === '';
    if (own) last = { version, set };
    else others.push({ version, set });
  }
  return { last, others };
}

function pruned(schema: MergeSchema, ref: TypeRef, target: JsonObject, live: JsonObject, managers: Managers): Json {
  const whole = merged(schema, ref, live, target) ?? null;
  const { last } = managers;
  const version = textAt(target, 'apiVersion');
  if (!last || isEmpty(last.set) || last.version !== version) return whole;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema, ref);
  const mergedSet = named(fieldsOf(schema, ref, whole));
  let result = without(schema, ref, whole, named(last.set));
  // What somebody else claims, or the new configuration itself, comes back.
  const owned = managers.others
    .filter(it => it.version === version)
    .reduce((all, it) => union(all, it.set), fieldsOf(schema, ref, target));
  const kept = union(named(fieldsOf(schema, ref, result)), named(owned));
  result = without(schema, ref, whole, difference(mergedSet, kept));
  // What nobody ever applied comes back as well.
  const left = named(fieldsOf(schema, ref, result));
  const gone = intersection(difference(mergedSet, left), named(last.set));
  return isEmpty(gone) ? without(schema, ref, whole, noFields) : without(schema, ref, whole, gone);
}
