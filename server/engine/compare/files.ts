import { compare } from '../../core/diff/compare.ts';
import type { CompareSettings, Comparison } from '../../core/diff/comparison.ts';
import { valueAt } from '../../core/diff/json.ts';
import { maskSecrets, shownError } from '../../core/diff/mask.ts';
import { settingsFrom } from '../../core/diff/settings.ts';
import type { KubernetesTypes } from '../../core/diff/types.ts';
import { type ArgocdSettings, argocdSettings } from '../../core/model/argocdSettings.ts';
import { applicationOf } from '../../core/model/tracking.ts';
import { scopesFor } from '../../core/render/scopes.ts';
import { isHook } from '../../core/sync/hooks.ts';
import { type Pair, type Pairs, pairsOf, targetKey } from '../../core/sync/pairs.ts';
import { type Plan, planOf, type Standing } from '../../core/sync/plan.ts';
import {
  apiVersionOf,
  groupOf,
  isNamespace,
  keyOf,
  keyText,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  withMetadata,
} from '../../core/sync/resource.ts';
import { type SyncTask, tasksOf } from '../../core/sync/tasks.ts';
import { waveOf } from '../../core/sync/waves.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { destinationOf } from '../delivery/destinations.ts';
import type { PlanRequest } from '../delivery.ts';
import { settleWithLibrary } from '../libraryFacts.ts';
import { runOptions } from '../operations/options.ts';
import { isMeant } from '../operations/prepare.ts';
import type { Library } from '../ports.ts';

/** Comparing without a cluster: what is wanted and what lives were read from files. */
export interface FileSubject {
  readonly desired: readonly JsonObject[];
  /** As a cluster returned them. */
  readonly live: readonly JsonObject[];
  /** argocd-cm */
  readonly settings?: JsonObject;
  readonly application?: JsonObject;
}

export interface FileDifference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: 'Synced' | 'OutOfSync';
  readonly modified: boolean;
  /** Normalized, Secrets masked; `null` where there is no such object. */
  readonly live: JsonObject | null;
  readonly predicted: JsonObject | null;
}

/** Something about an object, or about the files, that the answer alone does not say. */
export interface FileFinding {
  readonly code: 'not-compared' | 'repeated-resource' | 'settings';
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface FileDiff {
  readonly resources: readonly FileDifference[];
  readonly findings: readonly FileFinding[];
}

export async function diffFiles(subject: FileSubject, library: Library, types: KubernetesTypes): Promise<FileDiff> {
  const { pairs, compared, argocd, repeated } = await comparedFiles(subject, library, types);
  const counted = pairs.pairs.map((pair, i) => ({ pair, comparison: compared[i] })).filter(it => !it.pair.uncounted);
  return {
    resources: counted.map(({ pair, comparison }) => differenceOf(pair, comparison, types, argocd)),
    findings: [
      ...argocd.complaints.map(message => ({ code: 'settings' as const, severity: 'warning' as const, message })),
      ...repeated.map(it => ({
        code: 'repeated-resource' as const,
        severity: 'warning' as const,
        message: `${it} is there more than once; the last one counts.`,
      })),
      ...counted.flatMap(({ pair, comparison }) =>
        comparison?.error === undefined
          ? []
          : [
              {
                code: 'not-compared' as const,
                severity: 'error' as const,
                message: `${wordsOf(pair)} could not be compared: ${shownError(pair, comparison.error)}`,
              },
            ],
      ),
    ],
  };
}

/** What a sync would do. `now`: milliseconds since 1970. */
export async function planFiles(
  subject: FileSubject,
  request: PlanRequest,
  library: Library,
  types: KubernetesTypes,
  now: number,
): Promise<Plan> {
  const { pairs, compared, application, namespaceOf: placed } = await comparedFiles(subject, library, types);
  // Not told otherwise, prunes are planned as the Application's own automated sync would run them.
  const options = runOptions(application, { ...request, prune: request.prune ?? prunesByItself(application) }, now);
  const { namespace } = destinationOf(application);
  const { resources: chosen = [] } = request;
  const own = pairs.pairs.filter(
    it => it.uncounted !== 'copied' && (chosen.length === 0 || chosen.some(one => isMeant(one, it))),
  );
  const liveNamespace = subject.live.find(it => isNamespace(it) && nameOf(it) === namespace);
  const tasks = tasksOf({
    resources: own.map(({ target, live }) => ({ ...(target && { target }), ...(live && { live }) })),
    hooks: pairs.hooks,
    namespace,
    revision: '',
    startedAt: 0,
    options,
    unknownKind: () => undefined,
    ...(liveNamespace && { liveNamespace }),
  });
  const comparisons = new Map(pairs.pairs.map((pair, i) => [keyText(pair.key), compared[i]]));
  return planOf({
    tasks: tasks.map(withGeneratedName),
    options,
    placed,
    standing: task => standingOf(comparisons.get(keyText(placed(task.target ?? {})))),
    shared: pairs.shared,
    wantsNothing: !pairs.pairs.some(it => it.target),
    terminating: new Set(
      subject.live.filter(it => isNamespace(it) && metadataOf(it).deletionTimestamp != null).map(nameOf),
    ),
  });
}

function prunesByItself(application: JsonObject): boolean {
  const automated = valueAt(application, 'spec', 'syncPolicy', 'automated');
  return isObject(automated) && automated.enabled !== false && automated.prune === true;
}

/** A selection may leave the namespace out. */
/** The name that a hook will get holds the revision and the time, which nobody knows here. */
function withGeneratedName(task: SyncTask): SyncTask {
  const { target } = task;
  return target && isHook(target) && typeof metadataOf(target).generateName === 'string'
    ? { ...task, target: withMetadata(target, { name: '' }) }
    : task;
}

function standingOf(comparison: Comparison | undefined): Standing {
  if (!comparison || comparison.error !== undefined) return { kind: 'unknown' };
  return { kind: comparison.modified ? 'differs' : 'same' };
}

interface ComparedFiles {
  readonly application: JsonObject;
  readonly argocd: ArgocdSettings;
  readonly pairs: Pairs;
  readonly compared: readonly Comparison[];
  readonly namespaceOf: (object: JsonObject) => ReturnType<typeof keyOf>;
  /** Objects that were written more than once. */
  readonly repeated: readonly string[];
}

async function comparedFiles(
  { desired, live, settings, application = {} }: FileSubject,
  library: Library,
  types: KubernetesTypes,
): Promise<ComparedFiles> {
  const argocd = argocdSettings(settings);
  const { namespace } = destinationOf(application);
  const scopes = scopesFor([...desired, ...live], undefined);
  const isNamespaced = (group: string, kind: string): boolean => scopes(group, kind) === 'Namespaced';
  const about = { namespace, isNamespaced };
  const targets = withoutRepeats(
    desired.map(it => inLiveNamespace(it, live, isNamespaced)),
    it => keyText(targetKey(it, about)),
  );
  const instance = nameOf(application);
  const pairs = withUntracked(
    pairsOf({
      targets: targets.kept,
      live: new Map(live.map(it => [keyText(keyOf(it)), it])),
      instance,
      tracking: argocd.tracking,
      ...about,
    }),
    live,
    argocd,
    instance,
  );
  const rules = settingsFrom(application, argocd, types, () => true);
  const compared = await comparisonsOf(pairs.pairs, rules, library);
  return {
    application,
    argocd,
    pairs,
    compared,
    namespaceOf: it => targetKey(it, about),
    repeated: targets.repeated,
  };
}

async function comparisonsOf(
  pairs: readonly Pair[],
  settings: CompareSettings,
  library: Library,
): Promise<readonly Comparison[]> {
  const { compared } = await settleWithLibrary(facts => {
    const each = pairs.map(({ target, live }) =>
      compare({ ...(target && { target }), ...(live && { live }) }, settings, facts),
    );
    return { compared: each, missing: each.flatMap(it => it.missing) };
  }, library);
  return compared;
}

/** Without a destination, a manifest that names no namespace is the live object of its name, where there is exactly one. */
function inLiveNamespace(
  target: JsonObject,
  live: readonly JsonObject[],
  isNamespaced: (group: string, kind: string) => boolean,
): JsonObject {
  if (namespaceOf(target) !== '' || !isNamespaced(groupOf(target), kindOf(target))) return target;
  const found = live.filter(
    it => groupOf(it) === groupOf(target) && kindOf(it) === kindOf(target) && nameOf(it) === nameOf(target),
  );
  const [only] = found;
  return only && found.length === 1 && nameOf(target) !== ''
    ? withMetadata(target, { namespace: namespaceOf(only) })
    : target;
}

/** A file of live objects is the Application's: what carries no tracking mark at all counts as its own, what carries another's does not. */
function withUntracked(pairs: Pairs, live: readonly JsonObject[], argocd: ArgocdSettings, instance: string): Pairs {
  const paired = new Set(pairs.pairs.flatMap(it => it.live ?? []));
  const extras = live
    .filter(it => !paired.has(it) && !isNamespace(it))
    .filter(it => {
      const owner = applicationOf(it, argocd.tracking);
      return owner === undefined || instance === '';
    })
    .map((it): Pair => {
      const hook = isHook(it);
      return {
        key: keyOf(it),
        live: it,
        wave: waveOf(it),
        requiresPruning: !hook,
        ...(hook && { uncounted: 'hook' as const }),
      };
    })
    .sort((a, b) => (keyText(a.key) < keyText(b.key) ? -1 : 1));
  // Nobody said whose the objects are, so none of them is somebody else's.
  return { ...pairs, pairs: [...pairs.pairs, ...extras], shared: instance === '' ? [] : pairs.shared };
}

/** The last copy counts, at its own place (argo-cd:controller/state.go, DeduplicateTargetObjects). */
function withoutRepeats(objects: readonly JsonObject[], keyOfObject: (object: JsonObject) => string) {
  const last = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [i, it] of objects.entries()) {
    // Objects that get their names when they are made are never the same.
    const key = nameOf(it) === '' ? `#${i}` : keyOfObject(it);
    if (last.has(key)) repeated.add(`${kindOf(it)} ${nameOf(it)}`);
    last.set(key, i);
  }
  const places = new Set(last.values());
  return { kept: objects.filter((_, i) => places.has(i)), repeated: [...repeated] };
}

function differenceOf(
  pair: Pair,
  comparison: Comparison | undefined,
  types: KubernetesTypes,
  { sensitiveAnnotations }: ArgocdSettings,
): FileDifference {
  const object = pair.live ?? pair.target ?? {};
  const sides = {
    ...(comparison?.predictedLive && { target: comparison.predictedLive }),
    ...(comparison?.normalizedLive && { live: comparison.normalizedLive }),
  };
  const masked = maskSecrets(sides, types, sensitiveAnnotations);
  const modified = comparison?.modified ?? false;
  return {
    apiVersion: apiVersionOf(object),
    kind: pair.key.kind,
    namespace: pair.key.namespace,
    name: pair.key.name,
    status: modified || !pair.target || !pair.live || comparison?.error !== undefined ? 'OutOfSync' : 'Synced',
    modified,
    live: masked.live ?? null,
    predicted: masked.target ?? null,
  };
}

function wordsOf({ key }: Pair): string {
  return `${key.kind} ${key.namespace === '' ? '' : `${key.namespace}/`}${key.name}`;
}
