import { keyText, metadataOf, type ResourceKey } from '../../core/sync/resource.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { abreast } from '../abreast.ts';
import { type Cluster, ClusterFailure, type WriteOptions } from '../cluster.ts';
import { requestsAbreast } from './live.ts';

/** What the API server says an object would become. */
export type Prediction =
  | {
      readonly kind: 'predicted';
      readonly object: JsonObject;
      /** Of the API server; a strict write would fail for those about unknown or repeated fields. */
      readonly warnings: readonly string[];
      /** The refusal of an apply that takes nothing over: who else manages which fields. */
      readonly conflict?: ClusterFailure;
      /** Nothing would change and the server was not asked; what admission would say is not known. */
      readonly unasked?: true;
    }
  /** The server would not take it; that is worth telling before a sync. */
  | { readonly kind: 'refused'; readonly failure: ClusterFailure }
  /** We may not even try: compare without the server, and say so. */
  | { readonly kind: 'notAllowed'; readonly failure: ClusterFailure };

export interface ToPredict {
  readonly key: ResourceKey;
  readonly target: JsonObject;
  readonly live: JsonObject;
}

export interface PredictOptions {
  /** Which objects an apply would leave as they are: nobody is asked about these. */
  readonly isSettled?: (asked: ToPredict) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The field manager of Argo CD's server-side apply (argo-cd:common/common.go), so that an Argo CD installed later goes on where we were. */
export const fieldManager = 'argocd-controller';

/** Predictions kept: of a few large Applications. */
const mostKept = 20_000;

/**
 * Server-side dry runs, at most once per version of a live object and its target (argo-cd:gitops-engine/pkg/diff/diff.go,
 * serverSideDiff: conflicts are overruled, because the question is what a sync would leave behind).
 */
export class Predictor {
  readonly #cluster: Cluster;
  readonly #kept = new Map<string, Prediction>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Permissions, quotas and webhooks change without the object changing: what was refused is asked anew from now on. */
  forgetRefusals(): void {
    for (const [id, { kind }] of this.#kept) if (kind !== 'predicted') this.#kept.delete(id);
  }

  async predict(asked: readonly ToPredict[], options: PredictOptions = {}): Promise<readonly Prediction[]> {
    return abreast(asked, requestsAbreast, it => this.#one(it, options));
  }

  async #one(asked: ToPredict, { isSettled, signal }: PredictOptions): Promise<Prediction> {
    const { key, target, live } = asked;
    const { uid, resourceVersion } = metadataOf(live);
    const id = `${keyText(key)} ${uid} ${resourceVersion} ${fingerprint(target)}`;
    const known = this.#kept.get(id);
    const unasked = known?.kind === 'predicted' && known.unasked === true;
    if (known && !unasked) return known;
    // The living object itself says that nothing would change.
    if (unasked && isSettled) return { ...known, object: live };
    const made: Prediction = isSettled?.(asked)
      ? { kind: 'predicted', object: live, warnings: [], unasked: true }
      : await this.#ask(target, signal);
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(id, made);
    return made;
  }

  async #ask(target: JsonObject, signal: AbortSignal | undefined): Promise<Prediction> {
    const options = { dryRun: true, fieldManager, fieldValidation: 'Warn', ...(signal && { signal }) } as const;
    try {
      const { object, warnings } = await this.#cluster.write({ verb: 'apply', object: target }, options);
      return { kind: 'predicted', object, warnings };
    } catch (cause) {
      if (!(cause instanceof ClusterFailure)) throw cause;
      // Only then the second question: whose fields they are is what a plan has to tell.
      if (cause.reason === 'conflict' && cause.causes.length > 0) return this.#askWithForce(target, options, cause);
      if (cause.reason === 'forbidden') return { kind: 'notAllowed', failure: cause };
      if (answered.has(cause.reason)) return { kind: 'refused', failure: cause };
      throw cause;
    }
  }

  async #askWithForce(target: JsonObject, options: WriteOptions, conflict: ClusterFailure): Promise<Prediction> {
    try {
      const { object, warnings } = await this.#cluster.write({ verb: 'apply', object: target, force: true }, options);
      return { kind: 'predicted', object, warnings, conflict };
    } catch (cause) {
      if (!(cause instanceof ClusterFailure) || !answered.has(cause.reason)) throw cause;
      return { kind: 'refused', failure: cause };
    }
  }
}

/** Reasons that are the server's verdict on this object; the rest is weather, and is thrown. */
const answered: ReadonlySet<ClusterFailure['reason']> = new Set([
  'invalid',
  'denied',
  'quota',
  'conflict',
  'tooLarge',
  'terminating',
  'notFound',
  'unknownKind',
]);
