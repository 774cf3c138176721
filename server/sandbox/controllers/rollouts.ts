import { canonical } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import type { Kind } from '../kinds.ts';
import { at, metadataOf, nameOf, namespaceOf, number, objects, text, timeText, withMetadata } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import { childrenOf, ownerReference, shortHash, withCondition } from './children.ts';
import type { Controller } from './controller.ts';

const hashLabel = 'rollouts-pod-template-hash';

/**
 * Rollout → ReplicaSets, as far as a rehearsal needs it: canary steps of weights and pauses, blue-green with promotion; aborted, everything
 * goes back to the stable version. Analyses and experiments count as passed, and traffic is not routed.
 */
export const rollouts: Controller = {
  name: 'rollouts',
  watches: api => api.kinds().filter(it => it.group === 'argoproj.io' && it.kind === 'Rollout'),
  reconcile: (rollout, api) => {
    const kind = api.kinds().find(it => it.group === 'argoproj.io' && it.kind === 'Rollout');
    if (!kind || isBeingDeleted(rollout)) return undefined;
    const sets = childrenOf(rollout, api.builtIn('replicasets', 'apps'), api);
    const hash = shortHash(canonical(at(rollout, 'spec', 'template')), 10);
    const current = sets.find(it => at(it, 'metadata', 'labels')[hashLabel] === hash);
    if (!current) {
      create(rollout, hash, sets.length, api);
      return { again: 10 };
    }
    return advance(rollout, kind, { current, hash, others: sets.filter(it => it !== current) }, api);
  },
};

interface Sets {
  readonly current: JsonObject;
  readonly hash: string;
  readonly others: readonly JsonObject[];
}

function create(rollout: JsonObject, hash: string, known: number, api: SandboxApi): void {
  const spec = at(rollout, 'spec');
  const template = at(spec, 'template');
  const labels = { ...at(template, 'metadata', 'labels'), [hashLabel]: hash };
  api.create(
    api.builtIn('replicasets', 'apps'),
    namespaceOf(rollout),
    {
      metadata: {
        name: `${nameOf(rollout)}-${hash}`,
        labels,
        annotations: { 'rollout.argoproj.io/revision': String(known + 1) },
        ownerReferences: [ownerReference(rollout)],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: { ...at(spec, 'selector', 'matchLabels'), [hashLabel]: hash } },
        template: withMetadata(template, { labels }),
      },
    },
    { manager: 'rollouts-controller' },
  );
}

function advance(
  rollout: JsonObject,
  kind: Kind,
  { current, hash, others }: Sets,
  api: SandboxApi,
): { readonly again?: number } | undefined {
  const spec = at(rollout, 'spec');
  const status = at(rollout, 'status');
  const replicas = number(spec.replicas, 1);
  const steps = objects(at(spec, 'strategy', 'canary').steps);
  const stableHash = text(status.stableRS);
  const stable = others.find(it => text(at(it, 'metadata', 'labels')[hashLabel]) === stableHash);
  const fresh = text(status.currentPodHash) !== hash;
  const aborted = !fresh && status.abort === true;
  const first = stableHash === '' || stableHash === hash || !stable;
  const index = first || status.promoteFull === true ? steps.length : fresh ? 0 : number(status.currentStepIndex);
  const step = steps[index];
  const pause = step && 'pause' in step ? at(step, 'pause') : undefined;
  const seconds = pause === undefined ? undefined : secondsOf(pause.duration);
  const conditions = objects(status.pauseConditions);
  const pausedAt = fresh ? undefined : Date.parse(text(conditions[0]?.startTime)) || undefined;
  const manual = spec.paused === true;
  let [next, again] = [index, undefined as number | undefined];
  let paused = false;
  if (!aborted && !manual && step && ready(current, weightedReplicas(steps, index, replicas))) {
    if (pause === undefined) next += 1;
    else if (status.controllerPause === true && conditions.length === 0 && !fresh) next += 1;
    else if (seconds !== undefined && pausedAt !== undefined && api.clock.now() >= pausedAt + seconds * 1000) next += 1;
    else {
      paused = true;
      if (seconds !== undefined) again = Math.max(1, (pausedAt ?? api.clock.now()) + seconds * 1000 - api.clock.now());
    }
  }
  const weight = aborted ? 0 : next >= steps.length ? replicas : weightedReplicas(steps, next, replicas);
  scale(current, weight, api);
  const up = number(at(current, 'status').availableReplicas);
  for (const it of others) scale(it, it === stable ? Math.max(0, replicas - (aborted ? 0 : up)) : 0, api);
  const done = next >= steps.length && up >= replicas && !aborted;
  report(rollout, kind, api, {
    hash,
    index: next,
    paused: paused || manual,
    aborted,
    done,
    up,
    stable,
    steps: steps.length,
    pausedAt,
    stableHash,
  });
  if (next !== index) return { again: 5 };
  return again === undefined ? undefined : { again };
}

function ready(set: JsonObject, wanted: number): boolean {
  return number(at(set, 'status').availableReplicas) >= wanted;
}

/** The weight that counts at a step, in replicas: that of the nearest setWeight at or before it. */
function weightedReplicas(steps: readonly JsonObject[], index: number, replicas: number): number {
  const weights = steps.slice(0, index + 1).flatMap(it => (typeof it.setWeight === 'number' ? [it.setWeight] : []));
  return Math.ceil((replicas * (weights.at(-1) ?? 0)) / 100);
}

function secondsOf(duration: unknown): number | undefined {
  if (typeof duration === 'number') return duration;
  const [, amount, unit = 's'] = /^(\d+)(s|m|h)?$/.exec(String(duration ?? '')) ?? [];
  return amount === undefined ? undefined : Number(amount) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
}

function scale(set: JsonObject, replicas: number, api: SandboxApi): void {
  api.change(api.builtIn('replicasets', 'apps'), set, it => ({ ...it, spec: { ...at(it, 'spec'), replicas } }));
}

interface Outcome {
  readonly hash: string;
  readonly index: number;
  readonly paused: boolean;
  readonly aborted: boolean;
  readonly done: boolean;
  readonly up: number;
  readonly stable: JsonObject | undefined;
  readonly steps: number;
  readonly pausedAt: number | undefined;
  readonly stableHash: string;
}

function report(rollout: JsonObject, kind: Kind, api: SandboxApi, outcome: Outcome): void {
  const { hash, index, paused, aborted, done, up, stable, stableHash } = outcome;
  const now = timeText(api.clock.now());
  const replicas = number(at(rollout, 'spec').replicas, 1);
  const all = up + (stable ? number(at(stable, 'status').availableReplicas) : 0);
  const phase = aborted ? 'Degraded' : done ? 'Healthy' : paused ? 'Paused' : 'Progressing';
  const message = aborted
    ? 'RolloutAborted: Rollout aborted update'
    : done
      ? ''
      : paused
        ? 'CanaryPauseStep'
        : 'more replicas need to be updated';
  api.change(
    kind,
    rollout,
    it => {
      const { abort, promoteFull, ...before } = at(it, 'status');
      const conditions = withCondition(
        objects(before.conditions),
        { type: 'Available', status: all >= replicas ? 'True' : 'False', reason: 'AvailableReason', message: '' },
        now,
      );
      return {
        ...it,
        status: {
          ...before,
          ...(aborted && !done ? { abort: true } : {}),
          ...(promoteFull === true && !done ? { promoteFull } : {}),
          phase,
          message,
          observedGeneration: String(metadataOf(it).generation ?? 1),
          currentPodHash: hash,
          stableRS: done ? hash : stableHash || hash,
          currentStepIndex: Math.min(index, outcome.steps),
          ...(paused
            ? {
                controllerPause: true,
                pauseConditions:
                  objects(before.pauseConditions).length > 0
                    ? (before.pauseConditions ?? [])
                    : [{ reason: 'CanaryPauseStep', startTime: now }],
              }
            : { controllerPause: false, pauseConditions: [] }),
          replicas: all,
          updatedReplicas: up,
          readyReplicas: all,
          availableReplicas: all,
          selector: Object.entries(at(it, 'spec', 'selector', 'matchLabels'))
            .map(([key, value]) => `${key}=${text(value)}`)
            .join(','),
          conditions,
        },
      };
    },
    'rollouts-controller',
  );
}
