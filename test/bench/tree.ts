/** The tree of 5,000 Applications with 20 resources each, as the server makes it for an editor: first paint, one update, memory. */
import type { Connection } from 'vscode-languageserver';

import { defaultSettings } from '../../server/engine/settings.ts';
import type { Workbench } from '../../server/engine/workbench.ts';
import { DeliveryFront } from '../../server/lsp/delivery/front.ts';
import { type DeliveryChanged, type DeliveryNode, deliveryChanged } from '../../server/protocol/delivery.ts';
import { applicationOf, clusterOf, deploymentOf, MemoryDelivery, resourceOf } from '../support/memoryDelivery.ts';
import { median, megabytes, ms, report } from './measure.ts';

const count = 5_000;

function application(i: number, health: 'Healthy' | 'Degraded' = 'Healthy') {
  const name = `app-${String(i).padStart(4, '0')}`;
  const config = Array.from({ length: 12 }, (_, n) => resourceOf('ConfigMap', `${name}-${n}`, { sync: 'Synced' }));
  return applicationOf(name, {
    project: `team-${i % 25}`,
    health,
    sync: i % 10 === 0 ? 'OutOfSync' : 'Synced',
    resources: [...deploymentOf(name, 6), ...config],
    revisions: ['0123456789012345678901234567890123456789'],
  });
}

const before = process.memoryUsage().heapUsed;
const delivery = new MemoryDelivery();
delivery.clusterList = [clusterOf('staging')];
const told: { readonly at: number; readonly changed: DeliveryChanged }[] = [];
const connection = {
  sendNotification: (method: string, params: unknown) => {
    // What the wire costs belongs to an update.
    JSON.stringify(params);
    if (method === deliveryChanged) told.push({ at: performance.now(), changed: params as DeliveryChanged });
    return Promise.resolve();
  },
  workspace: { textDocumentContent: { refresh: () => Promise.resolve() } },
} as unknown as Connection;
const workbench = { subscribe: () => ({ dispose: () => undefined }) } as unknown as Workbench;
const front = new DeliveryFront({ connection, workbench, delivery, sandbox: undefined });
front.configure({ ...defaultSettings, contexts: ['staging'], grouping: 'none' }, true);
delivery.put(...Array.from({ length: count }, (_, i) => application(i)));
await quiet();

/** As an editor paints: the clusters, then what is unfolded below. */
function paint(): { readonly took: number; readonly bytes: number; readonly rows: number } {
  const start = performance.now();
  let [bytes, rows] = [0, 0];
  const below = (parent: string | undefined): void => {
    const text = JSON.stringify(front.clusterNodes(parent));
    bytes += text.length;
    const nodes = JSON.parse(text) as DeliveryNode[];
    rows += nodes.length;
    for (const it of nodes) if (it.children === 'expanded') below(it.id);
  };
  below(undefined);
  return { took: performance.now() - start, bytes, rows };
}

const paints = Array.from({ length: 5 }, paint);
const [first] = front.clusterNodes(undefined);
const [row] = front.clusterNodes(first?.id);
front.clusterNodes(row?.id);

/** From the event to the words on the wire, without the rest that follows a telling. */
async function update(i: number): Promise<number> {
  const from = told.length;
  const start = performance.now();
  delivery.put(application(i, 'Degraded'));
  while (told.length === from) await new Promise(resolve => setTimeout(resolve, 1));
  let took = (told[from]?.at ?? 0) - start;
  // Where the order changed the editor asks for the lines again.
  const asked = performance.now();
  for (const parent of told[from]?.changed.redraw ?? []) JSON.stringify(front.clusterNodes(parent));
  took += performance.now() - asked;
  await quiet();
  return took;
}

async function quiet(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 600));
}

const updates: number[] = [];
for (let i = 0; i < 10; i++) updates.push(await update(i * 7 + 1));
// A pause of 100 ms is ours, so that many changes are told together; making and sending is what the machine does.
const pause = 100;
global.gc?.();
const heap = process.memoryUsage().heapUsed - before;
const known = front.clusterNodes(row?.id).length;

report(`Tree of ${count} Applications × ${application(0).resources.length} resources`, [
  {
    what: 'first paint, every Application below one cluster',
    value: `${ms(median(paints.map(it => it.took)))}, ${paints[0]?.rows} rows, ${megabytes(paints[0]?.bytes ?? 0)}`,
    aim: '< 1 s',
  },
  {
    what: 'one update that changes the order, to the wire',
    value: `${ms(median(updates) - pause)} after a pause of ${pause} ms`,
    aim: '< 100 ms',
  },
  { what: 'heap of the states and of what was told', value: `${megabytes(heap)}`, aim: '< 500 MB' },
  { what: 'rows below one Application', value: String(known) },
]);

await front.dispose();
