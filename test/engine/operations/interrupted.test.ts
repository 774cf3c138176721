import { describe, expect, it } from 'vitest';
import { bench, configMap, hook, id, wave } from './bench.ts';
import { type Accident, MemoryCluster } from './memoryCluster.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const manifests = [
  hook('before', 'PreSync'),
  configMap('one'),
  hook('during', 'Sync', { ...wave(1), 'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded' }),
  configMap('two', {}, wave(2)),
  hook('after', 'PostSync'),
];
const made = ['Job/before', 'ConfigMap/one', 'Job/during', 'ConfigMap/two', 'Job/after'];

function shop(): MemoryCluster {
  const memory = new MemoryCluster();
  memory.put(namespace);
  return memory;
}

const work = (memory: MemoryCluster): readonly string[] =>
  memory.made.filter(it => !it.includes('gitops-workbench') && it !== 'Namespace/shop');

/** Jobs end while it runs. */
async function withJobs<T>(memory: MemoryCluster, run: () => Promise<T>): Promise<T> {
  const jobs = setInterval(() => memory.endJobs(), 1);
  try {
    return await run();
  } finally {
    clearInterval(jobs);
  }
}

/** How many requests a sync takes that nothing happens to. */
async function usualRequests(): Promise<number> {
  const memory = shop();
  const { sync } = await bench(memory, { manifests });
  await withJobs(memory, () => sync());
  return memory.requests;
}

describe('killed after any of its requests, the next session goes on and no hook runs twice', () => {
  it.each([false, true])('with the last request carried out: %s', async carriedOut => {
    const most = await usualRequests();
    let resumed = 0;
    for (let last = 1; last <= most; last++) {
      const memory = shop();
      const first = await bench(memory, { manifests, process: 'laptop/1' });
      memory.accident = request => {
        if (request < last) return undefined;
        first.kill();
        return carriedOut ? 'lostAnswer' : 'lostRequest';
      };
      await withJobs(memory, async () => {
        await first.sync().catch(() => undefined);
        memory.accident = () => undefined;
        const second = await bench(memory, { manifests, process: 'laptop/2', isAlive: () => false });
        const { operation } = await second.operations.recall(id);
        if (operation?.finishedAt === undefined && operation) {
          resumed += 1;
          expect(await second.operations.settled(id), `killed at ${last}`).toMatchObject({ phase: 'Succeeded' });
        } else if (!operation) await second.sync();
      });
      expect(work(memory), `killed at ${last}`).toEqual(made);
    }
    expect(resumed).toBeGreaterThan(most / 3);
  });
});

describe('an answer that is lost is no reason to do anything twice', () => {
  it.each<Accident>(['lostRequest', 'lostAnswer'])('%s, at any request', async accident => {
    const most = await usualRequests();
    for (let at = 1; at <= most; at++) {
      const memory = shop();
      const { sync, plan } = await bench(memory, { manifests });
      let happened = false;
      memory.accident = (request, what) => {
        if (request !== at || what.startsWith('list')) return undefined;
        happened = true;
        return accident;
      };
      await withJobs(memory, async () => {
        // Before anything was begun a failure is simply told, and the person tries again.
        const ended = await sync().catch(async () => sync());
        expect(ended?.phase, `${accident} at ${at}`).toBe('Succeeded');
      });
      if (happened) expect(work(memory), `${accident} at ${at}`).toEqual(made);
      memory.accident = () => undefined;
      expect((await plan()).refusals).toEqual([]);
    }
  });
});

it('leaves an interrupted operation alone while its process may live', async () => {
  const memory = shop();
  const first = await bench(memory, { manifests, user: 'ada@laptop' });
  await first.operations.execute(await first.plan());
  while (!memory.made.includes('Job/before')) await new Promise(resolve => setTimeout(resolve, 1));
  const second = await bench(memory, { manifests, user: 'bob@desk', process: 'desk/1' });
  expect((await second.operations.recall(id)).operation).toMatchObject({ phase: 'Running', initiatedBy: 'ada@laptop' });
  expect(second.operations.operation(id)).toBeUndefined();
  await withJobs(memory, () => first.operations.settled(id));
  expect(work(memory)).toEqual(made);
});

it('reports an interrupted operation whose manifests are others now', async () => {
  const memory = shop();
  const first = await bench(memory, { manifests });
  await first.operations.execute(await first.plan());
  while (!memory.made.includes('Job/before')) await new Promise(resolve => setTimeout(resolve, 1));
  first.kill();
  const second = await bench(memory, { manifests: [configMap('other')], isAlive: () => false });
  expect((await second.operations.recall(id)).operation).toMatchObject({
    phase: 'Error',
    message: expect.stringContaining('the manifests are others now'),
  });
  expect(work(memory)).toEqual(['Job/before']);
});

it('hands over at once when it is closed in the middle', async () => {
  const memory = shop();
  const first = await bench(memory, { manifests });
  await first.operations.execute(await first.plan());
  while (!memory.made.includes('Job/before')) await new Promise(resolve => setTimeout(resolve, 1));
  await first.operations.dispose();
  const second = await bench(memory, { manifests });
  await withJobs(memory, async () => {
    await second.operations.recall(id);
    expect((await second.operations.settled(id))?.phase).toBe('Succeeded');
  });
  expect(work(memory)).toEqual(made);
});
