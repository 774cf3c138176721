import type { Missing } from '../facts/facts.ts';
import type { IgnoredFields, ResourceOverride } from '../model/argocdSettings.ts';
import type { Tracking } from '../model/tracking.ts';
import type { JsonObject } from '../text/json.ts';
import type { KubernetesTypes } from './types.ts';

/** What is compared: one object as it is wanted and as it lives; one of the two may be absent. */
export interface CompareSubject {
  readonly target?: JsonObject;
  readonly live?: JsonObject;
  /**
   * What the API server says that the object would become (server-side apply, dry run). Where it is given, live is compared with it. `live`
   * itself where nobody was asked because nothing would change (`isSettled`).
   */
  readonly predicted?: JsonObject;
}

/** How it is compared; the same for all objects of an Application. Made by `settingsFrom`. */
export interface CompareSettings {
  readonly types: KubernetesTypes;
  /** `spec.ignoreDifferences` of the Application. */
  readonly ignores: readonly IgnoreRule[];
  /** argocd-cm, by `group/Kind`. */
  readonly overrides: ReadonlyMap<string, ResourceOverride>;
  readonly ignoreAggregatedRoles: boolean;
  /** ServerSideApply=true among the Application's sync options: merge as the API server would, without asking it. */
  readonly structured: boolean;
  /** What admission webhooks change is no difference, unless the Application has IncludeMutationWebhook=true. */
  readonly ignoreMutations: boolean;
  readonly tracking: Tracking;
  /** Whether the cluster serves a kind that is not built in. Without a server its schema is taken to be the usual one of custom resources. */
  readonly isServed: (apiVersion: string, kind: string) => boolean;
  /** Annotations of Secrets to be masked before anybody reads them. */
  readonly sensitiveAnnotations: readonly string[];
  /** Field manager of server-side apply. */
  readonly manager: string;
}

export interface IgnoreRule extends IgnoredFields {
  /** Globs; an empty group is the core group only. */
  readonly group: string;
  readonly kind: string;
  /** Empty: every one. */
  readonly name: string;
  readonly namespace: string;
}

/** `settled`: an apply would change nothing, and nobody was asked. */
export type ComparedBy = 'server' | 'settled' | 'structured' | 'threeWay' | 'twoWay' | 'existence';

export interface Comparison {
  readonly modified: boolean;
  /** What is compared: live, and what live would become; `undefined` where there is no such object or an error. Not masked. */
  readonly normalizedLive?: JsonObject;
  readonly predictedLive?: JsonObject;
  readonly by: ComparedBy;
  /** Why it could not be compared, in Argo CD's words. */
  readonly error?: string;
  /** Library calls without which this is not the last word. */
  readonly missing: readonly Missing[];
}

/** Both sides after the ignore rules alone, for reading and for RespectIgnoreDifferences. */
export interface Normalized {
  readonly target?: JsonObject;
  readonly live?: JsonObject;
  readonly error?: string;
  readonly missing: readonly Missing[];
}
