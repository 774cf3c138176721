import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '../../server/core/text/json.ts';
import { ManualClock } from '../../server/sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../server/sandbox/sandbox.ts';
import { kubernetesTypes } from '../support/kubernetesTypes.ts';

let sandbox: Sandbox;

afterEach(() => sandbox.stop());

async function ask(path: string, method = 'GET', body?: JsonObject): Promise<Response> {
  return await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

test('a Deployment whose image cannot be pulled misses its deadline, and goes on missing it', async () => {
  const clock = new ManualClock();
  sandbox = await startSandbox({ types: await kubernetesTypes(), clock });
  const labels = { app: 'web' };
  await ask('/apis/apps/v1/namespaces/default/deployments', 'POST', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      progressDeadlineSeconds: 30,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:broken' }] } },
    },
  });
  const progressing = async (): Promise<unknown> => {
    const answer = await ask('/apis/apps/v1/namespaces/default/deployments/web');
    const { status } = (await answer.json()) as { status: { conditions: { type: string; reason: string }[] } };
    return status.conditions.find(it => it.type === 'Progressing')?.reason;
  };
  const after = async (seconds: number): Promise<unknown> => {
    clock.advance(seconds * 1000);
    await new Promise(resolve => setTimeout(resolve, 50));
    return await progressing();
  };
  expect(await after(5)).toBe('ReplicaSetUpdated');
  expect(await after(36)).toBe('ProgressDeadlineExceeded');
  expect(await after(600)).toBe('ProgressDeadlineExceeded');
});

test.each([
  ['a CronJob', '/apis/batch/v1/namespaces/default/cronjobs', 'never starts a Job', cronJob()],
  [
    'a webhook',
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    'is never asked',
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'one' },
    },
  ],
] as const)('who makes %s is warned that nothing here acts upon it', async (_, path, what, object) => {
  sandbox = await startSandbox({ types: await kubernetesTypes() });
  const made = await ask(path, 'POST', object);
  expect(made.status).toBe(201);
  expect(made.headers.get('warning')).toContain(what);
  const listed = await ask(path, 'GET');
  expect(listed.headers.get('warning')).toBeNull();
});

function cronJob(): JsonObject {
  const containers = [{ name: 'main', image: 'main:1' }];
  const jobTemplate = { spec: { template: { spec: { containers, restartPolicy: 'Never' } } } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: { schedule: '0 2 * * *', jobTemplate },
  };
}

test('who watches a sandbox that is reset is told what goes', async () => {
  sandbox = await startSandbox({ types: await kubernetesTypes() });
  const path = '/api/v1/namespaces/default/configmaps';
  await ask(path, 'POST', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { of: 'one' } });
  const watch = await ask(`${path}?watch=true&resourceVersion=${sandbox.api.store.version}`);
  sandbox.reset();
  const { value } = (await watch.body?.getReader().read()) ?? {};
  const told = new TextDecoder()
    .decode(value)
    .trim()
    .split('\n')
    .map(it => JSON.parse(it));
  expect(told).toContainEqual(
    expect.objectContaining({ type: 'DELETED', object: expect.objectContaining({ data: { of: 'one' } }) }),
  );
  expect(await (await ask(`${path}/one`)).json()).toMatchObject({ code: 404 });
  expect((await ask('/api/v1/namespaces/default')).status).toBe(200);
});
