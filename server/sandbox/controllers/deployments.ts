import { canonical } from '../../core/text/fingerprint.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import { at, metadataOf, nameOf, namespaceOf, number, objects, text, timeText, withMetadata } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import { childrenOf, ownerReference, shortHash, withCondition } from './children.ts';
import type { Controller } from './controller.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** Deployment → ReplicaSets: a rolling update in steps that surge and unavailability allow, or all anew. */
export const deployments: Controller = {
  name: 'deployments',
  watches: api => [api.builtIn('deployments', 'apps')],
  reconcile: (deployment, api) => {
    if (isBeingDeleted(deployment)) return undefined;
    const sets = childrenOf(deployment, api.builtIn('replicasets', 'apps'), api);
    const hash = shortHash(canonical(at(deployment, 'spec', 'template')), 10);
    const current = sets.find(it => at(it, 'metadata', 'labels')[hashLabel] === hash);
    const paused = at(deployment, 'spec').paused === true;
    if (!current && !paused) {
      createSet(deployment, sets, hash, api);
      return { again: 10 };
    }
    if (current) tellRevision(deployment, current, sets, api);
    if (current && !paused)
      roll(
        deployment,
        current,
        sets.filter(it => it !== current),
        api,
      );
    forgetOld(deployment, sets, current, api);
    return status(deployment, current, sets, api);
  },
};

function createSet(deployment: JsonObject, sets: readonly JsonObject[], hash: string, api: SandboxApi): void {
  const spec = at(deployment, 'spec');
  const template = at(spec, 'template');
  const labels = { ...at(template, 'metadata', 'labels'), [hashLabel]: hash };
  const revision = String(Math.max(0, ...sets.map(revisionOf)) + 1);
  const name = `${nameOf(deployment)}-${hash}`;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } = at(
    deployment,
    'metadata',
    'annotations',
  );
  api.create(
    api.builtIn('replicasets', 'apps'),
    namespaceOf(deployment),
    {
      metadata: {
        name,
        labels,
        annotations: {
          ...annotations,
          [revisionAnnotation]: revision,
          'deployment.kubernetes.io/desired-replicas': String(number(spec.replicas, 1)),
        },
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: sets.length === 0 ? number(spec.replicas, 1) : 0,
        selector: {
          ...at(spec, 'selector'),
          matchLabels: { ...at(spec, 'selector', 'matchLabels'), [hashLabel]: hash },
        },
        template: withMetadata(template, { labels }),
        minReadySeconds: number(spec.minReadySeconds),
      },
    },
    { manager: 'kube-controller-manager' },
  );
  api.change(api.builtIn('deployments', 'apps'), deployment, it =>
    withMetadata(it, { annotations: { ...at(it, 'metadata', 'annotations'), [revisionAnnotation]: revision } }),
  );
}

/** A template that comes back gets a new revision, so that the history ends with what runs (kubernetes:pkg/controller/deployment/sync.go). */
function tellRevision(deployment: JsonObject, current: JsonObject, sets: readonly JsonObject[], api: SandboxApi): void {
  const others = Math.max(0, ...sets.filter(it => it !== current).map(revisionOf));
  const revision = String(Math.max(revisionOf(current), others + 1));
  for (const [kind, object] of [
    [api.builtIn('replicasets', 'apps'), current],
    [api.builtIn('deployments', 'apps'), deployment],
  ] as const) {
    if (at(object, 'metadata', 'annotations')[revisionAnnotation] === revision) continue;
    api.change(kind, object, it =>
      withMetadata(it, { annotations: { ...at(it, 'metadata', 'annotations'), [revisionAnnotation]: revision } }),
    );
  }
}

const revisionOf = (set: JsonObject): number => Number(at(set, 'metadata', 'annotations')[revisionAnnotation] ?? 0);
const wanted = (set: JsonObject): number => number(at(set, 'spec').replicas);
const available = (set: JsonObject): number => number(at(set, 'status').availableReplicas);
const sum = (sets: readonly JsonObject[], of: (set: JsonObject) => number): number =>
  sets.reduce((all, it) => all + of(it), 0);

function roll(deployment: JsonObject, current: JsonObject, old: readonly JsonObject[], api: SandboxApi): void {
  const spec = at(deployment, 'spec');
  const replicas = number(spec.replicas, 1);
  const recreate = text(at(spec, 'strategy').type) === 'Recreate';
  const rolling = at(spec, 'strategy', 'rollingUpdate');
  const surge = share(rolling.maxSurge ?? '25%', replicas, Math.ceil);
  const unavailable = share(rolling.maxUnavailable ?? '25%', replicas, Math.floor) || (surge === 0 ? 1 : 0);
  const living = old.filter(it => wanted(it) > 0 || number(at(it, 'status').replicas) > 0);
  if (living.length === 0) {
    scale(current, replicas, api);
    return;
  }
  if (recreate) {
    for (const it of living) scale(it, 0, api);
    if (living.every(it => number(at(it, 'status').replicas) === 0)) scale(current, replicas, api);
    return;
  }
  const room = replicas + surge - sum([...old, current], wanted);
  if (wanted(current) < replicas && room > 0) scale(current, Math.min(replicas, wanted(current) + room), api);
  let spare = sum([...old, current], available) - (replicas - unavailable);
  for (const it of living) {
    // What is not available anyway may go without harm.
    const broken = wanted(it) - Math.min(wanted(it), available(it));
    const down = Math.min(wanted(it), broken + Math.max(0, spare));
    if (down <= 0) continue;
    scale(it, wanted(it) - down, api);
    spare -= down - broken;
  }
}

function share(value: unknown, of: number, round: (number: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : round((of * Number(percent)) / 100);
}

function scale(set: JsonObject, replicas: number, api: SandboxApi): void {
  api.change(api.builtIn('replicasets', 'apps'), set, it => ({ ...it, spec: { ...at(it, 'spec'), replicas } }));
}

function forgetOld(
  deployment: JsonObject,
  sets: readonly JsonObject[],
  current: JsonObject | undefined,
  api: SandboxApi,
): void {
  const limit = number(at(deployment, 'spec').revisionHistoryLimit, 10);
  const empty = sets
    .filter(it => it !== current && wanted(it) === 0 && number(at(it, 'status').replicas) === 0)
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  for (const it of empty.slice(limit)) api.delete(api.builtIn('replicasets', 'apps'), namespaceOf(it), nameOf(it));
}

function status(
  deployment: JsonObject,
  current: JsonObject | undefined,
  sets: readonly JsonObject[],
  api: SandboxApi,
): { readonly again?: number } | undefined {
  const spec = at(deployment, 'spec');
  const replicas = number(spec.replicas, 1);
  const now = timeText(api.clock.now());
  const updated = current ? number(at(current, 'status').replicas) : 0;
  const ready = sum(sets, it => number(at(it, 'status').readyReplicas));
  const all = sum(sets, it => number(at(it, 'status').replicas));
  const up = sum(sets, available);
  const complete = updated === replicas && all === replicas && up >= replicas;
  const unavailable = share(at(spec, 'strategy', 'rollingUpdate').maxUnavailable ?? '25%', replicas, Math.floor);
  const before = at(deployment, 'status');
  const progress = progressOf(deployment, current, complete, before, { updated, all, up }, api);
  const set = current ? nameOf(current) : '';
  const conditions = withCondition(
    withCondition(
      objects(before.conditions),
      up >= replicas - unavailable
        ? {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      now,
    ),
    { type: 'Progressing', ...progress.condition(set, nameOf(deployment)) },
    now,
  );
  api.change(api.builtIn('deployments', 'apps'), deployment, it => ({
    ...it,
    status: {
      observedGeneration: metadataOf(it).generation ?? 1,
      ...(all > 0 ? { replicas: all } : {}),
      ...(updated > 0 ? { updatedReplicas: updated } : {}),
      ...(ready > 0 ? { readyReplicas: ready } : {}),
      ...(up > 0 ? { availableReplicas: up } : {}),
      ...(all - up > 0 ? { unavailableReplicas: all - up } : {}),
      conditions,
    },
  }));
  return progress.again === undefined ? undefined : { again: progress.again };
}

interface Progress {
  readonly again?: number;
  condition(
    set: string,
    deployment: string,
  ): { readonly status: string; readonly reason: string; readonly message: string };
}

function progressOf(
  deployment: JsonObject,
  current: JsonObject | undefined,
  complete: boolean,
  before: JsonObject,
  counts: { readonly updated: number; readonly all: number; readonly up: number },
  api: SandboxApi,
): Progress {
  if (complete)
    return {
      condition: set => ({
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `ReplicaSet "${set}" has successfully progressed.`,
      }),
    };
  const deadline = number(at(deployment, 'spec').progressDeadlineSeconds, 600) * 1000;
  const condition = objects(before.conditions).find(it => it.type === 'Progressing');
  const moved = ['updatedReplicas', 'replicas', 'availableReplicas'].some(
    (it, at) => number(before[it]) !== [counts.updated, counts.all, counts.up][at],
  );
  const sameSet = current && text(condition?.message).includes(`"${nameOf(current)}"`);
  const since =
    moved || !sameSet || !isObject(condition) ? api.clock.now() : Date.parse(text(condition.lastUpdateTime));
  // The condition's own time must not start the deadline anew: what timed out stays so until it moves.
  const late = sameSet && !moved && condition?.reason === 'ProgressDeadlineExceeded';
  const left = late ? 0 : since + deadline - api.clock.now();
  if (left > 0) {
    return {
      again: left + 1,
      condition: set => ({
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `ReplicaSet "${set}" is progressing.`,
      }),
    };
  }
  return {
    condition: set => ({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${set}" has timed out progressing.`,
    }),
  };
}
