import { describe, expect, it } from 'vitest';
import { resourceFault } from '../../../server/core/policy/resources.ts';
import { blockedByWindow } from '../../../server/core/policy/syncWindows.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

const application = { metadata: { name: 'web' }, spec: { destination: { name: 'prod', namespace: 'shop' } } };
const nights = { kind: 'deny', schedule: '0 22 * * *', duration: '8h', applications: ['*'] };
const days = { kind: 'allow', schedule: '0 8 * * 1-5', duration: '9h', namespaces: ['shop'] };

function blocked(windows: readonly JsonObject[], at: string, manual = true): string | undefined {
  return blockedByWindow({ project: { spec: { syncWindows: windows } }, application, manual, now: Date.parse(at) });
}

// 2026-01-05 is a Monday.
describe('a sync is blocked', () => {
  it.each<[string, readonly JsonObject[], string]>([
    ['while a deny is active', [nights], '2026-01-05T23:00:00Z'],
    ['over midnight', [nights], '2026-01-06T05:59:00Z'],
    ['outside of every allow', [days], '2026-01-04T12:00:00Z'],
    ['by a deny inside an allow', [days, { ...nights, schedule: '0 9 * * *', duration: '1h' }], '2026-01-05T09:30:00Z'],
    ['in the time zone of the window', [{ ...nights, timeZone: 'Asia/Tokyo' }], '2026-01-05T13:30:00Z'],
    [
      'by both lists with andOperator',
      [{ ...nights, namespaces: ['shop'], andOperator: true }],
      '2026-01-05T23:00:00Z',
    ],
  ])('%s', (_, windows, at) => {
    expect(blocked(windows, at)).toBe('Sync operation blocked by sync window');
  });

  it('by a window that nobody can read', () => {
    expect(blocked([{ ...nights, duration: 'long' }], '2026-01-05T12:00:00Z')).toContain(
      "cannot parse duration 'long'",
    );
  });
});

describe('a sync may run', () => {
  it.each<[string, readonly JsonObject[], string]>([
    ['without windows', [], '2026-01-05T23:00:00Z'],
    ['when the deny is over', [nights], '2026-01-05T06:01:00Z'],
    ['inside an allow', [days], '2026-01-05T08:01:00Z'],
    ['by hand, where the window says so', [{ ...nights, manualSync: true }], '2026-01-05T23:00:00Z'],
    ['in a window of others', [{ ...nights, applications: ['api-*'] }], '2026-01-05T23:00:00Z'],
    [
      'with andOperator and only one list matched',
      [{ ...nights, namespaces: ['x'], andOperator: true }],
      '2026-01-05T23:00:00Z',
    ],
  ])('%s', (_, windows, at) => {
    expect(blocked(windows, at)).toBeUndefined();
  });
});

it('manualSync does not help the loop', () => {
  const window = { ...nights, manualSync: true };
  expect(blocked([window], '2026-01-05T23:00:00Z', false)).toBeDefined();
});

describe('resources of a project', () => {
  const project = (spec: JsonObject): JsonObject => ({ metadata: { name: 'team' }, spec });
  const job = { group: 'batch', kind: 'Job', name: 'x', namespaced: true };
  const role = { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'team-a', namespaced: false };
  it.each<[string, JsonObject, typeof job, boolean]>([
    ['namespaced kinds need no list', {}, job, true],
    ['an empty list lets none in', { namespaceResourceWhitelist: [] }, job, false],
    ['a list lets its kinds in', { namespaceResourceWhitelist: [{ group: 'batch', kind: '*' }] }, job, true],
    ['a denied kind stays out', { namespaceResourceBlacklist: [{ group: '*', kind: 'Job' }] }, job, false],
    ['cluster-scoped kinds need a list', {}, role, false],
    ['that may name names', { clusterResourceWhitelist: [{ group: '*', kind: '*', name: 'team-*' }] }, role, true],
    ['and leaves out others', { clusterResourceWhitelist: [{ group: '*', kind: '*', name: 'other-*' }] }, role, false],
  ])('%s', (_, spec, resource, permitted) => {
    const fault = resourceFault(project(spec), resource);
    if (permitted) expect(fault).toBeUndefined();
    else expect(fault).toBe(`resource ${resource.group}:${resource.kind} is not permitted in project team`);
  });
});
