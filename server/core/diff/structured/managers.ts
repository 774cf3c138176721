import type { JsonObject } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';
import { DiffError, doing } from '../failure.ts';
import { textAt } from '../json.ts';
import type { KubernetesTypes } from '../types.ts';
import { differences } from './differences.ts';
import { difference, type FieldSet, fieldSetOf, fieldsOf, intersection, isEmpty, noFields, union } from './fieldSet.ts';
import { merged, without } from './merge.ts';
import { customMergeType, deducedType, managedFieldsOf, mergeSchemaOf, mergeTypeOf } from './typed.ts';
import { validate } from './validate.ts';

/**
 * Both sides without the fields that differ and that one of these managers owns (argo-cd:util/argo/managedfields/managed_fields.go). Objects
 * that are not of their type stay as they are.
 */
export function withoutManaged(
  target: JsonObject,
  live: JsonObject,
  managers: readonly string[],
  types: KubernetesTypes,
): { readonly target: JsonObject; readonly live: JsonObject } {
  const entries = managedFieldsOf(live).filter(it => managers.includes(textAt(it, 'manager')));
  if (entries.length === 0) return { target, live };
  const schema = mergeSchemaOf(types);
  const ref = mergeTypeOf(types, target) ?? deducedType;
  const modified = attempt(() => {
    validate(schema, ref, live);
    validate(schema, ref, target);
    return differences(schema, ref, live, target).modified;
  });
  if (!modified) return { target, live };
  const sets = entries.map(it =>
    doing(`error normalizing manager ${textAt(it, 'manager')}`, () => intersection(fieldSetOf(it.fieldsV1), modified)),
  );
  const cut = (object: JsonObject): JsonObject => {
    const result = sets.reduce<unknown>(
      (it, set) => (isObject(it) && !isEmpty(set) ? without(schema, ref, it, set) : it),
      object,
    );
    return isObject(result) ? result : {};
  };
  return { target: cut(target), live: cut(live) };
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof DiffError) return undefined;
    throw cause;
  }
}

/**
 * The server's prediction without what admission webhooks changed: fields that our manager does not own are as they are in live
 * (argo-cd:gitops-engine/pkg/diff/diff.go, removeWebhookMutation). Lists of kinds that are not built in count as one value, because their
 * schema is not at hand.
 */
export function withoutMutations(
  predicted: JsonObject,
  live: JsonObject,
  manager: string,
  types: KubernetesTypes,
): JsonObject {
  const name = `${textAt(predicted, 'kind')}/${textAt(predicted, 'metadata', 'name')}`;
  const entries = managedFieldsOf(predicted);
  if (entries.length === 0) throw new DiffError(`predictedLive for resource ${name} must have the managedFields`);
  const owned = entries
    .filter(it => textAt(it, 'manager') === manager)
    .reduce<FieldSet>((all, it) => union(all, fieldSetOf(it.fieldsV1)), noFields);
  if (isEmpty(owned)) throw new DiffError(`no managed fields found for manager: ${manager}`);
  const schema = mergeSchemaOf(types);
  const ref = mergeTypeOf(types, predicted) ?? customMergeType(types);
  doing('error converting predicted live state from unstructured', () => validate(schema, ref, predicted));
  doing('error converting live state from unstructured', () => validate(schema, ref, live));
  const foreign = difference(fieldsOf(schema, ref, predicted), owned);
  const removed = difference(differences(schema, ref, live, predicted).removed, foreign);
  const own = without(schema, ref, predicted, withoutKeyFields(foreign));
  const result = without(schema, ref, merged(schema, ref, live, own) ?? null, removed);
  return isObject(result) ? result : {};
}

/** Fields that name an entry of a list by more than one key must stay, or the entry would be another one. */
function withoutKeyFields(set: FieldSet, keys: readonly string[] = []): FieldSet {
  const members = new Set([...set.members].filter(it => !keys.includes(it.slice(2)) || !it.startsWith('f:')));
  const children = new Map<string, FieldSet>();
  for (const [step, below] of set.children) {
    const own = step.startsWith('k:') ? Object.keys(JSON.parse(step.slice(2)) as JsonObject) : [];
    const kept = withoutKeyFields(below, own.length > 1 ? [...keys, ...own] : keys);
    if (!isEmpty(kept)) children.set(step, kept);
  }
  return { members, children };
}
