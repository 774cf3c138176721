import { describe, expect, it, onTestFinished } from 'vitest';
import { isObject, type JsonObject } from '../../../server/core/text/json.ts';
import type { Cluster, ListOptions, WatchEvent } from '../../../server/engine/ports.ts';
import { type Asked, apiServer, type Reply, soon, status, watching } from '../../support/apiServer.ts';

const pod = (name: string, resourceVersion: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', resourceVersion },
});
const list = (resourceVersion: string, ...items: readonly JsonObject[]): Reply => ({
  body: { kind: 'PodList', metadata: { resourceVersion }, items },
});
const bookmark = (resourceVersion: string): [string, object] => [
  'BOOKMARK',
  { kind: 'Pod', metadata: { resourceVersion } },
];

/** The lists in their order, and the watches in theirs; the last of each stands for all later ones. */
function script(lists: readonly Reply[], watches: readonly Reply[]) {
  const [nextList, nextWatch] = [turns(lists), turns(watches)];
  return ({ query }: Asked): Reply => (query.get('watch') ? nextWatch() : nextList());
}

function turns(replies: readonly Reply[]): () => Reply {
  let at = 0;
  return () => replies[Math.min(at++, replies.length - 1)] ?? 'silence';
}

/** What a listener is told, in words. */
function follow(cluster: Cluster, options: ListOptions = {}) {
  const told: string[] = [];
  const watch = cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, options, event => told.push(words(event)));
  onTestFinished(() => watch.stop());
  return { told, watch };
}

function words(event: WatchEvent): string {
  const name = (it: JsonObject): string => (isObject(it.metadata) ? String(it.metadata.name) : '?');
  switch (event.kind) {
    case 'listed':
      return `listed ${event.objects.map(name).join(' ')}`.trim();
    case 'trouble':
      return `trouble ${event.failure.reason}`;
    case 'recovered':
      return 'recovered';
    default:
      return `${event.kind} ${name(event.object)}`;
  }
}

/** Versions that watches were asked from. */
const froms = (asked: readonly Asked[]) =>
  asked.filter(it => it.query.get('watch')).map(it => it.query.get('resourceVersion'));

describe('a watch', () => {
  it('lists, then tells what changes', async () => {
    const events = [
      ['ADDED', pod('b', '11')],
      ['MODIFIED', pod('a', '12')],
      ['DELETED', pod('b', '13')],
    ] as const;
    const server = await apiServer(script([list('10', pod('a', '9'))], [watching(events, { open: true })]));
    const { told } = follow(await server.open(), { labelSelector: 'app=web' });
    await soon(() => told).toEqual(['listed a', 'added b', 'modified a', 'deleted b']);
    const watch = server.asked.at(-1);
    expect(Object.fromEntries(watch?.query ?? [])).toEqual({
      watch: 'true',
      resourceVersion: '10',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '290',
      labelSelector: 'app=web',
    });
  });

  it('goes on where it was when the server ends it, bookmarks included, without listing again', async () => {
    const ends = [watching([['MODIFIED', pod('a', '11')]]), watching([bookmark('15')]), watching([], { open: true })];
    const server = await apiServer(script([list('10', pod('a', '9'))], ends));
    const { told } = follow(await server.open());
    await soon(() => froms(server.asked)).toEqual(['10', '11', '15']);
    expect(told).toEqual(['listed a', 'modified a']);
  });

  it('lists again when its version is too old, told by the answer or by an event', async () => {
    const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
    const lists = [list('10', pod('a', '9'), pod('b', '9')), list('20', pod('a', '19')), list('30')];
    const server = await apiServer(
      script(lists, [watching([['ERROR', gone]]), status(410, 'Expired', 'too old'), watching([], { open: true })]),
    );
    const { told } = follow(await server.open());
    await soon(() => told).toEqual(['listed a b', 'listed a', 'listed']);
    await soon(() => froms(server.asked)).toEqual(['10', '20', '30']);
  });

  it('that is cut once goes on as if nothing had been', async () => {
    const cutAfter: Reply = response => {
      response.write(`${JSON.stringify({ type: 'ADDED', object: pod('b', '11') })}\n`, () =>
        response.socket?.destroy(),
      );
    };
    const server = await apiServer(
      script([list('10')], [cutAfter, watching([['ADDED', pod('c', '12')]], { open: true })]),
    );
    const { told } = follow(await server.open());
    await soon(() => told).toEqual(['listed', 'added b', 'added c']);
    expect(froms(server.asked)).toEqual(['10', '11']);
  });

  it('that fails again and again is trouble, told each time, until it works', async () => {
    const server = await apiServer(script([list('10')], ['cut', 'cut', 'cut', watching([], { open: true })]));
    const { told } = follow(await server.open());
    await soon(() => told).toEqual(['listed', 'trouble unreachable', 'trouble unreachable', 'recovered']);
  });

  it('that may not be is told at once', async () => {
    const forbidden = status(
      403,
      'Forbidden',
      'pods is forbidden: User "ann" cannot list resource "pods" in API group "" at the cluster scope',
    );
    const server = await apiServer(script([forbidden, list('10')], [watching([], { open: true })]));
    const { told } = follow(await server.open());
    await soon(() => told).toEqual(['trouble forbidden', 'recovered', 'listed']);
  });

  it('that the server ends at once, every time, is not asked in circles', async () => {
    const server = await apiServer(script([list('10')], [watching([])]));
    const { told } = follow(await server.open());
    await soon(() => told.filter(it => it.startsWith('trouble')).length).toBeGreaterThan(3);
    // Pauses double: were they not kept, hundreds of questions would have fitted in.
    expect(froms(server.asked).length).toBeLessThan(20);
  });

  it('over a connection that died silently is begun anew', async () => {
    const server = await apiServer(
      script([list('10')], [watching([], { open: true }), watching([['ADDED', pod('b', '11')]], { open: true })]),
    );
    const { told } = follow(await server.open({ limits: { silenceMs: 1_000 } }));
    await soon(() => told).toEqual(['listed', 'added b']);
  });

  it('reads objects that come in pieces, and letters that do', async () => {
    const line = Buffer.from(
      `${JSON.stringify({ type: 'ADDED', object: { ...pod('ü€', '11'), pad: 'x'.repeat(200_000) } })}\n`,
    );
    const slowly: Reply = async response => {
      for (let at = 0; at < line.length; at += 50_001) {
        response.write(line.subarray(at, at + 50_001));
        await new Promise(resolve => setImmediate(resolve));
      }
      // One letter in two pieces.
      const last = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: pod('ß', '12') })}\n`);
      const middle = last.indexOf(Buffer.from('ß')) + 1;
      response.write(last.subarray(0, middle));
      setImmediate(() => response.write(last.subarray(middle)));
    };
    const server = await apiServer(script([list('10')], [slowly]));
    const { told } = follow(await server.open());
    await soon(() => told).toEqual(['listed', 'added ü€', 'added ß']);
  });

  it('of metadata names the kind that the server leaves out, and holds what is kept', async () => {
    const partial = {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'a', resourceVersion: '11', managedFields: [] },
    };
    const server = await apiServer(script([list('10')], [watching([['ADDED', partial]], { open: true })]));
    const seen: unknown[] = [];
    const keep = ({ metadata: _, ...it }: JsonObject) => it;
    const watch = (await server.open()).watch(
      { apiVersion: 'v1', kind: 'Pod' },
      { metadataOnly: true, keep },
      event => {
        if ('object' in event) seen.push(event.object);
      },
    );
    onTestFinished(() => watch.stop());
    await soon(() => seen).toEqual([{ apiVersion: 'v1', kind: 'Pod' }]);
    expect(server.asked.at(-1)?.headers.accept).toContain('PartialObjectMetadata');
  });

  it('whose listener stumbles goes on', async () => {
    const events = [
      ['ADDED', pod('b', '11')],
      ['ADDED', pod('c', '12')],
    ] as const;
    const server = await apiServer(script([list('10')], [watching(events, { open: true })]));
    const told: string[] = [];
    const watch = (await server.open()).watch({ apiVersion: 'v1', kind: 'Pod' }, {}, event => {
      told.push(words(event));
      if (event.kind === 'added') throw new Error('a bug of ours');
    });
    onTestFinished(() => watch.stop());
    await soon(() => told).toEqual(['listed', 'added b', 'added c']);
    expect(froms(server.asked)).toEqual(['10']);
  });

  it('that was stopped tells nothing more, and its connection ends', async () => {
    let closed = false;
    const open: Reply = response => {
      response.write('\n');
      response.on('close', () => {
        closed = true;
      });
    };
    const server = await apiServer(script([list('10')], [open]));
    const { told, watch } = follow(await server.open());
    await soon(() => froms(server.asked)).toEqual(['10']);
    watch.stop();
    await soon(() => closed).toBe(true);
    expect(told).toEqual(['listed']);
  });
});
