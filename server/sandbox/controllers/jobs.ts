import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import { at, nameOf, namespaceOf, number, objects, text, timeText } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import { childrenOf, createPod, randomName } from './children.ts';
import type { Controller } from './controller.ts';

/** Job → Pods until enough have succeeded, or too many failed. */
export const jobs: Controller = {
  name: 'jobs',
  watches: api => [api.builtIn('jobs', 'batch')],
  reconcile: (job, api) => {
    if (isBeingDeleted(job)) return undefined;
    const spec = at(job, 'spec');
    if (isFinished(job)) return expire(job, api);
    const kind = api.builtIn('pods');
    const pods = childrenOf(job, kind, api);
    const phase = (wanted: string) => pods.filter(it => text(at(it, 'status').phase) === wanted).length;
    const [succeeded, failed] = [phase('Succeeded'), phase('Failed')];
    const active = pods.length - succeeded - failed;
    const completions = number(spec.completions, 1);
    const parallelism = number(spec.parallelism, 1);
    const tooMany = failed > number(spec.backoffLimit, 6);
    const done = succeeded >= completions;
    if (spec.suspend === true) {
      for (const it of pods)
        if (!['Succeeded', 'Failed'].includes(text(at(it, 'status').phase)))
          api.delete(kind, namespaceOf(it), nameOf(it));
      suspend(job, api);
      return undefined;
    }
    if (!done && !tooMany)
      for (let i = active; i < Math.min(parallelism, completions - succeeded); i++)
        createPod(job, at(spec, 'template'), `${nameOf(job)}-${randomName()}`, api);
    report(
      job,
      { succeeded, failed, active: childrenOf(job, kind, api).length - succeeded - failed, done, tooMany },
      api,
    );
    return undefined;
  },
};

function isFinished(job: JsonObject): boolean {
  return objects(at(job, 'status').conditions).some(
    it => (it.type === 'Complete' || it.type === 'Failed') && it.status === 'True',
  );
}

interface Counts {
  readonly succeeded: number;
  readonly failed: number;
  readonly active: number;
  readonly done: boolean;
  readonly tooMany: boolean;
}

function report(job: JsonObject, { succeeded, failed, active, done, tooMany }: Counts, api: SandboxApi): void {
  const now = timeText(api.clock.now());
  const condition = (type: string, reason: string, message: string): JsonObject => ({
    type,
    status: 'True',
    reason,
    message,
    lastProbeTime: now,
    lastTransitionTime: now,
  });
  const conditions = done
    ? [
        condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods'),
        condition('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods'),
      ]
    : tooMany
      ? [
          condition('FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
          condition('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
        ]
      : [];
  api.change(api.builtIn('jobs', 'batch'), job, it => ({
    ...it,
    status: {
      startTime: at(it, 'status').startTime ?? now,
      ...(conditions.length > 0 ? { conditions } : {}),
      ...(done ? { completionTime: now } : {}),
      ...(active > 0 ? { active } : {}),
      ...(succeeded > 0 ? { succeeded } : {}),
      ...(failed > 0 ? { failed } : {}),
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
    },
  }));
}

function suspend(job: JsonObject, api: SandboxApi): void {
  const now = timeText(api.clock.now());
  const condition = {
    type: 'Suspended',
    status: 'True',
    reason: 'JobSuspended',
    message: 'Job suspended',
    lastProbeTime: now,
    lastTransitionTime: now,
  };
  api.change(api.builtIn('jobs', 'batch'), job, it =>
    objects(at(it, 'status').conditions).some(one => one.type === 'Suspended')
      ? it
      : { ...it, status: { conditions: [condition] } },
  );
}

function expire(job: JsonObject, api: SandboxApi): { readonly again: number } | undefined {
  const seconds = at(job, 'spec').ttlSecondsAfterFinished;
  if (typeof seconds !== 'number') return undefined;
  const ends = objects(at(job, 'status').conditions).map(it => Date.parse(text(it.lastTransitionTime)));
  const left = Math.max(...ends) + seconds * 1000 - api.clock.now();
  if (left > 0) return { again: left };
  api.delete(api.builtIn('jobs', 'batch'), namespaceOf(job), nameOf(job), { propagation: 'Background' });
  return undefined;
}
