import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, request as secureRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';

/** What can go wrong between a client and an API server. */
export type Fault =
  /** Answered in the server's place; the server never hears of the request. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number; readonly message?: string }
  /** The connection breaks before the request has reached the server. */
  | { readonly kind: 'reset' }
  /** The server does what it was asked, and the connection breaks before the answer arrives. */
  | { readonly kind: 'loseAnswer' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Half open: the request is taken, and nothing ever comes back. */
  | { readonly kind: 'hang' }
  /** The answer begins, and then nothing more comes, without an end. */
  | { readonly kind: 'stall' }
  /** A watch is told that its version is too old, as its first event. */
  | { readonly kind: 'expire' }
  /** The server's clock is wrong by this much. */
  | { readonly kind: 'clockSkew'; readonly milliseconds: number };

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

export interface FaultProxy {
  /** Like the one that was given, through the proxy. */
  readonly kubeconfig: string;
  /** Everything that clients asked, in order. */
  readonly requests: readonly ProxiedRequest[];
  /** From now on; `times` requests that match, or all. Of several that match, the first that was added wins. */
  inject(
    fault: Fault,
    options?: { readonly when?: (request: ProxiedRequest) => boolean; readonly times?: number },
  ): void;
  /** No more faults; what hangs goes on hanging. */
  heal(): void;
  /** Breaks every connection now. */
  cut(): void;
  close(): Promise<void>;
}

interface Rule {
  readonly fault: Fault;
  readonly when: (request: ProxiedRequest) => boolean;
  left: number;
}

interface Upstream {
  readonly url: URL;
  readonly ca: Buffer | undefined;
}

/**
 * A reverse proxy on loopback in front of the API server of a kubeconfig that logs in by token, or not at all: a client certificate cannot be
 * passed on. For HTTPS it needs a certificate that the kubeconfig's authority signed.
 */
export async function startFaultProxy(options: {
  readonly kubeconfig: string;
  /** Where the changed kubeconfig is written. */
  readonly target: string;
  readonly serving?: { readonly certificate: string; readonly key: string };
}): Promise<FaultProxy> {
  const upstream = upstreamOf(options.kubeconfig);
  const rules: Rule[] = [];
  const requests: ProxiedRequest[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const asked = { method: request.method ?? 'GET', path: request.url ?? '/' };
    requests.push(asked);
    const rule = rules.find(it => it.left > 0 && it.when(asked));
    if (rule) rule.left -= 1;
    // A client that went away is what these cases are about.
    serve(request, response, upstream, rule?.fault).catch(() => response.destroy());
  };
  const server = options.serving
    ? createSecureServer(
        { cert: readFileSync(options.serving.certificate), key: readFileSync(options.serving.key) },
        handle,
      )
    : createServer(handle);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const through = `${options.serving ? 'https' : 'http'}://127.0.0.1:${port}`;
  const text = readFileSync(options.kubeconfig, 'utf8');
  if (!text.includes(upstream.url.origin))
    throw new Error(`${options.kubeconfig} does not name ${upstream.url.origin}`);
  writeFileSync(options.target, text.replaceAll(upstream.url.origin, through), { mode: 0o600 });
  return {
    kubeconfig: options.target,
    requests,
    inject: (fault, { when = () => true, times = Number.POSITIVE_INFINITY } = {}) => {
      rules.push({ fault, when, left: times });
    },
    heal: () => {
      rules.length = 0;
    },
    cut: () => server.closeAllConnections(),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function upstreamOf(kubeconfig: string): Upstream {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(`${kubeconfig} has no current cluster`);
  return { url: new URL(cluster.server), ca: cluster.caData ? Buffer.from(cluster.caData, 'base64') : undefined };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: Upstream,
  fault: Fault | undefined,
): Promise<void> {
  switch (fault?.kind) {
    case 'status':
      return refuse(response, fault);
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hang':
      request.resume();
      return;
    case 'expire':
      return expire(response);
    case 'delay':
      await sleep(fault.milliseconds);
      break;
    default:
  }
  const answer = await ask(request, response, upstream);
  if (fault?.kind === 'loseAnswer') {
    // Only once the whole answer is here is it certain that the server has done its work.
    for await (const _ of answer);
    request.socket.resetAndDestroy();
    return;
  }
  const headers = { ...answer.headers };
  if (fault?.kind === 'clockSkew') headers.date = new Date(Date.now() + fault.milliseconds).toUTCString();
  response.writeHead(answer.statusCode ?? 502, headers);
  if (fault?.kind === 'stall') {
    response.flushHeaders();
    answer.resume();
    return;
  }
  for await (const chunk of answer) response.write(chunk);
  response.end();
}

function ask(request: IncomingMessage, response: ServerResponse, { url, ca }: Upstream): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, host: url.host };
    const options = { method: request.method, path: request.url, host: url.hostname, port: url.port, headers };
    const asked =
      url.protocol === 'https:' ? secureRequest({ ...options, ca }, resolve) : plainRequest(options, resolve);
    asked.on('error', reject);
    // A watch that the client gave up must not stay open behind it.
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  });
}

function refuse(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  const { status, retryAfter, message = `the proxy answers ${status}` } = fault;
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  });
  response.end(JSON.stringify(statusObject(status, message)));
}

function expire(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const object = { ...statusObject(410, 'too old resource version: 1 (2)'), reason: 'Expired' };
  response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
}

function statusObject(code: number, message: string) {
  const reasons: Readonly<Record<number, string>> = {
    410: 'Expired',
    429: 'TooManyRequests',
    500: 'InternalError',
    503: 'ServiceUnavailable',
  };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: reasons[code] ?? '',
    code,
  };
}
