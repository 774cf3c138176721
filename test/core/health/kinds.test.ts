import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../server/core/facts/facts.ts';
import { assess } from '../../../server/core/health/assess.ts';
import type { Json, JsonObject } from '../../../server/core/text/json.ts';

/** No kind has a script here. */
const noScripts: Facts = { get: () => ({ ok: true, value: {} }) as never };

/** `Healthy: all is well`, or nothing for a kind without health. */
function told(object: JsonObject): string {
  const { health } = assess(object, noScripts);
  return health ? `${health.status}: ${health.message}`.trim() : '';
}

describe('a Pod that is not restarted', () => {
  const pod = (annotations: JsonObject, status: JsonObject, restartPolicy = 'Never') =>
    told({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', annotations },
      spec: { restartPolicy },
      status: { phase: 'Running', ...status },
    });
  const ready: JsonObject = { conditions: [{ type: 'Ready', status: 'True' }] };
  const lives: JsonObject = { 'argocd.argoproj.io/ignore-restart-policy': 'true' };

  it('goes on until it ends', () => {
    expect(pod({}, ready)).toBe('Progressing:');
    expect(pod({ 'argocd.argoproj.io/ignore-restart-policy': 'false' }, ready)).toBe('Progressing:');
  });

  it('counts as one that lives where its annotation says so', () => {
    expect(pod(lives, ready)).toBe('Healthy:');
    expect(pod(lives, ready, 'OnFailure')).toBe('Healthy:');
    expect(pod(lives, {})).toBe('Progressing:');
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    expect(pod(lives, { containerStatuses: [{ name: 'c', state: { waiting } }] })).toBe('Degraded: no such image');
  });

  it('is there to end if it is a hook, whatever else it says', () => {
    expect(pod({ ...lives, 'argocd.argoproj.io/hook': 'PostSync' }, ready)).toBe('Progressing:');
    expect(pod({ ...lives, 'helm.sh/hook': 'test' }, ready)).toBe('Progressing:');
    expect(pod({ ...lives, 'argocd.argoproj.io/hook': 'Skip' }, ready)).toBe('Healthy:');
  });

  it('has no meaning for a Pod without a policy', () => {
    expect(pod(lives, ready, '')).toBe('Unknown:');
  });
});

describe('a HorizontalPodAutoscaler', () => {
  const autoscaler = (version: string, conditions: Json) =>
    told({ apiVersion: `autoscaling/${version}`, kind: 'HorizontalPodAutoscaler', status: { conditions } });

  it.each(['Resource', 'ContainerResource', 'Pods', 'Object', 'External'])(
    'is degraded without its %s metric, even where it was able to scale before',
    source =>
      expect(
        autoscaler('v2', [
          { type: 'AbleToScale', status: 'True', message: 'fine' },
          { type: 'ScalingActive', status: 'False', reason: `FailedGet${source}Metric`, message: 'no metric' },
        ]),
      ).toBe('Degraded: no metric'),
  );

  it.each(['v2beta1', 'v2beta2'])('of %s is none that Argo CD knows', version =>
    expect(autoscaler(version, [{ type: 'AbleToScale', status: 'True' }])).toBe(
      `Unknown: unsupported HPA GVK: autoscaling/${version}, Kind=HorizontalPodAutoscaler`,
    ),
  );
});

it('a phase that nobody knows is unknown, however it is spelt', () => {
  const claim = (phase: Json) => told({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase } });
  expect(['Bound', 'constructor', '__proto__', null, 3].map(claim)).toEqual([
    'Healthy:',
    'Unknown:',
    'Unknown:',
    'Unknown:',
    'Unknown:',
  ]);
});
