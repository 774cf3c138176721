import { threeWayMerge } from '../../core/sync/mergePatch.ts';
import {
  annotationOf,
  apiVersionOf,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  withMetadata,
} from '../../core/sync/resource.ts';
import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import type { Cluster, WriteOptions, Written } from '../cluster.ts';
import { fieldManager } from '../compare/predict.ts';

export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * As kubectl's client-side apply: what was applied last, what is wanted and what lives make one patch, and what is wanted is written into an
 * annotation for the next time. Only where an Application or a resource asks for ServerSideApply=false.
 */
export async function clientSideApply(
  object: JsonObject,
  cluster: Cluster,
  options: { readonly validation: NonNullable<WriteOptions['fieldValidation']>; readonly signal: AbortSignal },
): Promise<Written> {
  const { signal } = options;
  const write = { fieldManager, fieldValidation: options.validation, signal };
  const ref = {
    apiVersion: apiVersionOf(object),
    kind: kindOf(object),
    namespace: namespaceOf(object),
    name: nameOf(object),
  };
  const wanted = withLastApplied(object);
  const live = await cluster.get(ref, { signal });
  if (!live) return cluster.write({ verb: 'create', object: wanted }, write);
  const patch = threeWayMerge(applied(live), wanted, live);
  if (Object.keys(patch).length === 0) return { object: live, warnings: [], created: false };
  return cluster.write({ verb: 'patch', ref, type: 'merge', patch }, write);
}

function withLastApplied(object: JsonObject): JsonObject {
  const { annotations } = metadataOf(object);
  const { [lastApplied]: _, ...others } = isObject(annotations) ? annotations : {};
  const plain = withMetadata(object, { annotations: others });
  return withMetadata(object, { annotations: { ...others, [lastApplied]: `${JSON.stringify(plain)}\n` } });
}

function applied(live: JsonObject): JsonObject {
  const text = annotationOf(live, lastApplied);
  if (text === undefined) return {};
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // Edited by hand into something else: as if it had never been applied, nothing is removed.
    return {};
  }
}
