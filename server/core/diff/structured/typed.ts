import type { JsonObject } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';
import { textAt } from '../json.ts';
import type { KubernetesTypes } from '../types.ts';
import { deducedType, MergeSchema, type TypeRef } from './schema.ts';

const schemas = new WeakMap<JsonObject, MergeSchema>();

/** One schema for one table: resolved types are kept. */
export function mergeSchemaOf({ merge }: KubernetesTypes): MergeSchema {
  const known = schemas.get(merge);
  if (known) return known;
  // The deduced type is part of every schema, so that objects of unknown kinds can be walked.
  const made = new MergeSchema({ ...untyped, ...merge, [customType]: custom });
  schemas.set(merge, made);
  return made;
}

const customType = 'custom';
const metaType = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** A custom resource without list types in its schema: lists are replaced as a whole. */
const custom: JsonObject = {
  map: {
    fields: [{ name: 'metadata', type: { namedType: metaType } }],
    elementType: { namedType: '__untyped_deduced_' },
  },
};

const untyped: JsonObject = {
  __untyped_atomic_: {
    scalar: 'untyped',
    list: { elementType: { namedType: '__untyped_atomic_' }, elementRelationship: 'atomic' },
    map: { elementType: { namedType: '__untyped_atomic_' }, elementRelationship: 'atomic' },
  },
  __untyped_deduced_: {
    scalar: 'untyped',
    list: { elementType: { namedType: '__untyped_atomic_' }, elementRelationship: 'atomic' },
    map: { elementType: { namedType: '__untyped_deduced_' }, elementRelationship: 'separable' },
  },
};

/** The type by which the API server merges objects of a kind; `undefined`: not a kind that is built in. */
export function mergeTypeOf(types: KubernetesTypes, object: JsonObject): TypeRef | undefined {
  const type = types.typeOf(textAt(object, 'apiVersion'), textAt(object, 'kind'));
  if (!type) return undefined;
  const name = type.name.replace('k8s.io/', 'io.k8s.').replaceAll('/', '.');
  return mergeSchemaOf(types).has(name) ? refTo(name) : undefined;
}

/** The type of a kind that the cluster serves and that is not built in. */
export function customMergeType(types: KubernetesTypes): TypeRef {
  return mergeSchemaOf(types).has(metaType) ? refTo(customType) : deducedType;
}

const refs = new Map<string, TypeRef>();

function refTo(name: string): TypeRef {
  const ref = refs.get(name) ?? { namedType: name };
  refs.set(name, ref);
  return ref;
}

export { deducedType };

export function managedFieldsOf(object: JsonObject): readonly JsonObject[] {
  const found = isObject(object.metadata) ? object.metadata.managedFields : undefined;
  return Array.isArray(found) ? found.filter(isObject) : [];
}
