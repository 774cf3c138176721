import type { Facts } from '../facts/facts.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import type { ComparedBy, CompareSettings, CompareSubject, Comparison, IgnoreRule, Normalized } from './comparison.ts';
import { roundTrip } from './decode.ts';
import { DiffError, doing } from './failure.ts';
import { goJson } from './goJson.ts';
import { allRules, type JqDesk as Desk, JqDesk, jqError, managersIgnoredFor, withoutIgnored } from './ignore.ts';
import { same, textAt, withValue } from './json.ts';
import { onlyKnownTypes, withKnownTypes } from './knownTypes.ts';
import { lastAppliedOf } from './lastApplied.ts';
import { normalized } from './normalizers/index.ts';
import { structured } from './structured/compare.ts';
import { withoutManaged, withoutMutations } from './structured/managers.ts';
import { type Sides, threeWay } from './threeWay.ts';
import { withTracking } from './tracked.ts';

export type { CompareSettings, CompareSubject, Comparison, Normalized } from './comparison.ts';

/**
 * Whether a live object is as it is wanted, by Argo CD's rules (argo-cd:util/argo/diff/diff.go, StateDiffs, and
 * argo-cd:gitops-engine/pkg/diff/diff.go). jq expressions run in the library: while an answer lacks, `missing` says so.
 */
export function compare(subject: CompareSubject, settings: CompareSettings, facts: Facts): Comparison {
  const desk = new JqDesk(facts);
  const rules = allRules(settings.ignores, settings.overrides);
  const by = methodOf(subject, settings);
  try {
    const sides = doing('failed to perform pre-diff normalization', () => prepared(subject, settings));
    const wrong = jqError(rules, desk);
    if (wrong !== undefined) throw new DiffError(`failed to create diff normalizer: ${wrong}`);
    const result = doing('failed to calculate diff', () =>
      // What is true of the living object is true of what it would become.
      by === 'settled' && sides.live
        ? diff({ ...sides, predicted: sides.live }, { ...settings, ignoreMutations: false }, rules, desk)
        : diff({ ...subject, ...sides }, settings, rules, desk),
    );
    return { ...result, by: result.by ?? by, missing: desk.missing };
  } catch (cause) {
    if (!(cause instanceof DiffError)) throw cause;
    return { modified: false, by, error: cause.message, missing: desk.missing };
  }
}

/** Both sides with the ignore rules applied and nothing else (argo-cd:util/argo/diff/normalize.go). */
export function normalizedPair(subject: CompareSubject, settings: CompareSettings, facts: Facts): Normalized {
  const desk = new JqDesk(facts);
  const rules = allRules(settings.ignores, settings.overrides);
  try {
    const { target, live } = prepared(subject, settings);
    const wrong = jqError(rules, desk);
    if (wrong !== undefined) throw new DiffError(wrong);
    const clean = (it: JsonObject): JsonObject => {
      const left = withoutIgnored(it, rules, desk);
      if (textAt(left, 'kind') === '') throw new DiffError(`Object 'Kind' is missing in '${goJson(left)}'`);
      return onlyKnownTypes(left, settings.overrides, settings.types);
    };
    return {
      ...(live && { live: clean(live) }),
      ...(target && { target: clean(target) }),
      missing: desk.missing,
    };
  } catch (cause) {
    if (!(cause instanceof DiffError)) throw cause;
    return { error: cause.message, missing: desk.missing };
  }
}

/** The target as the API server is asked about it for a comparison: without the fields that trusted managers own and that differ. */
export function targetToPredict(target: JsonObject, live: JsonObject, settings: CompareSettings): JsonObject {
  try {
    return prepared({ target, live }, settings).target ?? target;
  } catch (cause) {
    // `compare` says what is wrong.
    if (cause instanceof DiffError) return target;
    throw cause;
  }
}

/** Tracking marks brought into line, and fields of trusted managers taken away on both sides. */
function prepared(
  { target, live }: CompareSubject,
  settings: CompareSettings,
): Pick<CompareSubject, 'target' | 'live'> {
  if (!target || !live) return { ...(target && { target }), ...(live && { live }) };
  const tracked = withTracking(live, target, settings.tracking);
  const managers = managersIgnoredFor(target, settings.ignores, settings.overrides);
  return managers.length === 0 ? { target, live: tracked } : withoutManaged(target, tracked, managers, settings.types);
}

function methodOf({ target, live, predicted }: CompareSubject, settings: CompareSettings): ComparedBy {
  if (!target || !live) return 'existence';
  if (predicted) return predicted === live ? 'settled' : 'server';
  if (settings.structured || asksForServerSide(target)) return 'structured';
  return lastAppliedOf(live) ? 'threeWay' : 'twoWay';
}

function asksForServerSide(target: JsonObject): boolean {
  return textAt(target, 'metadata', 'annotations', 'argocd.argoproj.io/sync-options')
    .split(',')
    .some(it => it.trim() === 'ServerSideApply=true');
}

type Result = Pick<Comparison, 'modified' | 'normalizedLive' | 'predictedLive'> & { readonly by?: ComparedBy };

function diff(subject: CompareSubject, settings: CompareSettings, rules: readonly IgnoreRule[], desk: Desk): Result {
  const { types } = settings;
  const typed = (it: JsonObject): JsonObject =>
    roundTrip(it, types.typeOf(textAt(it, 'apiVersion'), textAt(it, 'kind')));
  const full = (it: JsonObject): JsonObject =>
    withKnownTypes(withoutIgnored(normalized(it, settings), rules, desk), settings.overrides, types);
  if (subject.predicted && subject.target && subject.live)
    return serverResult(
      subject.predicted,
      normalized(typed(subject.live), settings),
      settings,
      it => full(typed(it)),
      full,
    );
  // Of an object to create or to prune there is nothing to compare; the ignore rules still hide what they hide.
  const target = subject.target && full(typed(subject.target));
  const live = subject.live && full(typed(subject.live));
  if (!target || !live)
    return {
      modified: target !== undefined,
      ...(live && { normalizedLive: live }),
      ...(target && { predictedLive: target }),
    };
  if (settings.structured || asksForServerSide(target))
    return resultOf(doing('error calculating structured merge diff', () => structured(target, live, settings)));
  const original = lastAppliedOf(live);
  const sides = original ? attempt(() => threeWay(full(original), target, live, types)) : undefined;
  if (sides) return resultOf(sides);
  return { ...resultOf(threeWay(target, target, live, types)), by: 'twoWay' };
}

/** Ignore rules come after the prediction, which needs the fields that they hide. */
function serverResult(
  predicted: JsonObject,
  live: JsonObject,
  { ignoreMutations, manager, types }: CompareSettings,
  fullPredicted: (object: JsonObject) => JsonObject,
  full: (object: JsonObject) => JsonObject,
): Result {
  return doing('error calculating server side diff: serverSideDiff error', () => {
    const own = ignoreMutations ? withoutMutations(predicted, live, manager, types) : predicted;
    return resultOf({ predicted: bare(fullPredicted(own)), live: bare(full(live)) });
  });
}

function bare(object: JsonObject): JsonObject {
  return withValue(
    withValue(object, ['metadata', 'managedFields'], undefined),
    ['metadata', 'resourceVersion'],
    undefined,
  );
}

function resultOf({ live, predicted }: Sides): Result {
  return { modified: !same(live, predicted), normalizedLive: live, predictedLive: predicted };
}

/** A last-applied configuration that cannot be merged is left out of account. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof DiffError) return undefined;
    throw cause;
  }
}

/** For reading: without what no person wrote and nobody compares. */
export function forReading(object: JsonObject): JsonObject {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const { managedFields, resourceVersion, uid, generation, creationTimestamp, ...rest } = metadata;
  return { ...object, metadata: rest };
}
