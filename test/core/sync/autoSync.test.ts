import { describe, expect, it } from 'vitest';
import { type AutoSyncSubject, autoSyncDecision, selfHealDelayMs } from '../../../server/core/sync/autoSync.ts';

const resource = (name: string, synced: boolean, requiresPruning = false) => ({
  ...{ group: '', kind: 'ConfigMap', namespace: 'shop', name },
  ...{ synced, requiresPruning, hook: false },
});

const automated = { prune: false, selfHeal: false, allowEmpty: false, enabled: true, on: true };
const synced = {
  ...{
    revisions: ['b'],
    content: 'manifests of b',
    succeeded: true,
    message: '',
    finishedAt: 1_000,
    selfHealAttempts: 0,
  },
};
const subject: AutoSyncSubject = {
  automated,
  sync: 'OutOfSync',
  operationRuns: false,
  deleting: false,
  resources: [resource('one', false), resource('two', true)],
  desired: { revisions: ['b'], content: 'manifests of b' },
  now: 10_000,
};

describe('the embedded loop syncs', () => {
  it.each<[string, Partial<AutoSyncSubject>, object]>([
    ['a new revision', {}, { kind: 'sync', prune: false, selfHealAttempts: 0 }],
    ['after an older one failed', { last: { ...synced, revisions: ['a'], succeeded: false } }, { kind: 'sync' }],
    ['the same revision with other parameters', { last: { ...synced, content: 'other' } }, { kind: 'sync' }],
    [
      'what drifted, and only that',
      { automated: { ...automated, selfHeal: true }, last: synced },
      { kind: 'sync', selfHealAttempts: 1, resources: [expect.objectContaining({ name: 'one' })] },
    ],
  ])('%s', (_, change, decision) => {
    expect(autoSyncDecision({ ...subject, ...change })).toMatchObject(decision);
  });
});

describe('the embedded loop does nothing', () => {
  it.each<[string, Partial<AutoSyncSubject>, string]>([
    ['unless the user turned it on', { automated: { ...automated, on: false } }, 'the embedded loop is off'],
    ['where the manifest says so', { automated: { ...automated, enabled: false } }, 'synced by hand'],
    ['while another operation runs', { operationRuns: true }, 'another operation is in progress'],
    ['during a deletion', { deleting: true }, 'deletion in progress'],
    ['when all is in sync', { sync: 'Synced' }, 'application status is Synced'],
    ['when the state is not known', { sync: 'Unknown' }, 'application status is Unknown'],
    [
      'when only pruning is left, and off',
      { resources: [resource('x', false, true)] },
      'need to prune extra resources only',
    ],
    ['twice for a revision, without self-heal', { last: synced }, 'most recent sync already to [b]'],
  ])('%s', (_, change, why) => {
    const decision = autoSyncDecision({ ...subject, ...change });
    expect(decision).toMatchObject({ kind: 'nothing', why: expect.stringContaining(why) });
  });
});

it('does not repeat what failed, and says so in the words of Argo CD', () => {
  const last = { ...synced, succeeded: false, message: 'one or more objects failed to apply' };
  expect(autoSyncDecision({ ...subject, last })).toEqual({
    kind: 'refused',
    message: 'Failed last sync attempt to [b]: one or more objects failed to apply',
  });
});

it('does not wipe everything unless an empty Application is allowed', () => {
  const empty = { ...subject, resources: [resource('x', false, true)], automated: { ...automated, prune: true } };
  expect(autoSyncDecision(empty)).toEqual({
    kind: 'refused',
    message: 'Skipping sync attempt to [b]: auto-sync will wipe out all resources',
  });
  expect(autoSyncDecision({ ...empty, automated: { ...automated, prune: true, allowEmpty: true } }).kind).toBe('sync');
});

it('waits longer after each self-heal', () => {
  expect([0, 1, 2, 3, 9].map(selfHealDelayMs)).toEqual([0, 2_000, 6_000, 18_000, 300_000]);
  const last = { ...synced, finishedAt: 9_000, selfHealAttempts: 2 };
  expect(autoSyncDecision({ ...subject, automated: { ...automated, selfHeal: true }, last })).toEqual({
    kind: 'later',
    afterMs: 5_000,
  });
});
