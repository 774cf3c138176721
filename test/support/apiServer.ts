import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { createContexts } from '../../server/adapters/kubernetes/contexts.ts';
import type { Json } from '../../server/core/text/json.ts';
import type { Clock, Cluster } from '../../server/engine/ports.ts';

/** What a client asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Common name of the client certificate. */
  readonly client: string | undefined;
}

export type Reply =
  | {
      readonly status?: number;
      readonly body?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string | string[]>;
    }
  /** The connection is cut without an answer. */
  | 'cut'
  /** Nothing is ever answered. */
  | 'silence'
  /** Whatever else HTTP can do. */
  | ((response: ServerResponse) => void);

export interface ApiServer {
  readonly url: string;
  readonly asked: Asked[];
  /** How many connections were made. */
  connections(): number;
  /** A kubeconfig file of one context, `test`. */
  kubeconfig(more?: { readonly user?: object; readonly cluster?: object; readonly context?: object }): string;
  /** Through our own transport; waits are a hundred times shorter. */
  open(more?: OpenOptions): Promise<Cluster>;
  /** Cuts every connection, and takes no new ones. */
  close(): Promise<void>;
  readonly folder: string;
}

export interface OpenOptions {
  readonly user?: object;
  readonly cluster?: object;
  readonly limits?: Parameters<typeof createContexts>[0] extends infer O | undefined
    ? O extends { readonly limits?: infer L }
      ? L
      : never
    : never;
}

/** Time runs a hundred times as fast for whoever waits. */
export const hurriedClock: Clock = {
  now: () => performance.now() * 100,
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds / 100);
    return { cancel: () => clearTimeout(timer) };
  },
};

export const tlsFile = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const pem = (name: string): string => readFileSync(tlsFile(name), 'utf8');
export const base64 = (name: string): string => Buffer.from(pem(name)).toString('base64');

/**
 * An API server of the tests' own: discovery of a few kinds, and for everything else what the case says. For the ways of the protocol that a
 * sound server seldom shows.
 */
export async function apiServer(
  reply: (asked: Asked, count: number) => Reply | Promise<Reply>,
  { tls = true }: { readonly tls?: boolean } = {},
): Promise<ApiServer> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = await read(request);
    const known = discovery[one.path];
    if (!known) asked.push(one);
    send(response, known ? { body: known } : await reply(one, asked.length));
  };
  const server = tls
    ? https.createServer(
        {
          cert: pem('server.crt'),
          key: pem('server.key'),
          ca: pem('ca.crt'),
          requestCert: true,
          rejectUnauthorized: false,
        },
        listener,
      )
    : http.createServer(listener);
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'gitops-api-'));
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clusters: Cluster[] = [];
  onTestFinished(async () => {
    await Promise.all(clusters.map(it => it.dispose()));
    for (const it of sockets) it.destroy();
    await new Promise(resolve => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });
  const kubeconfig: ApiServer['kubeconfig'] = ({ user = {}, cluster = {}, context = {} } = {}) => {
    const file = join(folder, 'kubeconfig');
    const authority = tls ? { 'certificate-authority-data': base64('ca.crt') } : {};
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester', ...context } }],
      clusters: [{ name: 'test', cluster: { server: url, ...authority, ...cluster } }],
      users: [{ name: 'tester', user }],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  };
  return {
    url,
    asked,
    folder,
    connections: () => connections,
    kubeconfig,
    open: async ({ limits, ...more } = {}) => {
      const contexts = createContexts({
        kubeconfigs: [kubeconfig(more)],
        clock: hurriedClock,
        ...(limits && { limits }),
      });
      const cluster = await contexts.open('test');
      clusters.push(cluster);
      return cluster;
    },
    close: async () => {
      for (const it of sockets) it.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** A `Status` as the API server writes it. */
export function status(code: number, reason: string, message: string, details: Json = {}): Reply {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
  return { status: code, body };
}

/** A watch that says these lines and then ends, or stays open. */
export function watching(events: readonly (readonly [string, object])[], { open = false } = {}): Reply {
  return response => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const [type, object] of events) response.write(`${JSON.stringify({ type, object })}\n`);
    if (!open) response.end();
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://test');
  const chunks: Buffer[] = [];
  for await (const it of request) chunks.push(it as Buffer);
  const socket = request.socket as Socket & { getPeerCertificate?: () => { subject?: { CN?: string } } };
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    client: socket.getPeerCertificate?.().subject?.CN,
  };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'silence') return;
  if (reply === 'cut') {
    response.socket?.destroy();
    return;
  }
  if (typeof reply === 'function') {
    reply(response);
    return;
  }
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  response.end(reply.text ?? JSON.stringify(reply.body ?? {}));
}

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

const resource = (name: string, kind: string, namespaced = true) => ({
  resource: name,
  responseKind: { group: '', version: '', kind },
  scope: namespaced ? 'Namespaced' : 'Cluster',
  singularResource: kind.toLowerCase(),
  verbs,
});

const groups = (items: readonly (readonly [string, string, readonly object[]])[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: items.map(([name, version, resources]) => ({
    metadata: name === '' ? {} : { name },
    versions: [{ version, resources, freshness: 'Current' }],
  })),
});

const discovery: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '36', gitVersion: 'v1.36.3' },
  '/api': groups([
    [
      '',
      'v1',
      [
        resource('configmaps', 'ConfigMap'),
        resource('namespaces', 'Namespace', false),
        resource('pods', 'Pod'),
        resource('secrets', 'Secret'),
      ],
    ],
  ]),
  '/apis': groups([
    ['apps', 'v1', [resource('deployments', 'Deployment')]],
    ['rbac.authorization.k8s.io', 'v1', [resource('clusterroles', 'ClusterRole', false)]],
  ]),
};

/** What comes true in a moment: machines that do much at once are slow. */
export const soon = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: 20_000, interval: 20 });
