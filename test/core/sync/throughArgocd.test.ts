import { describe, expect, it } from 'vitest';
import { deletePatch, rollbackPatch, syncPatch, terminatePatch } from '../../../server/core/sync/throughArgocd.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

const application: JsonObject = {
  metadata: { name: 'web', resourceVersion: '7', finalizers: ['example.com/own'] },
  spec: {
    source: { repoURL: 'https://git.example.com/web.git', path: 'web' },
    syncPolicy: { syncOptions: ['CreateNamespace=true', 'PruneLast=true'], retry: { limit: 3 } },
  },
  status: {
    history: [{ id: 4, revision: 'a'.repeat(40), source: { repoURL: 'https://git.example.com/web.git', path: 'old' } }],
  },
};
const asked = { user: 'ada', prune: true, dryRun: false, force: false, syncOptions: [], resources: [] };
const running = { ...application, operation: {}, status: { operationState: { phase: 'Running' } } };

describe('a sync', () => {
  it('copies options and retry, and takes the old state away', () => {
    expect(syncPatch(application, { ...asked, revision: 'main', syncOptions: ['PruneLast=false'] })).toEqual({
      kind: 'patch',
      patch: {
        metadata: { resourceVersion: '7' },
        operation: {
          initiatedBy: { username: 'ada' },
          retry: { limit: 3 },
          sync: {
            revision: 'main',
            prune: true,
            dryRun: false,
            syncOptions: ['CreateNamespace=true', 'PruneLast=false'],
            syncStrategy: { hook: { force: false } },
          },
        },
        status: { operationState: null },
      },
    });
  });

  it('is not asked while another operation runs', () => {
    expect(syncPatch(running, asked)).toEqual({
      kind: 'refused',
      message: 'another operation is already in progress',
    });
  });

  it('names the revision for each of several sources', () => {
    const spec = { sources: [{ repoURL: 'a' }, { repoURL: 'b' }] };
    expect(syncPatch({ ...application, spec }, { ...asked, revision: 'v2' })).toMatchObject({
      patch: { operation: { sync: { revisions: ['v2', 'v2'] } } },
    });
  });
});

describe('a rollback', () => {
  it('is a sync of the entry, without hooks', () => {
    expect(rollbackPatch(application, 4, asked)).toMatchObject({
      patch: {
        operation: {
          sync: { revision: 'a'.repeat(40), source: { path: 'old' }, prune: true, syncStrategy: { apply: {} } },
        },
      },
    });
  });

  it.each<[string, JsonObject, number, string]>([
    ['with auto-sync on', { ...application, spec: { syncPolicy: { automated: {} } } }, 4, 'auto-sync is enabled'],
    ['to an entry that is not there', application, 5, 'does not have deployment with id 5'],
    ['of what is being deleted', { ...application, metadata: { deletionTimestamp: 'now' } }, 4, 'is deleting'],
  ])('is refused %s', (_, of, entry, message) => {
    expect(rollbackPatch(of, entry, asked)).toEqual({ kind: 'refused', message: expect.stringContaining(message) });
  });

  it('is possible where automated sync is written down but disabled', () => {
    const spec = { syncPolicy: { automated: { enabled: false } } };
    expect(rollbackPatch({ ...application, spec }, 4, asked).kind).toBe('patch');
  });
});

it('terminates only what runs', () => {
  expect(terminatePatch(running)).toMatchObject({ patch: { status: { operationState: { phase: 'Terminating' } } } });
  expect(terminatePatch(application)).toEqual({
    kind: 'refused',
    message: 'Unable to terminate operation. No operation is in progress',
  });
});

it.each([
  ['foreground', ['example.com/own', 'resources-finalizer.argocd.argoproj.io']],
  ['background', ['example.com/own', 'resources-finalizer.argocd.argoproj.io/background']],
  ['none', ['example.com/own']],
] as const)('deletes with cascade %s', (cascade, finalizers) => {
  const before = ['example.com/own', 'resources-finalizer.argocd.argoproj.io/foreground'];
  const of = { ...application, metadata: { name: 'web', finalizers: before } };
  expect(deletePatch(of, cascade)).toEqual({ kind: 'patch', patch: { metadata: { finalizers } } });
});
