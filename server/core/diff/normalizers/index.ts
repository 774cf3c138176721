import type { JsonObject } from '../../text/json.ts';
import { groupKindOf } from '../json.ts';
import { creationTimestamp } from './creationTimestamp.ts';
import { endpoints } from './endpoints.ts';
import type { NormalizeAbout, Normalizer } from './normalizer.ts';
import { role } from './role.ts';
import { secret } from './secret.ts';

/** In their order (argo-cd:gitops-engine/pkg/diff/diff.go, Normalize). The rules that users write come after these: ignore.ts, knownTypes.ts. */
export const normalizers: readonly Normalizer[] = [creationTimestamp, secret, role, endpoints];

export function normalized(object: JsonObject, about: NormalizeAbout): JsonObject {
  const { group, kind } = groupKindOf(object);
  return normalizers.reduce((it, one) => (one.applies(group, kind) ? one.normalize(it, about) : it), object);
}
