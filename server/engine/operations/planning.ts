import { objectAt } from '../../core/model/fields.ts';
import { namespaceFault } from '../../core/policy/permissions.ts';
import { resourceFault } from '../../core/policy/resources.ts';
import { blockedByWindow } from '../../core/policy/syncWindows.ts';
import { applyAction } from '../../core/sync/actions.ts';
import { objectOf } from '../../core/sync/order.ts';
import { type Plan, type PlanSubject, planOf, type Refusal, type Standing } from '../../core/sync/plan.ts';
import { keyOf, keyText, keyWords, metadataOf, nameOf } from '../../core/sync/resource.ts';
import type { SyncTask } from '../../core/sync/tasks.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { Observation } from '../delivery/observe.ts';
import { conflictsText, failureText } from './failures.ts';
import { objectKey } from './perform.ts';
import { type Prepared, placedKey } from './prepare.ts';
import type { Rehearsal } from './rehearse.ts';

export interface PlanningSubject {
  readonly prepared: Prepared;
  readonly observation: Observation;
  readonly tasks: readonly SyncTask[];
  /** By `keyText`. */
  readonly lives: ReadonlyMap<string, JsonObject>;
  /** By `objectKey` of the target. */
  readonly rehearsed: ReadonlyMap<string, Rehearsal>;
  /** The Application's project, where it is known. */
  readonly project: JsonObject | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The plan that core makes, and what only a real cluster can say about it. */
export function planned(subject: PlanningSubject): Plan {
  const { prepared, observation, tasks, lives } = subject;
  const plan = planOf({
    tasks,
    options: prepared.options,
    placed: object => placedKey(object, prepared),
    standing: task => standingOf(task, subject),
    shared: observation.pairs.shared,
    wantsNothing: observation.rendering.manifests.length === 0,
    terminating: terminatingAmong(lives),
    ...projectRules(subject),
  });
  return {
    steps: plan.steps,
    refusals: [...refusers.flatMap(it => it(subject)), ...plan.refusals],
    warnings: [...plan.warnings, ...advisers.flatMap(it => it(subject))],
  };
}

/** A project that is not known forbids nothing: it may stand in another cluster. */
function projectRules({ project, prepared, now }: PlanningSubject): Partial<PlanSubject> {
  if (!project) return {};
  const { application, request, place } = prepared;
  const blocked = blockedByWindow({ project, application, manual: !request.automated, now });
  const destination = objectAt(application, 'spec', 'destination');
  return {
    forbidden: object => {
      const { group, kind, name } = keyOf(object);
      const namespaced = place.connected.scopeOf(group, kind) !== 'Cluster';
      const fault = resourceFault(project, { group, kind, name, namespaced });
      if (fault !== undefined || !namespaced) return fault;
      return namespaceFault(project, destination, placedKey(object, prepared).namespace);
    },
    ...(blocked === undefined ? {} : { blocked: `${blocked}.` }),
  };
}

function standingOf(task: SyncTask, { prepared, rehearsed }: PlanningSubject): Standing {
  const object = objectOf(task);
  const known = rehearsed.get(objectKey(object));
  if (known?.failure?.reason === 'invalid') return { kind: 'impossible' };
  if (prepared.inSync.has(keyText(placedKey(object, prepared))) || known?.changes === false) return { kind: 'same' };
  if (!known) return { kind: 'unknown' };
  return known.conflicts.length > 0 ? { kind: 'differs', note: conflictsText(known.conflicts) } : { kind: 'differs' };
}

function terminatingAmong(lives: ReadonlyMap<string, JsonObject>): ReadonlySet<string> {
  const namespaces = [...lives.values()].filter(it => it.kind === 'Namespace' && metadataOf(it).deletionTimestamp);
  return new Set(namespaces.map(nameOf));
}

type Refuser = (subject: PlanningSubject) => readonly Refusal[];

const refusers: readonly Refuser[] = [notRendered, incomplete, refusedByServer, missingSelection];

function notRendered({ observation }: PlanningSubject): readonly Refusal[] {
  const { error } = observation.rendering;
  return error === undefined ? [] : [{ guard: 'notRendered', message: `The manifests cannot be made: ${error}` }];
}

function incomplete({ observation }: PlanningSubject): readonly Refusal[] {
  return observation.rendering.unknown.map(it => ({
    guard: 'incompleteManifests',
    message: `Not all manifests are known, and a sync would take what is missing for removed. ${it.why}`,
  }));
}

/** What would fail for sure, and stop the sync before or amid its work. */
function refusedByServer({ tasks, rehearsed, prepared }: PlanningSubject): readonly Refusal[] {
  return tasks.flatMap(task => {
    const { failure } = rehearsed.get(objectKey(objectOf(task))) ?? {};
    if (!task.target || !failure) return [];
    const apply = applyAction(task, prepared.options, false);
    const recreates = apply.kind === 'apply' && task.live && (apply.force || apply.how === 'replace');
    if (failure.reason !== 'forbidden' && (failure.reason !== 'invalid' || recreates)) return [];
    const about = placedKey(task.target, prepared);
    return [{ guard: failure.reason, message: `${keyWords(about)}: ${failureText(failure, task.target)}`, about }];
  });
}

function missingSelection({ tasks, prepared }: PlanningSubject): readonly Refusal[] {
  const wanted = prepared.request.resources ?? [];
  return wanted.length > 0 && tasks.length === 0
    ? [{ guard: 'nothingSelected', message: 'None of the chosen resources belongs to the Application any more.' }]
    : [];
}

type Adviser = (subject: PlanningSubject) => readonly string[];

const advisers: readonly Adviser[] = [takenOver, doubtful, rollbackHooks];

/** Accepting the plan accepts exactly these. */
function takenOver({ tasks, rehearsed, prepared }: PlanningSubject): readonly string[] {
  return tasks.flatMap(it => {
    const conflicts = rehearsed.get(objectKey(objectOf(it)))?.conflicts ?? [];
    if (!it.target || conflicts.length === 0) return [];
    return [
      `${keyWords(placedKey(it.target, prepared))}: ${conflictsText(conflicts)} The sync takes these fields over.`,
    ];
  });
}

function doubtful({ tasks, rehearsed, prepared }: PlanningSubject): readonly string[] {
  return tasks.flatMap(it => {
    const { failure } = rehearsed.get(objectKey(objectOf(it))) ?? {};
    if (!it.target || !failure || failure.reason === 'invalid' || failure.reason === 'forbidden') return [];
    return [`${keyWords(placedKey(it.target, prepared))} would be refused now: ${failureText(failure, it.target)}`];
  });
}

function rollbackHooks({ observation, prepared }: PlanningSubject): readonly string[] {
  if (prepared.request.kind !== 'rollback' || observation.pairs.hooks.length === 0) return [];
  return ['Hooks do not run in a rollback, as with Argo CD.'];
}
