import { describe, expect, it } from 'vitest';
import { health } from '../../../server/core/health/health.ts';
import type { Outcome, SyncAction } from '../../../server/core/sync/actions.ts';
import { type PassEnd, pass } from '../../../server/core/sync/pass.ts';
import { recordKey, type SyncRecord } from '../../../server/core/sync/records.ts';
import { keyOf } from '../../../server/core/sync/resource.ts';
import { hookFinalizer, type SyncTask } from '../../../server/core/sync/tasks.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

const job = (policy: string): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'migrate',
    namespace: 'shop',
    finalizers: [hookFinalizer],
    annotations: { 'argocd.argoproj.io/hook': 'Sync', 'argocd.argoproj.io/hook-delete-policy': policy },
  },
});
const task = (policy: string): SyncTask => ({ phase: 'Sync', target: job(policy), live: job(policy) });

/** One pass over one hook that lives; whatever `refused` names fails. */
function onePass(hook: SyncTask, refused: SyncAction['kind'], record?: Partial<SyncRecord>): PassEnd {
  const key = keyOf(hook.target ?? {});
  const before: SyncRecord = { key, phase: 'Sync', status: 'Synced', operation: 'Succeeded', message: '', ...record };
  const steps = pass({
    tasks: [hook],
    records: new Map(record ? [[recordKey(hook), before]] : []),
    namespace: 'shop',
    options: {},
    health: () => health('Healthy'),
  });
  const outcome = ({ kind }: SyncAction): Outcome =>
    kind === refused ? { kind: 'failed', message: 'forbidden' } : { kind: 'done', message: '' };
  let next = steps.next();
  while (!next.done) next = steps.next(next.value.map(outcome));
  return next.value;
}

const messages = ({ records }: PassEnd): readonly string[] => [...records.values()].map(it => it.message);

describe('a hook whose finalizer cannot be removed', () => {
  it('fails the sync before it is made anew', () => {
    const end = onePass(task('BeforeHookCreation'), 'removeHookFinalizer');
    expect(end.phase).toBe('Failed');
    expect(messages(end)).toEqual(['failed to remove hook finalizer: forbidden']);
  });

  it('fails the sync when it has ended', () => {
    const end = onePass(task('HookSucceeded'), 'removeHookFinalizer', {});
    expect(end.phase).toBe('Failed');
    expect(messages(end)).toEqual(['Failed to remove hook finalizer: forbidden']);
  });
});

it('a hook that cannot be deleted at the end says so, and the sync has succeeded all the same', () => {
  const end = onePass(task('HookSucceeded'), 'deleteHook', {});
  expect(end.phase).toBe('Succeeded');
  expect(messages(end)).toEqual(['failed to delete resource: forbidden']);
});
