import { compare, targetToPredict } from '../../core/diff/compare.ts';
import type { CompareSettings, Comparison } from '../../core/diff/comparison.ts';
import { maskSecrets, shownError } from '../../core/diff/mask.ts';
import { compareOption, settingsFrom } from '../../core/diff/settings.ts';
import { isSettled } from '../../core/diff/settled.ts';
import type { KubernetesTypes } from '../../core/diff/types.ts';
import type { Facts } from '../../core/facts/facts.ts';
import type { ArgocdSettings } from '../../core/model/argocdSettings.ts';
import type { Pair, Pairs } from '../../core/sync/pairs.ts';
import { apiVersionOf, keyText } from '../../core/sync/resource.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { Cluster } from '../cluster.ts';
import { settleWithLibrary } from '../libraryFacts.ts';
import type { Library } from '../ports.ts';
import { readLive } from './live.ts';
import { type Prediction, Predictor } from './predict.ts';

/**
 * Compares pairs as Argo CD does with server-side diff; without the permission for it as it does otherwise, and says so. Remembers what the
 * API server predicted.
 */
export interface Comparer {
  /** One answer for each pair, in order. Rejects with `ClusterFailure` when the cluster does not answer. */
  compare(pairs: Pairs, about: CompareAbout): Promise<readonly Compared[]>;
  /** What the API server refused is asked anew by the next comparison. */
  forgetRefusals(): void;
}

export interface CompareAbout {
  readonly application: JsonObject;
  readonly settings: ArgocdSettings;
  readonly signal?: AbortSignal | undefined;
}

export interface Compared {
  /** `undefined`: it could not be compared, and `note` says why. */
  readonly modified: boolean | undefined;
  /** Both sides normalized, Secrets masked; absent where there is nothing. */
  readonly live?: JsonObject;
  readonly predicted?: JsonObject;
  readonly by: Comparison['by'] | 'none';
  readonly note?: string;
  /** What the API server said of the target as a sync applies it, where it was asked that. Not masked: for plans and syncs, never for people. */
  readonly prediction?: Prediction;
}

export function createComparer(cluster: Cluster, library: Library, types: () => KubernetesTypes): Comparer {
  const predictor = new Predictor(cluster);
  return {
    forgetRefusals: () => predictor.forgetRefusals(),
    compare: async ({ pairs }, { application, settings, signal }) => {
      const { kinds } = await cluster.discover(signal ? { signal } : {});
      const served = new Set(kinds.map(it => `${it.apiVersion} ${it.kind}`));
      const isServed = (apiVersion: string, kind: string): boolean => served.has(`${apiVersion} ${kind}`);
      const rules = settingsFrom(application, settings, types(), isServed);
      const full = await inFull(pairs, rules, cluster, signal);
      const predictions = await predicted(full, application, rules, predictor, signal);
      return judged(full, predictions, rules, library, signal);
    },
  };
}

/** What lives is kept without its managers; rules that name managers, and merges that need them, read it again. */
async function inFull(
  pairs: readonly Pair[],
  rules: CompareSettings,
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<readonly Pair[]> {
  const named =
    rules.ignores.some(it => it.managedFieldsManagers.length > 0) ||
    [...rules.overrides.values()].some(it => (it.ignoreDifferences?.managedFieldsManagers.length ?? 0) > 0);
  if (!named) return pairs;
  const wanted = pairs.flatMap(it => (it.target && it.live ? [{ ...it.key, apiVersion: apiVersionOf(it.live) }] : []));
  const found = await readLive(cluster, wanted, signal);
  return pairs.map(it => {
    const live = found.get(keyText(it.key));
    return live ? { ...it, live } : it;
  });
}

interface Predicted {
  readonly prediction: Prediction;
  /** Whether it is also the answer to a sync: the server was asked, and about the whole target. */
  readonly holdsForSync: boolean;
}

/** By position; `undefined`: not asked. */
async function predicted(
  pairs: readonly Pair[],
  application: JsonObject,
  rules: CompareSettings,
  predictor: Predictor,
  signal: AbortSignal | undefined,
): Promise<readonly (Predicted | undefined)[]> {
  const asked = pairs.flatMap(({ key, target, live, uncounted }, at) =>
    target && live && !uncounted && asksServer(application, target)
      ? [{ at, key, whole: target, target: targetToPredict(target, live, rules), live }]
      : [],
  );
  const answers = await predictor.predict(asked, {
    signal,
    // Where mutations count, only the server can tell them.
    ...(rules.ignoreMutations && {
      isSettled: ({ target, live }) => isSettled(target, live, rules.manager, rules.types),
    }),
  });
  const byPosition = new Map(
    asked.flatMap(({ at, whole, target }, i): readonly [number, Predicted][] => {
      const prediction = answers[i];
      if (!prediction) return [];
      const unasked = prediction.kind === 'predicted' && prediction.unasked === true;
      return [[at, { prediction, holdsForSync: whole === target && !unasked }]];
    }),
  );
  return pairs.map((_, at) => byPosition.get(at));
}

/** The annotation on the resource wins over that on the Application (argo-cd:util/argo/diff/diff.go, serverSideDiff). */
function asksServer(application: JsonObject, target: JsonObject): boolean {
  if (compareOption(target, 'ServerSideDiff=true')) return true;
  return !compareOption(target, 'ServerSideDiff=false') && !compareOption(application, 'ServerSideDiff=false');
}

async function judged(
  pairs: readonly Pair[],
  predictions: readonly (Predicted | undefined)[],
  rules: CompareSettings,
  library: Library,
  signal: AbortSignal | undefined,
): Promise<readonly Compared[]> {
  const { judgements } = await settleWithLibrary(
    facts => {
      const each = pairs.map((pair, i) => one(pair, predictions[i], rules, facts));
      return { judgements: each, missing: each.flatMap(it => it.comparison?.missing ?? []) };
    },
    library,
    signal,
  );
  return judgements.map(it => it.told);
}

interface Judged {
  readonly comparison: Comparison | undefined;
  readonly told: Compared;
}

function one(pair: Pair, predicted: Predicted | undefined, rules: CompareSettings, facts: Facts): Judged {
  const { target, live, uncounted } = pair;
  const { prediction, holdsForSync = false } = predicted ?? {};
  if (uncounted) return { comparison: undefined, told: { modified: false, by: 'none' } };
  const comparison = compare(
    {
      ...(target && { target }),
      ...(live && { live }),
      ...(prediction?.kind === 'predicted' && { predicted: prediction.object }),
    },
    rules,
    facts,
  );
  const masked = maskSecrets(
    {
      ...(comparison.predictedLive && { target: comparison.predictedLive }),
      ...(comparison.normalizedLive && { live: comparison.normalizedLive }),
    },
    rules.types,
    rules.sensitiveAnnotations,
  );
  const note = comparison.error === undefined ? noteOf(prediction) : shownError(pair, comparison.error);
  return {
    comparison,
    told: {
      modified: comparison.error === undefined ? comparison.modified : undefined,
      ...(masked.live && { live: masked.live }),
      ...(masked.target && { predicted: masked.target }),
      by: comparison.by,
      ...(note === undefined ? {} : { note }),
      ...(prediction && holdsForSync && { prediction }),
    },
  };
}

function noteOf(prediction: Prediction | undefined): string | undefined {
  switch (prediction?.kind) {
    case 'refused':
      return `The API server would refuse this: ${prediction.failure.message}. It is compared without the server.`;
    case 'notAllowed':
      return `${prediction.failure.message}. Differences are therefore found without the server, and less exactly.`;
    default:
      return undefined;
  }
}
