import type { Json, JsonObject } from '../core/text/json.ts';

/**
 * One Kubernetes cluster, reached as one user: what the engine needs of it. `server/adapters/kubernetes` implements this over HTTP, for a
 * real API server and for the sandbox alike; tests may do it in memory. Objects are raw JSON as the server sent them: nothing is dropped.
 *
 * A method that cannot do its work rejects with `ClusterFailure`, or with the signal's reason when it was aborted. Reads are tried again on
 * 429, 5xx and broken connections; **writes are never repeated** unless the server said that it did nothing (429 with Retry-After).
 */
export interface Cluster {
  /** The kubeconfig context, or `sandbox`. */
  readonly name: string;
  /** Address of the API server. */
  readonly server: string;

  /** Kinds, verbs and version; kept until `fresh`. Includes aggregated APIs; groups that fail are named, the rest still stands. */
  discover(options?: { readonly fresh?: boolean; readonly signal?: AbortSignal }): Promise<Discovery>;
  get(ref: ObjectRef, options?: ReadOptions): Promise<JsonObject | undefined>;
  /** Every page. Items carry `apiVersion` and `kind`. */
  list(kind: KindRef, options?: ListOptions): Promise<ObjectList>;
  /** List and watch that heals itself (back-off, bookmarks, 410 → list again). The listener is called in order; `trouble` may end in `recovered`. */
  watch(kind: KindRef, options: ListOptions, listener: (event: WatchEvent) => void): Watch;
  write(write: Write, options?: WriteOptions): Promise<Written>;
  /** `gone: true` where there was nothing to delete. */
  delete(
    ref: ObjectRef,
    options?: DeleteOptions,
  ): Promise<{ readonly gone: boolean; readonly warnings: readonly string[] }>;
  /** What the user may do, by SelfSubjectAccessReview; answers in order, kept for a minute. */
  allowed(asked: readonly AccessAsked[], options?: ReadOptions): Promise<readonly AccessAnswer[]>;
  /** The end of a container's log. */
  logs(pod: { readonly namespace: string; readonly name: string }, options?: LogOptions): Promise<string>;
  dispose(): Promise<void>;
}

export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface ObjectRef extends KindRef {
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
}

export interface ListOptions extends ReadOptions {
  /** Absent: every namespace. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** PartialObjectMetadata only. */
  readonly metadataOnly?: boolean;
  /** Called with each object as it arrives; what it leaves out is never held in memory. */
  readonly keep?: (object: JsonObject) => JsonObject;
}

export interface ObjectList {
  readonly items: readonly JsonObject[];
  readonly resourceVersion: string;
}

export type WatchEvent =
  /** Everything that is there, after the first and after each later listing; replaces what was known. */
  | { readonly kind: 'listed'; readonly objects: readonly JsonObject[] }
  | { readonly kind: 'added' | 'modified' | 'deleted'; readonly object: JsonObject }
  | { readonly kind: 'trouble'; readonly failure: ClusterFailure }
  | { readonly kind: 'recovered' };

export interface Watch {
  stop(): void;
}

export interface WriteOptions extends ReadOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

export type Write =
  | { readonly verb: 'create'; readonly object: JsonObject }
  /** PUT; `metadata.resourceVersion` in the object makes it fail with `conflict` when somebody else wrote. */
  | { readonly verb: 'update'; readonly object: JsonObject; readonly subresource?: 'status' }
  | {
      readonly verb: 'apply';
      readonly object: JsonObject /** Take over fields of other managers. */;
      readonly force?: boolean;
    }
  | {
      readonly verb: 'patch';
      readonly ref: ObjectRef;
      readonly type: 'merge' | 'strategic' | 'json';
      readonly patch: Json;
      readonly subresource?: 'status';
    };

export interface Written {
  readonly object: JsonObject;
  /** `Warning:` headers of the API server. */
  readonly warnings: readonly string[];
  readonly created: boolean;
}

export interface DeleteOptions extends ReadOptions {
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
  /** Only this very object, not one that was made anew under its name. */
  readonly uid?: string;
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export interface LogOptions extends ReadOptions {
  readonly container?: string;
  readonly previous?: boolean;
  readonly tailLines?: number;
}

export interface Discovery {
  /** `v1.36.3`. */
  readonly gitVersion: string;
  readonly kinds: readonly DiscoveredKind[];
  /** `apps/v1`, `apps/v1/Deployment`, … as Helm's `.Capabilities.APIVersions` and Argo CD's `--api-versions` have them; sorted. */
  readonly apiVersions: readonly string[];
  /** Groups whose discovery failed, with the reason. */
  readonly failedGroups: readonly { readonly group: string; readonly message: string }[];
}

export interface DiscoveredKind extends KindRef {
  /** `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** The version that the server prefers for this kind. */
  readonly preferred: boolean;
}

export interface AccessAsked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface AccessAnswer {
  readonly allowed: boolean;
  readonly reason?: string;
}

/** How a cluster refused or failed; switch on `reason`, show `message`. Carries no value of a Secret. */
export class ClusterFailure extends Error {
  readonly reason: ClusterFailureReason;
  /** Context, and the object or path concerned. */
  readonly about: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** `details.causes` of the Status: fields and, for server-side apply conflicts, the other managers. */
  readonly causes: readonly { readonly reason: string; readonly field: string; readonly message: string }[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    reason: ClusterFailureReason,
    about: string,
    message: string,
    more: {
      readonly status?: number | undefined;
      readonly causes?: ClusterFailure['causes'] | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'ClusterFailure';
    this.reason = reason;
    this.about = about;
    this.status = more.status;
    this.causes = more.causes ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

export type ClusterFailureReason =
  /** No connection: refused, unknown host, reset, TLS. */
  | 'unreachable'
  | 'timeout'
  /** 401, or the exec plugin gave no credentials: log in again. */
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'alreadyExists'
  /** 409: somebody else's field managers or a newer resourceVersion. */
  | 'conflict'
  /** 410: a resourceVersion that is too old. */
  | 'expired'
  /** 422 or 400: the object is not valid. */
  | 'invalid'
  /** 413, or an annotation over its limit. */
  | 'tooLarge'
  | 'tooManyRequests'
  /** An admission webhook or policy denied it. */
  | 'denied'
  /** Quota. */
  | 'quota'
  /** The API server does not serve the kind. */
  | 'unknownKind'
  /** The namespace is being deleted. */
  | 'terminating'
  | 'serverError'
  /** The kubeconfig itself: no such context, unreadable certificate, exec plugin missing or too slow. */
  | 'kubeconfig';

/** Which clusters there are to choose from. Contacts none of them. */
export interface Contexts {
  /** Every context of the kubeconfig files (KUBECONFIG, ~/.kube/config, or `kubeconfig`), and the sandbox where it runs. */
  list(): Promise<readonly ContextNote[]>;
  /** Connects lazily: the first request opens the connection and, where needed, runs the exec plugin. */
  open(name: string): Promise<Cluster>;
}

export interface ContextNote {
  readonly name: string;
  readonly server: string;
  readonly user: string;
  readonly namespace: string | undefined;
  readonly current: boolean;
}
