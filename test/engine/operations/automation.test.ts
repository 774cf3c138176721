import { expect, it } from 'vitest';
import type { ApplicationStatus, OperationState } from '../../../server/core/status/application.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';
import type { Observation } from '../../../server/engine/delivery/observe.ts';
import type { PlanRequest } from '../../../server/engine/delivery.ts';
import { Automation } from '../../../server/engine/operations/automation.ts';
import type { Operations } from '../../../server/engine/operations/operations.ts';
import { HandClock } from '../../support/world.ts';

const id = 'cluster|argocd/web';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** An Application out of sync, and a desk that writes down what the loop asks for. */
function loop(options: { readonly on?: boolean; readonly refuses?: string; readonly automated?: JsonObject } = {}) {
  const asked: PlanRequest[] = [];
  const again: number[] = [];
  const clock = new HandClock();
  const refusals = options.refuses === undefined ? [] : [{ guard: options.refuses, message: 'No.' }];
  const operations = {
    plan: async (_: string, request: PlanRequest) => {
      asked.push(request);
      return { refusals };
    },
    execute: async () => ({ kind: 'started' }),
    isRunning: () => refusals.length === 0,
  } as unknown as Operations;
  const automation = new Automation({
    ...{ operations, clock, log },
    isOn: () => options.on ?? true,
    again: () => again.push(clock.now()),
  });
  const spec = { syncPolicy: { automated: options.automated ?? { selfHeal: true } } };
  const resource = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'one', version: 'v1', sync: 'OutOfSync' };
  return {
    asked,
    again,
    clock,
    consider: (change: Partial<ApplicationStatus> = {}) =>
      automation.consider({
        status: {
          id,
          phase: 'ready',
          sync: 'OutOfSync',
          revisions: ['b'],
          resources: [resource],
          ...change,
        } as ApplicationStatus,
        observation: {
          application: { spec },
          rendering: { manifests: [{ object: { a: 1 } }] },
        } as unknown as Observation,
      }),
    settled: () => new Promise(resolve => setImmediate(resolve)),
  };
}

const ended = (change: Partial<OperationState> = {}): OperationState => ({
  ...{ id: 'o1', application: id, kind: 'sync', phase: 'Succeeded', message: 'done', startedAt: 0, finishedAt: 0 },
  ...{ dryRun: false, initiatedBy: 'automated sync', revisions: ['b'], steps: [] },
  ...change,
});

it('does nothing for an Application that the user did not turn it on for', async () => {
  const { consider, asked } = loop({ on: false });
  expect(consider()).toEqual([]);
  expect(asked).toEqual([]);
});

it('syncs once while it is busy, in the name of automated sync', async () => {
  const { consider, asked, settled } = loop();
  consider();
  consider();
  await settled();
  expect(asked).toEqual([{ prune: false, automated: true, initiatedBy: 'automated sync', content: 'workTree' }]);
});

it('brings back what drifted, after pauses that grow', async () => {
  const { consider, asked, settled, clock, again } = loop();
  consider({ operation: ended() });
  await settled();
  const drifted = [{ group: '', kind: 'ConfigMap', namespace: 'shop', name: 'one' }];
  expect(asked).toEqual([
    { prune: false, automated: true, initiatedBy: 'automated sync', content: 'workTree', resources: drifted },
  ]);
  consider({ operation: ended({ id: 'o2' }) });
  expect(asked).toHaveLength(1);
  clock.turn(2_000);
  expect(again).toHaveLength(1);
  consider({ operation: ended({ id: 'o2' }) });
  await settled();
  expect(asked).toHaveLength(2);
});

it('does not repeat what was refused, and says why', async () => {
  const { consider, asked, settled } = loop({ refuses: 'invalid' });
  consider();
  await settled();
  expect(consider()).toEqual([{ type: 'SyncError', message: 'Failed last sync attempt to [b]: No.' }]);
  await settled();
  expect(asked).toHaveLength(1);
});

it('looks again later while somebody else syncs', async () => {
  const { consider, asked, settled, clock, again } = loop({ refuses: 'operationRunning' });
  consider();
  await settled();
  expect({ asked: asked.length, again }).toEqual({ asked: 1, again: [] });
  clock.turn(10_000);
  expect(again).toEqual([10_000]);
});
