import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import { record } from '../events.ts';
import { at, metadataOf, nameOf, namespaceOf, objects, text, timeText } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import type { Controller } from './controller.ts';

/** How long a container takes to start, and one of a pod that does not restart to end, when nobody says. */
const startMs = 40;
const runMs = 200;

/**
 * Pods run without containers. Annotations say what they do, in the words of the test control plane's kubelet (fake.kubelet/…); an image whose
 * tag is `broken` cannot be pulled.
 */
export const pods: Controller = {
  name: 'pods',
  watches: api => [api.builtIn('pods')],
  reconcile: (pod, api) => {
    if (isBeingDeleted(pod)) return ending(pod, api);
    const script = scriptOf(pod);
    const status = at(pod, 'status');
    const born = Date.parse(text(metadataOf(pod).creationTimestamp));
    const now = api.clock.now();
    const phase = text(status.phase);
    if (phase === 'Succeeded' || phase === 'Failed') return undefined;
    const startedAt = Number(at(pod, 'metadata', 'annotations')[startedMark] ?? Number.NaN);
    if (script.fail !== undefined) return failing(pod, script.fail, api);
    if (Number.isNaN(startedAt)) {
      // Creation times are whole seconds; what has to wait longer counts from now on.
      const wait = Math.max(script.startAfter - Math.max(0, now - born - 1000), 0);
      if (phase === '' || status.startTime === undefined) waiting(pod, 'ContainerCreating', api);
      if (script.startAfter > startMs && wait > 0 && now - born < script.startAfter)
        return { again: script.startAfter - (now - born) };
      return started(pod, api, script);
    }
    const end = startedAt + script.runFor;
    if (now >= end) return ended(pod, script, api);
    const readyAt = startedAt + script.readyAfter;
    if (now >= readyAt) running(pod, true, api);
    else running(pod, false, api);
    const next = now < readyAt ? readyAt : end;
    return Number.isFinite(next) ? { again: Math.max(1, next - now) } : undefined;
  },
};

const startedMark = 'sandbox.gitops-workbench/started';

interface Script {
  readonly startAfter: number;
  readonly readyAfter: number;
  readonly runFor: number;
  readonly exitCode: number;
  readonly fail: string | undefined;
}

function scriptOf(pod: JsonObject): Script {
  const annotations = at(pod, 'metadata', 'annotations');
  const said = (name: string): string => text(annotations[`fake.kubelet/${name}`]);
  const once = text(at(pod, 'spec').restartPolicy) !== 'Always';
  const images = objects(at(pod, 'spec').containers).map(it => text(it.image));
  const broken = images.some(it => it.endsWith(':broken'));
  return {
    startAfter: milliseconds(said('start-after'), startMs),
    readyAfter: milliseconds(said('ready-after'), 0),
    runFor: milliseconds(said('run-for'), once ? runMs : Number.POSITIVE_INFINITY),
    exitCode: Number(said('exit-code') || 0),
    fail: said('fail') || (broken ? 'ImagePullBackOff' : undefined),
  };
}

/** A Go duration; `never` and `forever` are words for no end. */
function milliseconds(text: string, otherwise: number): number {
  if (text === '') return otherwise;
  if (text === 'never' || text === 'forever') return Number.POSITIVE_INFINITY;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.length === 0 ? otherwise : parts.reduce((sum, it) => sum + Number(it[1]) * (units[it[2] ?? ''] ?? 0), 0);
}

function waiting(pod: JsonObject, reason: string, api: SandboxApi, message = ''): void {
  write(pod, api, {
    phase: 'Pending',
    ready: false,
    state: { waiting: { reason, ...(message === '' ? {} : { message }) } },
  });
}

function started(pod: JsonObject, api: SandboxApi, script: Script): { readonly again: number } {
  const now = api.clock.now();
  api.change(
    api.builtIn('pods'),
    pod,
    it => {
      const annotations = { ...at(it, 'metadata', 'annotations'), [startedMark]: String(now) };
      return { ...it, metadata: { ...metadataOf(it), annotations } };
    },
    'kubelet',
  );
  return { again: Math.min(startMs, script.readyAfter === 0 ? 1 : script.readyAfter) };
}

function running(pod: JsonObject, ready: boolean, api: SandboxApi): void {
  write(pod, api, { phase: 'Running', ready, state: { running: { startedAt: startTime(pod, api) } } });
}

function startTime(pod: JsonObject, api: SandboxApi): string {
  const at0 = Number(at(pod, 'metadata', 'annotations')[startedMark] ?? api.clock.now());
  return timeText(at0);
}

function ended(pod: JsonObject, script: Script, api: SandboxApi): { readonly again?: number } | undefined {
  const always = text(at(pod, 'spec').restartPolicy) === 'Always';
  if (always) return failing(pod, 'CrashLoopBackOff', api);
  const failed = script.exitCode !== 0;
  const terminated = {
    exitCode: script.exitCode,
    reason: failed ? 'Error' : 'Completed',
    startedAt: startTime(pod, api),
    finishedAt: timeText(api.clock.now()),
  };
  write(pod, api, { phase: failed ? 'Failed' : 'Succeeded', ready: false, state: { terminated } });
  return undefined;
}

function failing(pod: JsonObject, reason: string, api: SandboxApi): { readonly again: number } | undefined {
  const image = text(objects(at(pod, 'spec').containers)[0]?.image);
  const crash = reason === 'CrashLoopBackOff';
  const { restarts, again } = restartsOf(pod, api);
  const message = crash
    ? `back-off 10s restarting failed container=${text(objects(at(pod, 'spec').containers)[0]?.name)} pod=${nameOf(pod)}`
    : `Back-off pulling image "${image}"`;
  write(pod, api, {
    phase: crash ? 'Running' : 'Pending',
    ready: false,
    restarts: crash ? restarts : 0,
    state: { waiting: { reason, message } },
    ...(crash
      ? {
          last: {
            terminated: {
              exitCode: 1,
              reason: 'Error',
              startedAt: startTime(pod, api),
              finishedAt: startTime(pod, api),
            },
          },
        }
      : {}),
  });
  record(api, pod, { type: 'Warning', reason: crash ? 'BackOff' : 'Failed', message });
  return crash ? { again } : undefined;
}

const longestBackOffMs = 300_000;

/** A container that crashes is restarted at once, and then after pauses that double; counted from when the pod was taken on. */
function restartsOf(pod: JsonObject, api: SandboxApi): { readonly restarts: number; readonly again: number } {
  const asked = milliseconds(text(at(pod, 'metadata', 'annotations')['fake.kubelet/back-off']), 10_000);
  const taken = Date.parse(text(at(pod, 'status').startTime) || text(metadataOf(pod).creationTimestamp));
  const elapsed = Math.max(0, api.clock.now() - taken);
  let pause = Math.max(1, asked);
  let next = pause;
  let restarts = 1;
  while (next <= elapsed && Number.isFinite(next)) {
    restarts++;
    pause = Math.min(pause * 2, Math.max(longestBackOffMs, asked));
    next += pause;
  }
  return { restarts, again: Math.min(next - elapsed, longestBackOffMs) };
}

interface Told {
  readonly phase: string;
  readonly ready: boolean;
  readonly state: JsonObject;
  readonly last?: JsonObject;
  readonly restarts?: number;
}

function write(pod: JsonObject, api: SandboxApi, told: Told): void {
  const now = timeText(api.clock.now());
  api.change(
    api.builtIn('pods'),
    pod,
    it => {
      const before = at(it, 'status');
      const spec = at(it, 'spec');
      const completed = told.phase === 'Succeeded';
      const condition = (type: string, good: boolean): JsonObject => {
        const known = objects(before.conditions).find(one => one.type === type);
        const status = good ? 'True' : 'False';
        const since = known?.status === status ? (known.lastTransitionTime ?? now) : now;
        const why = good ? {} : { reason: completed ? 'PodCompleted' : 'ContainersNotReady' };
        return { type, status, lastProbeTime: null, lastTransitionTime: since, ...why };
      };
      const containers = objects(spec.containers).map(container => ({
        name: container.name ?? '',
        image: container.image ?? '',
        imageID: '',
        ready: told.ready,
        started: told.phase === 'Running',
        restartCount: told.restarts ?? 0,
        state: told.state,
        lastState: told.last ?? {},
      }));
      const address = text(before.podIP) || addressOf(it);
      return {
        ...it,
        spec: { ...spec, nodeName: text(spec.nodeName) || 'sandbox-node' },
        status: {
          ...before,
          phase: told.phase,
          startTime: before.startTime ?? now,
          ...(told.phase === 'Pending' ? {} : { podIP: address, podIPs: [{ ip: address }], hostIP: '192.0.2.10' }),
          conditions: [
            condition('PodScheduled', true),
            condition('Initialized', true),
            condition('ContainersReady', told.ready),
            condition('Ready', told.ready),
          ],
          containerStatuses: containers,
        },
      };
    },
    'kubelet',
  );
}

function addressOf(pod: JsonObject): string {
  const seed = [...text(metadataOf(pod).uid)].reduce((sum, it) => (sum * 31 + it.charCodeAt(0)) >>> 0, 7);
  return `10.244.${(seed >> 8) & 255}.${seed & 255}`;
}

/** A deleted pod that asked to end slowly stays for that long. */
function ending(pod: JsonObject, api: SandboxApi): { readonly again: number } | undefined {
  const slow = milliseconds(text(at(pod, 'metadata', 'annotations')['fake.kubelet/stop-after']), 0);
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadataOf(pod);
  const since = Date.parse(text(deletionTimestamp)) - Number(deletionGracePeriodSeconds ?? 0) * 1000;
  const left = since + slow - api.clock.now();
  if (slow === Number.POSITIVE_INFINITY) return undefined;
  if (left > 0) return { again: left };
  const finalizers = metadataOf(pod).finalizers;
  if (!Array.isArray(finalizers) || finalizers.length === 0)
    api.store.delete(api.builtIn('pods'), namespaceOf(pod), nameOf(pod));
  return undefined;
}
