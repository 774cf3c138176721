import { applicationOf, type Tracking } from '../../core/model/tracking.ts';
import { metadataOf } from '../../core/sync/resource.ts';
import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import { isSecret, isTokenSecret } from './owners.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What is worth holding of an object, so that a large cluster fits into memory. What an Application tracks stays whole, because it is compared
 * field by field and by who wrote it. Everything else loses `managedFields`, often half of an object; what a controller made loses the
 * last applied configuration too. Values of Secrets are held only where they may have to be compared.
 */
export function slim(object: JsonObject, tracking: Tracking): JsonObject {
  const { managedFields, ...metadata } = metadataOf(object);
  const { ownerReferences } = metadata;
  const isOwned = Array.isArray(ownerReferences) && ownerReferences.length > 0;
  if (!isOwned && applicationOf(object, tracking) !== undefined) return object;
  const kept = isSecret(object) && (isOwned || isNobodysManifest(object)) ? withoutValues(object) : object;
  if (managedFields === undefined && !isOwned) return kept;
  return { ...kept, metadata: isOwned ? withoutLastApplied(metadata) : metadata };
}

/** Helm's memory of releases is megabytes; tokens are written by the token controller. */
function isNobodysManifest(secret: JsonObject): boolean {
  return isTokenSecret(secret) || secret.type === 'helm.sh/release.v1';
}

function withoutValues(secret: JsonObject): JsonObject {
  const emptied = (value: Json | undefined): Json =>
    isObject(value) ? Object.fromEntries(Object.keys(value).map(key => [key, ''])) : {};
  return { ...secret, ...(secret.data !== undefined && { data: emptied(secret.data) }) };
}

function withoutLastApplied(metadata: JsonObject): JsonObject {
  if (!isObject(metadata.annotations) || metadata.annotations[lastApplied] === undefined) return metadata;
  const { [lastApplied]: _, ...annotations } = metadata.annotations;
  return { ...metadata, annotations };
}
