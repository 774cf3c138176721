import { applied } from '../core/diff/structured/apply.ts';
import { differences } from '../core/diff/structured/differences.ts';
import {
  difference,
  type FieldSet,
  fieldSetOf,
  fieldsOf,
  intersection,
  isEmpty,
  noFields,
  pathsOf,
  stepText,
  union,
} from '../core/diff/structured/fieldSet.ts';
import { customMergeType, managedFieldsOf, mergeSchemaOf, mergeTypeOf } from '../core/diff/structured/typed.ts';
import type { KubernetesTypes } from '../core/diff/types.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import { applyConflict } from './status.ts';

export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
}

/** Who owns which field (apimachinery's managedfields): kept with the object, changed by every write. */
export function afterUpdate(
  former: JsonObject | undefined,
  next: JsonObject,
  writer: Writer,
  types: KubernetesTypes,
): JsonObject {
  const schema = mergeSchemaOf(types);
  const ref = mergeTypeOf(types, next) ?? customMergeType(types);
  const bare = (it: JsonObject): JsonObject => withManaged(it, undefined);
  const compared = differences(schema, ref, former ? bare(former) : {}, bare(next));
  const changed = withoutSystem(union(compared.added, compared.modified));
  const gone = compared.removed;
  if (isEmpty(changed) && isEmpty(gone)) return withManaged(next, former && managedFieldsOf(former));
  const all = entriesOf(former).map(it => ({
    ...it,
    set: isWriter(it, writer) ? it.set : difference(difference(it.set, changed), gone),
  }));
  const mine = all.find(it => isWriter(it, writer));
  const set = union(mine ? difference(mine.set, gone) : noFields, changed);
  const others = all.filter(it => it !== mine);
  return withEntries(next, [...others, { ...writer, apiVersion: String(next.apiVersion), set }]);
}

/** The live object with a configuration applied; throws the conflict unless forced. `undefined`: nothing changes. */
export function afterApply(
  live: JsonObject | undefined,
  config: JsonObject,
  writer: Writer,
  force: boolean,
  types: KubernetesTypes,
): JsonObject | undefined {
  const schema = mergeSchemaOf(types);
  const ref = mergeTypeOf(types, config) ?? customMergeType(types);
  const set = withoutSystem(fieldsOf(schema, ref, config));
  const own = { ...writer, apiVersion: String(config.apiVersion), set };
  if (!live) return withEntries(config, [own]);
  const bare = withManaged(live, undefined);
  const merged = applied(schema, ref, config, live, writer.manager);
  const result = merged ? withManaged(merged, undefined) : bare;
  const compared = differences(schema, ref, bare, result);
  const touched = union(union(compared.added, compared.modified), compared.removed);
  const entries = entriesOf(live);
  const claims = entries
    .filter(it => !isWriter(it, writer))
    .map(it => ({ entry: it, set: intersection(intersection(it.set, touched), set) }))
    .filter(it => !isEmpty(it.set));
  if (claims.length > 0 && !force)
    throw applyConflict(
      claims.flatMap(({ entry, set: fields }) =>
        pathsOf(fields).map(path => ({ manager: managerText(entry), field: path.map(stepText).join('') })),
      ),
    );
  const others = entries
    .filter(it => !isWriter(it, writer))
    .map(it => ({ ...it, set: difference(it.set, union(intersection(set, touched), compared.removed)) }));
  const before = entries.find(it => isWriter(it, writer));
  const same = !merged && before && sameSet(before.set, set) && before.apiVersion === own.apiVersion;
  if (same) return undefined;
  return withEntries(result, [...others, own]);
}

interface Entry extends Writer {
  readonly apiVersion: string;
  readonly set: FieldSet;
}

function entriesOf(object: JsonObject | undefined): readonly Entry[] {
  return managedFieldsOf(object ?? {}).map(it => ({
    manager: String(it.manager ?? ''),
    operation: it.operation === 'Apply' ? 'Apply' : 'Update',
    subresource: String(it.subresource ?? ''),
    time: String(it.time ?? ''),
    apiVersion: String(it.apiVersion ?? ''),
    set: fieldSetOf(it.fieldsV1),
  }));
}

function isWriter(entry: Entry, { manager, operation, subresource }: Writer): boolean {
  return entry.manager === manager && entry.operation === operation && entry.subresource === subresource;
}

function withEntries(object: JsonObject, entries: readonly Entry[]): JsonObject {
  const kept = entries.filter(it => !isEmpty(it.set));
  return withManaged(
    object,
    kept.map(it => ({
      manager: it.manager,
      operation: it.operation,
      apiVersion: it.apiVersion,
      time: it.time,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsV1(it.set),
      ...(it.subresource === '' ? {} : { subresource: it.subresource }),
    })),
  );
}

export function withManaged(object: JsonObject, entries: readonly JsonObject[] | undefined): JsonObject {
  const { managedFields: _, ...metadata } = isObject(object.metadata) ? object.metadata : {};
  const fields = entries && entries.length > 0 ? { managedFields: entries } : {};
  return { ...object, metadata: { ...metadata, ...fields } };
}

function fieldsV1({ members, children }: FieldSet): JsonObject {
  const steps = [...new Set([...members, ...children.keys()])].sort();
  return Object.fromEntries(
    steps.map((step): [string, Json] => {
      const below = children.get(step);
      if (!below) return [step, {}];
      return [step, { ...(members.has(step) ? { '.': {} } : {}), ...fieldsV1(below) }];
    }),
  );
}

/** What the API server itself writes is nobody's. */
const systemFields = fieldSetOf({
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    '.': {},
    'f:name': {},
    'f:namespace': {},
    'f:creationTimestamp': {},
    'f:deletionTimestamp': {},
    'f:deletionGracePeriodSeconds': {},
    'f:uid': {},
    'f:generation': {},
    'f:managedFields': {},
    'f:resourceVersion': {},
    'f:selfLink': {},
    'f:generateName': {},
  },
});

function withoutSystem(set: FieldSet): FieldSet {
  return difference(set, systemFields);
}

function sameSet(a: FieldSet, b: FieldSet): boolean {
  return isEmpty(difference(a, b)) && isEmpty(difference(b, a));
}

/** `"argocd-controller"`, or with more where an update wrote it. */
function managerText({ manager, operation, subresource, apiVersion }: Entry): string {
  if (operation === 'Apply') return JSON.stringify(manager);
  const below = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${below} using ${apiVersion}`;
}
