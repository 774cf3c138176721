import { expect, it } from 'vitest';
import { metadataOf } from '../../../server/core/sync/resource.ts';
import { isObject, type JsonObject } from '../../../server/core/text/json.ts';
import { bench, id } from './bench.ts';
import { MemoryCluster } from './memoryCluster.ts';

const key = 'argoproj.io/Application/argocd/web';
const source = { repoURL: 'https://git.example.com/web.git', path: 'web' };

/** A cluster whose Argo CD has the Application; nothing carries its operations out but `controller`. */
function withArgocd(spec: JsonObject = {}): MemoryCluster {
  const memory = new MemoryCluster();
  memory.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } });
  memory.put({
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'web', namespace: 'argocd' } },
    spec: { source, destination: { namespace: 'shop' }, syncPolicy: { syncOptions: ['PruneLast=true'] }, ...spec },
    status: {
      history: [{ id: 3, revision: 'a'.repeat(40), source, deployedAt: '2026-01-01T00:00:00Z' }],
      resources: [
        { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'one', version: 'v1', status: 'OutOfSync' },
        { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'old', version: 'v1', requiresPruning: true },
      ],
    },
  });
  return memory;
}

const application = (memory: MemoryCluster): JsonObject => memory.objects.get(key) ?? {};

/** What Argo CD's controller does with an operation. */
function controller(memory: MemoryCluster, phase: string): void {
  const { operation, ...rest } = application(memory);
  const status = isObject(rest.status) ? rest.status : {};
  const operationState = {
    ...{ operation: operation ?? {}, phase, message: 'by Argo CD' },
    ...{ startedAt: '2026-01-01T00:00:01Z', finishedAt: '2026-01-01T00:00:02Z' },
  };
  memory.put({ ...rest, status: { ...status, operationState } });
}

const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1));

it('asks Argo CD for a sync, and tells what it comes to', async () => {
  const memory = withArgocd();
  const { plan, operations } = await bench(memory, { manifests: [], driver: 'argocd' });
  const made = await plan({ prune: true });
  expect(made.steps.map(it => `${it.action} ${it.name}`)).toEqual(['update one', 'prune old']);
  expect((await operations.execute(made)).kind).toBe('started');
  expect(application(memory).operation).toMatchObject({
    initiatedBy: { username: 'ada@laptop' },
    sync: { prune: true, syncOptions: ['PruneLast=true'] },
  });
  controller(memory, 'Succeeded');
  expect(await operations.settled(id)).toMatchObject({ phase: 'Succeeded', message: 'by Argo CD', kind: 'sync' });
});

it('is told that another operation runs', async () => {
  const memory = withArgocd();
  const { plan, operations } = await bench(memory, { manifests: [], driver: 'argocd' });
  const made = await plan();
  memory.put({ ...application(memory), operation: { sync: {} } });
  expect(await operations.execute(made)).toMatchObject({
    kind: 'refused',
    refusals: [{ guard: 'argocd', message: 'another operation is already in progress.' }],
  });
  expect((await plan()).refusals).toHaveLength(1);
});

it('refuses the rollback that Argo CD refuses', async () => {
  const { plan } = await bench(withArgocd({ syncPolicy: { automated: {} } }), { manifests: [], driver: 'argocd' });
  expect((await plan({ kind: 'rollback', entry: 3 })).refusals).toMatchObject([
    { message: 'rollback cannot be initiated when auto-sync is enabled.' },
  ]);
});

it('asks it to end what runs', async () => {
  const memory = withArgocd();
  memory.put({ ...application(memory), operation: { sync: {} }, status: { operationState: { phase: 'Running' } } });
  const { operations } = await bench(memory, { manifests: [], driver: 'argocd' });
  await operations.terminate(id);
  expect(application(memory)).toMatchObject({ status: { operationState: { phase: 'Terminating' } } });
});

it('gives the finalizer that the chosen cascade needs, then deletes', async () => {
  const memory = withArgocd();
  const { plan, operations } = await bench(memory, { manifests: [], driver: 'argocd' });
  expect((await operations.execute(await plan({ kind: 'delete', cascade: 'background' }))).kind).toBe('started');
  expect(metadataOf(application(memory))).toMatchObject({
    finalizers: ['resources-finalizer.argocd.argoproj.io/background'],
    deletionTimestamp: expect.any(String),
  });
  memory.remove(application(memory));
  await settle();
  expect(await operations.settled(id)).toMatchObject({ kind: 'delete', phase: 'Succeeded' });
});
