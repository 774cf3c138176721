/** The clusters of `npm start`: three sandboxes on which the sample's Applications run, one of them drifting and one degraded. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';
import { say } from './run.mjs';

export const demoClusters = ['staging', 'production-eu', 'production-us'];

/** Synced at the start, so that there is something to look at; everything else waits for its first sync. */
const synced = [
  ['guestbook-production-eu', 'production-eu'],
  ['checkout-production-eu', 'production-eu'],
  ['orders-production-us', 'production-us'],
  ['checkout-production-us', 'production-us'],
  ['policies-staging', 'staging'],
  ['shop-guestbook', 'staging'],
];

/**
 * Starts the clusters and fills them; resolves when they answer, `filled` when everything is as it should be.
 * @param {{ home: string, folder: string }} places `home` takes the kubeconfig, `folder` is the sample repository
 */
export async function startDemoClusters({ home, folder }) {
  const state = join(home, 'state');
  mkdirSync(state, { recursive: true });
  // Language server and command line find the clusters there.
  process.env.XDG_STATE_HOME = state;
  const seed = join(root, 'test', 'vscode', 'demo', 'namespaces.yaml');
  const names = demoClusters.flatMap(it => ['--name', it]);
  const child = spawn(
    process.execPath,
    [join(root, 'dist', 'cli.mjs'), 'sandbox', ...names, '--with-argocd', '--seed', seed],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const kubeconfig = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', it => {
      text += it;
      const found = /The kubeconfig is (.+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    child.once('close', code => reject(new Error(`the sandbox clusters ended with status ${code}`)));
  });
  const filled = fill(kubeconfig, folder).catch(cause => say(`[clusters] ${cause.message}`));
  return { kubeconfig, filled, stop: () => child.kill('SIGTERM') };
}

async function fill(kubeconfig, folder) {
  const queue = [...synced];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await sync(next, kubeconfig, folder);
  };
  await Promise.all([worker(), worker()]);
  // Somebody scaled it by hand: it drifts.
  await patch(kubeconfig, 'production-eu', 'shop-guestbook', 'guestbook', { spec: { replicas: 4 } });
  // Somebody tried an image that cannot be pulled: it degrades.
  await patch(kubeconfig, 'production-us', 'shop-orders', 'orders', {
    spec: {
      progressDeadlineSeconds: 5,
      template: { spec: { containers: [{ name: 'orders', image: 'registry.example.com/shop/orders:broken' }] } },
    },
  });
  say('[clusters] guestbook-production-eu drifts and orders-production-us is degraded');
}

function sync([application, context], kubeconfig, folder) {
  const args = ['sync', application, '--context', context, '--kubeconfig', kubeconfig, '--yes', '--output', 'json'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.mjs'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', it => {
      said += it;
    });
    child.on('close', code =>
      code === 0 ? resolve() : reject(new Error(`${application} was not synced: ${said.trim()}`)),
    );
  });
}

async function patch(kubeconfig, context, namespace, name, body) {
  const { clusters } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const { server } = clusters.find(it => it.name === context).cluster;
  const address = `${server}/apis/apps/v1/namespaces/${namespace}/deployments/${name}?fieldManager=kubectl-edit`;
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  const answer = await fetch(address, { method: 'PATCH', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${context}: ${await answer.text()}`);
}
