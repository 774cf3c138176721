import { DiffError } from '../../core/diff/failure.ts';
import { threeWayPatch, withLastApplied } from '../../core/diff/threeWay.ts';
import type { KubernetesTypes } from '../../core/diff/types.ts';
import { apiVersionOf, kindOf, nameOf, namespaceOf } from '../../core/sync/resource.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { type Cluster, ClusterFailure, type WriteOptions, type Written } from '../cluster.ts';
import { fieldManager } from '../compare/predict.ts';

export interface ClientSideOptions {
  readonly types: KubernetesTypes;
  readonly validation: NonNullable<WriteOptions['fieldValidation']>;
  readonly signal: AbortSignal;
}

/**
 * As kubectl's client-side apply: what was applied last, what is wanted and what lives make one patch, and what is wanted is written into an
 * annotation for the next time. Only where an Application or a resource asks for ServerSideApply=false.
 */
export async function clientSideApply(
  object: JsonObject,
  cluster: Cluster,
  { types, validation, signal }: ClientSideOptions,
): Promise<Written> {
  const options = { fieldManager, fieldValidation: validation, signal };
  const ref = {
    ...{ apiVersion: apiVersionOf(object), kind: kindOf(object) },
    ...{ namespace: namespaceOf(object), name: nameOf(object) },
  };
  const live = await cluster.get(ref, { signal });
  if (!live) return cluster.write({ verb: 'create', object: withLastApplied(object) }, options);
  const { type, patch } = patchOf(object, live, types);
  if (Object.keys(patch).length === 0) return { object: live, warnings: [], created: false };
  return cluster.write({ verb: 'patch', ref, type, patch }, options);
}

function patchOf(object: JsonObject, live: JsonObject, types: KubernetesTypes): ReturnType<typeof threeWayPatch> {
  try {
    return threeWayPatch(object, live, types);
  } catch (cause) {
    if (!(cause instanceof DiffError)) throw cause;
    throw new ClusterFailure('invalid', `${kindOf(object)} ${nameOf(object)}`, cause.message, { cause });
  }
}
