import type { JsonObject } from '../../text/json.ts';
import type { KubernetesTypes } from '../types.ts';

/** Something that is never a difference, taken away on both sides before they are compared. One file each, listed in index.ts. */
export interface Normalizer {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  applies(group: string, kind: string): boolean;
  normalize(object: JsonObject, about: NormalizeAbout): JsonObject;
}

export interface NormalizeAbout {
  readonly types: KubernetesTypes;
  readonly ignoreAggregatedRoles: boolean;
}
