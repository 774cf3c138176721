import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { HttpMethod, RequestContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { Agent, type Dispatcher, request } from 'undici';
import { ClusterFailure } from '../../engine/ports.ts';
import { connectionFailure, failureOf } from './failures.ts';

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Credentials are looked up again after this time: tokens in files are renewed, plugins answer from their own cache. */
const credentialsLastMs = 10_000;
const answerTimeoutMs = 60_000;
const mostTries = 4;

/**
 * One user at one API server over kept connections. The package gives credentials and TLS settings; objects go over the wire as they are,
 * because its typed serializers drop what they do not know.
 */
export class Connection {
  readonly context: string;
  readonly server: string;
  readonly #config: KubeConfig;
  readonly #dispatchers = new Map<string, Dispatcher>();
  #credentials: Promise<Credentials> | undefined;
  #credentialsAt = 0;

  constructor(config: KubeConfig, context: string) {
    this.#config = config;
    this.context = context;
    this.server = config.getCurrentCluster()?.server ?? '';
    // The package makes a new agent, and so a new TLS connection, for every request; equal settings share one here.
    const overridable = config as unknown as Overridable;
    const make = overridable.createDispatcher.bind(config);
    overridable.createDispatcher = (cluster, options) => this.#dispatcher(options, () => make(cluster, options));
  }

  /** Reads are tried again; anything else is sent once, unless the server says that it did not even look at it. */
  async ask(question: Question): Promise<Answer> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#once(question);
      } catch (cause) {
        if (!(cause instanceof ClusterFailure) || tried >= mostTries || !mayRepeat(question, cause)) throw cause;
        const waited = (cause.retryAfterSeconds ?? 0) * 1000 || 100 * 2 ** tried;
        await sleep(waited * (0.75 + Math.random() / 2), question.signal);
      }
    }
  }

  /** The body as it comes, for watches; the caller reads it to its end or aborts. */
  async stream(question: Question): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#send(question, 0);
    if (response.statusCode >= 400)
      throw failureOf({ ...(await textOf(response)), status: response.statusCode }, this.#about(question));
    return response.body;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map(it => it.destroy()));
    this.#dispatchers.clear();
  }

  async #once(question: Question): Promise<Answer> {
    const response = await this.#send(question, answerTimeoutMs);
    const { text, retryAfter } = await textOf(response).catch(cause => {
      if (question.signal?.aborted) throw question.signal.reason;
      throw connectionFailure(cause, this.#about(question));
    });
    const status = response.statusCode;
    if (status === 401) this.#credentials = undefined;
    if (status >= 400) throw failureOf({ status, text, retryAfter }, this.#about(question));
    return { status, text, warnings: warningsOf(response.headers.warning) };
  }

  async #send(question: Question, timeoutMs: number): Promise<Dispatcher.ResponseData> {
    const { headers, dispatcher } = await this.#authenticated();
    try {
      return await request(this.#url(question), {
        method: question.method,
        dispatcher,
        headers: {
          ...headers,
          accept: question.accept ?? 'application/json',
          ...(question.body === undefined ? {} : { 'content-type': question.contentType ?? 'application/json' }),
        },
        ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
        ...(question.signal && { signal: question.signal }),
        headersTimeout: answerTimeoutMs,
        bodyTimeout: timeoutMs,
      });
    } catch (cause) {
      if (question.signal?.aborted) throw question.signal.reason;
      throw connectionFailure(cause, this.#about(question));
    }
  }

  #url({ path, query = {} }: Question): string {
    const url = new URL(this.server.replace(/\/+$/, '') + path);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    return url.href;
  }

  #about({ method, path }: Question): string {
    return `${this.context}: ${method} ${path}`;
  }

  #authenticated(): Promise<Credentials> {
    const now = Date.now();
    if (!this.#credentials || now - this.#credentialsAt > credentialsLastMs) {
      this.#credentialsAt = now;
      const asked = this.#lookUp();
      this.#credentials = asked;
      asked.catch(() => {
        if (this.#credentials === asked) this.#credentials = undefined;
      });
    }
    return this.#credentials;
  }

  async #lookUp(): Promise<Credentials> {
    const context = new RequestContext(this.server, HttpMethod.GET);
    try {
      await this.#config.applySecurityAuthentication(context);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new ClusterFailure('kubeconfig', this.context, message, { cause });
    }
    const dispatcher = context.getDispatcher() as unknown as Dispatcher | undefined;
    return { headers: context.getHeaders(), dispatcher: dispatcher ?? this.#dispatcher({}, () => undefined) };
  }

  #dispatcher(options: TlsOptions, make: () => Dispatcher | undefined): Dispatcher {
    const key = JSON.stringify([options.cert?.toString(), options.ca?.toString(), options.rejectUnauthorized]);
    const known = this.#dispatchers.get(key);
    if (known) return known;
    // Plain HTTP is what the package refuses; the sandbox speaks it on loopback.
    const made = (this.server.startsWith('http:') ? undefined : make()) ?? new Agent({ connect: options });
    this.#dispatchers.set(key, made);
    return made;
  }
}

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** Private in the package's declarations. */
interface Overridable {
  createDispatcher(cluster: unknown, options: TlsOptions): Dispatcher | undefined;
}

function mayRepeat({ method }: Question, { reason }: ClusterFailure): boolean {
  if (reason === 'tooManyRequests') return true;
  return method === 'GET' && (reason === 'unreachable' || reason === 'serverError' || reason === 'timeout');
}

async function textOf(response: Dispatcher.ResponseData): Promise<{ text: string; retryAfter: string | undefined }> {
  const retryAfter = response.headers['retry-after'];
  return { text: await response.body.text(), retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter };
}

/** `299 - "text"` (RFC 7234); the API server sends one header each. */
function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  const lines = header === undefined ? [] : typeof header === 'string' ? [header] : header;
  return lines.flatMap(line => [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(it => unquote(it[1] ?? '')));
}

const unquote = (text: string): string => text.replaceAll(/\\(.)/g, '$1');

export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
