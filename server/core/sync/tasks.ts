import type { JsonObject } from '../text/json.ts';
import { isHook, phasesOf, type SyncPhase } from './hooks.ts';
import { inOrder, objectOf, waveOfTask } from './order.ts';
import {
  apiVersionOf,
  declaredKind,
  groupOf,
  hasSyncOption,
  isNamespace,
  keyOf,
  keyText,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  withMetadata,
} from './resource.ts';

/** One thing that a sync does: apply `target`, or prune `live` where there is no target. */
export interface SyncTask {
  readonly phase: SyncPhase;
  readonly target?: JsonObject;
  readonly live?: JsonObject;
  /** Overrides the object's own wave. */
  readonly wave?: number;
  /** The kind is not known to the API server yet, and that is expected. */
  readonly skipDryRun?: boolean;
  /** Why the whole sync is refused because of this task. */
  readonly refusal?: string;
}

export interface SyncSubject {
  /** Pairs of what is wanted and what is there; one of the two may be absent. Hooks among the targets stand in `hooks`. */
  readonly resources: readonly { readonly target?: JsonObject; readonly live?: JsonObject }[];
  readonly hooks: readonly JsonObject[];
  /** The destination's namespace. */
  readonly namespace: string;
  readonly revision: string;
  /** Seconds since 1970; part of the names of hooks with `generateName`. */
  readonly startedAt: number;
  readonly options: SyncOptions;
  /** Why the API server does not serve a kind; `undefined`: it does. */
  readonly unknownKind: (apiVersion: string, kind: string) => string | undefined;
  /** The live Namespace of the destination, where it exists. */
  readonly liveNamespace?: JsonObject;
}

export interface SyncOptions {
  readonly prune?: boolean;
  readonly pruneLast?: boolean;
  readonly skipHooks?: boolean;
  readonly createNamespace?: boolean;
  readonly skipDryRunOnMissingResource?: boolean;
}

/** All tasks of a sync in the order in which they run (argo-cd:gitops-engine/pkg/sync/sync_context.go, getSyncTasks). */
export function tasksOf(subject: SyncSubject): readonly SyncTask[] {
  const { resources, options } = subject;
  const parts = resources.flatMap(({ target, live }): readonly SyncTask[] => {
    const object = target ?? live;
    // A hook that still lives from an earlier sync is no part of the application.
    if (!object || isHook(object)) return [];
    return phasesOf(object).map(phase => ({ phase, ...(target && { target }), ...(live && { live }) }));
  });
  const hooks = options.skipHooks ? [] : hookTasks(subject);
  const placed = [...parts, ...hooks].map(it => inNamespace(it, subject.namespace));
  const all = options.createNamespace ? [...placed, ...namespaceTask(subject)] : placed;
  const known = all.map(it => withKind(withLive(it, subject), subject));
  return inOrder(pruneWaves(known, options.pruneLast ?? false));
}

/** A hook without a name gets one that the same sync always makes again (sync_context.go, `generateName`). */
function hookTasks({ hooks, revision, startedAt }: SyncSubject): readonly SyncTask[] {
  return hooks.flatMap(hook =>
    phasesOf(hook).map((phase): SyncTask => {
      if (nameOf(hook) !== '') return { phase, target: withFinalizer(hook) };
      const short = revision.length >= 8 ? revision.slice(0, 7) : revision;
      const { generateName } = metadataOf(hook);
      const prefix = typeof generateName === 'string' ? generateName : '';
      return {
        phase,
        target: withMetadata(withFinalizer(hook), {
          name: `${prefix}${`${short}-${phase}-${startedAt}`.toLowerCase()}`,
        }),
      };
    }),
  );
}

export const hookFinalizer = 'argocd.argoproj.io/hook-finalizer';

/** Keeps an ended hook until its health was read. */
function withFinalizer(hook: JsonObject): JsonObject {
  const { finalizers } = metadataOf(hook);
  const own = Array.isArray(finalizers) ? finalizers : [];
  return own.includes(hookFinalizer) ? hook : withMetadata(hook, { finalizers: [...own, hookFinalizer] });
}

/** Also for cluster-scoped objects: nothing may slip into another namespace by accident. */
function inNamespace(task: SyncTask, namespace: string): SyncTask {
  if (!task.target || namespaceOf(task.target) !== '') return task;
  return { ...task, target: withMetadata(task.target, { namespace }) };
}

function namespaceTask({ resources, namespace, liveNamespace }: SyncSubject): readonly SyncTask[] {
  const declared = resources.some(({ target }) => target && isNamespace(target) && nameOf(target) === namespace);
  if (namespace === '' || declared || liveNamespace) return [];
  return [{ phase: 'PreSync', target: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } }];
}

/** Cluster-scoped objects live without the namespace that their target was given. */
function withLive(task: SyncTask, { resources }: SyncSubject): SyncTask {
  const { target } = task;
  if (!target || task.live) return task;
  const live = resources
    .map(it => it.live)
    .find(
      it =>
        it &&
        groupOf(it) === groupOf(target) &&
        kindOf(it) === kindOf(target) &&
        nameOf(it) === nameOf(target) &&
        (namespaceOf(it) === '' || namespaceOf(it) === namespaceOf(target)),
    );
  return live ? { ...task, live } : task;
}

function withKind(task: SyncTask, { unknownKind, options, resources, hooks }: SyncSubject): SyncTask {
  const object = objectOf(task);
  const why = unknownKind(apiVersionOf(object), kindOf(object));
  if (why === undefined) return task;
  const declared = `${groupOf(object)}/${kindOf(object)}`;
  const expected =
    options.skipDryRunOnMissingResource ||
    hasSyncOption(task.target, 'SkipDryRunOnMissingResource=true') ||
    [...hooks, ...resources.map(it => it.target)].some(it => it && declaredKind(it) === declared);
  return expected ? { ...task, skipDryRun: true } : { ...task, refusal: why };
}

/**
 * Prunes run in the reverse order of the waves in which the objects were made: the waves of prunes are swapped end for end. With PruneLast
 * they come after everything else of the Sync phase.
 */
function pruneWaves(tasks: readonly SyncTask[], pruneLast: boolean): readonly SyncTask[] {
  const isPrune = (it: SyncTask): boolean => it.target === undefined;
  const waves = [...new Set(tasks.filter(isPrune).map(waveOfTask))].sort((a, b) => a - b);
  const reversed = new Map(waves.map((wave, i) => [wave, waves[waves.length - 1 - i] ?? wave]));
  const swapped = tasks.map(it => (isPrune(it) ? { ...it, wave: reversed.get(waveOfTask(it)) ?? waveOfTask(it) } : it));
  const last = Math.max(0, ...swapped.filter(it => it.phase === 'Sync').map(waveOfTask)) + 1;
  return swapped.map(it =>
    isPrune(it) && (pruneLast || hasSyncOption(it.live, 'PruneLast=true')) ? { ...it, wave: last } : it,
  );
}

export function taskKey(task: SyncTask): string {
  return keyText(keyOf(objectOf(task)));
}
