import type { JsonObject } from '../text/json.ts';
import { applyAction, type PassOptions, pruneOption } from './actions.ts';
import { guards } from './guards/index.ts';
import { isHook } from './hooks.ts';
import { objectOf, waveOfTask } from './order.ts';
import type { Pairs } from './pairs.ts';
import { apiVersionOf, metadataOf, nameOf, type ResourceKey } from './resource.ts';
import type { SyncTask } from './tasks.ts';

/**
 * What a sync would do, step by step, before anybody does it. Pure: the engine gives the tasks in their order and what is known of each; the
 * guards (guards/*) say what refuses the whole, and what a person should read before accepting.
 */
export interface PlanSubject {
  /** In the order in which they run (`tasksOf`). */
  readonly tasks: readonly SyncTask[];
  readonly options: PlanOptions;
  /** Where an object lives or will live: cluster-scoped ones without a namespace. */
  readonly placed: (object: JsonObject) => ResourceKey;
  /** How live stands to its target, where both are there. */
  readonly standing: (task: SyncTask) => Standing;
  readonly shared: Pairs['shared'];
  /** Whether the Application wants anything at all. */
  readonly wantsNothing: boolean;
  /** Why a resource is not permitted in the Application's project; absent: projects are not known. */
  readonly forbidden?: (object: JsonObject) => string | undefined;
  /** Why no sync may run now, such as `Sync operation blocked by sync window`. */
  readonly blocked?: string;
  /** Namespaces that are being deleted. */
  readonly terminating?: ReadonlySet<string>;
}

export interface PlanOptions extends PassOptions {
  /** ApplyOutOfSyncOnly=true */
  readonly outOfSyncOnly?: boolean;
  /** FailOnSharedResource=true */
  readonly failOnSharedResource?: boolean;
}

export type Standing =
  | { readonly kind: 'same' | 'unknown' }
  /** `note`: more about it, such as whose fields are taken over. */
  | { readonly kind: 'differs'; readonly note?: string }
  /** The API server does not allow the change on a living object. */
  | { readonly kind: 'impossible' };

export interface Plan {
  /** In the order in which they run. */
  readonly steps: readonly PlanStep[];
  /** While there are any, the plan cannot run. */
  readonly refusals: readonly Refusal[];
  /** To be read before accepting. */
  readonly warnings: readonly string[];
}

export interface PlanStep extends ResourceKey {
  readonly apiVersion: string;
  readonly phase: string;
  readonly wave: number;
  readonly hook: boolean;
  readonly action: PlanAction;
  /** Why this action, in a few words. */
  readonly reason: string;
}

export type PlanAction =
  | 'create'
  | 'update'
  | 'unchanged'
  | 'replace'
  | 'recreate'
  | 'prune'
  | 'keep'
  | 'hook'
  | 'skip';

export interface Refusal {
  /** Name of the guard, stable. */
  readonly guard: string;
  readonly message: string;
  readonly about?: ResourceKey;
}

export function planOf(subject: PlanSubject): Plan {
  const steps = subject.tasks.map(it => stepOf(it, subject));
  const verdicts = guards.map(it => it.check({ ...subject, steps }));
  return {
    steps,
    refusals: verdicts.flatMap(({ refusals = [] }) => refusals),
    warnings: verdicts.flatMap(({ warnings = [] }) => warnings),
  };
}

function stepOf(task: SyncTask, subject: PlanSubject): PlanStep {
  const object = objectOf(task);
  const key = subject.placed(object);
  return {
    ...key,
    name: key.name === '' ? generatedName(object) : key.name,
    apiVersion: apiVersionOf(object),
    phase: task.phase,
    wave: waveOfTask(task),
    hook: isHook(object),
    ...decisionOf(task, subject),
  };
}

/** The name of an object that gets one when it is made. */
function generatedName(object: JsonObject): string {
  const { generateName } = metadataOf(object);
  return typeof generateName === 'string' ? `${generateName}*` : nameOf(object);
}

export type Decision = Pick<PlanStep, 'action' | 'reason'>;

/** What a sync does with one object, and why. */
export function decisionOf(task: SyncTask, { options, standing }: Pick<PlanSubject, 'options' | 'standing'>): Decision {
  const { target, live } = task;
  if (target && isHook(target)) return { action: 'hook', reason: `${task.phase} hook` };
  if (!target) return extraDecision(task, options);
  const apply = applyAction(task, options, false);
  const how = apply.kind === 'apply' ? apply.how : 'apply';
  const force = apply.kind === 'apply' && apply.force;
  if (!live)
    return { action: 'create', reason: task.skipDryRun ? 'its kind comes with this sync' : 'not in the cluster' };
  const state = standing(task);
  if (state.kind === 'same' && options.outOfSyncOnly) return { action: 'skip', reason: 'in sync (ApplyOutOfSyncOnly)' };
  if (how === 'replace')
    return force
      ? { action: 'recreate', reason: 'deleted and made anew (replace with force)' }
      : { action: 'replace', reason: 'written over as a whole (replace)' };
  if (how === 'update') return { action: 'replace', reason: 'written over as a whole, kept alive (replace)' };
  if (state.kind === 'same') return { action: 'unchanged', reason: 'in sync' };
  if (state.kind === 'impossible' && force)
    return { action: 'recreate', reason: 'the change is not possible on a living object (force)' };
  const note = state.kind === 'differs' && state.note !== undefined ? `; ${state.note}` : '';
  return { action: 'update', reason: state.kind === 'unknown' ? 'could not be compared' : `differs${note}` };
}

function extraDecision(task: SyncTask, options: PlanOptions): Decision {
  if (pruneOption(task, options) === 'false') return { action: 'keep', reason: 'Prune=false keeps it' };
  if (!options.prune)
    return { action: 'keep', reason: 'not in the manifests any more, requires pruning; pruning is off' };
  return { action: 'prune', reason: 'not in the manifests any more' };
}
