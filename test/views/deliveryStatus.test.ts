import { expect, it } from 'vitest';
import { everything } from '../../server/views/clusterTree.ts';
import { deliveryStatus, type StatusInput } from '../../server/views/deliveryStatus.ts';
import { applicationOf, clusterOf, operationOf } from '../support/memoryDelivery.ts';

/** Text of the status bar, without its icon. */
function bar(given: Partial<StatusInput>): string {
  const usual = { offered: true, trusted: true, chosen: ['staging'], clusters: [clusterOf('staging')] };
  const nothing = { applications: [], unplaced: [], operations: [], filter: everything, sandbox: 'stopped' as const };
  return deliveryStatus({ ...usual, ...nothing, ...given }).text.replace(/^\$\([\w~-]+\) /, '');
}

const drifting = applicationOf('web', { sync: 'OutOfSync' });

it('the status bar names the cluster, the worst health and how many are out of sync', () => {
  expect(bar({})).toBe('staging');
  expect(bar({ applications: [applicationOf('web')] })).toBe('staging: Healthy');
  expect(bar({ applications: [drifting] })).toBe('staging: Healthy, 1 out of sync');
});

it('it says first what is wrong with clusters', () => {
  const gone = clusterOf('gone', { state: 'unreachable' });
  expect(bar({ clusters: [gone] })).toBe('gone: unreachable');
  const expired = clusterOf('old', { state: 'loginExpired' });
  const clusters = [clusterOf('staging'), gone, expired];
  expect(bar({ clusters, applications: [drifting] })).toBe(
    '3 clusters: 1 unreachable, 1 login expired, Healthy, 1 out of sync',
  );
});

it('it says what runs', () => {
  const operation = operationOf(drifting.id);
  expect(bar({ applications: [drifting], operations: [operation] })).toBe(
    'staging: syncing web, Healthy, 1 out of sync',
  );
  expect(bar({ operations: [operation, { ...operation, id: 'other' }] })).toBe('staging: 2 operations run');
  expect(bar({ operations: [{ ...operation, phase: 'Failed' }] })).toBe('staging');
});
