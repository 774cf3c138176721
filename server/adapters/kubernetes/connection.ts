import { setMaxListeners } from 'node:events';
import { type Dispatcher, request } from 'undici';
import { type Clock, ClusterFailure } from '../../engine/ports.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { connectionFailure, failureOf } from './failures.ts';
import type { Pool } from './pool.ts';
import { secretsIn } from './secrets.ts';
import { Turnstile } from './turnstile.ts';

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  /** A POST that changes nothing: an access review. */
  readonly harmless?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
}

export interface ConnectionOptions {
  readonly context: string;
  readonly server: string;
  readonly credentials: CredentialSource;
  readonly pool: Pool;
  readonly clock: Clock;
  /** For tests; the defaults fit people and networks. */
  readonly limits?: Partial<Limits>;
}

export interface Limits {
  readonly readMs: number;
  /** The API server itself gives up after 60 s. */
  readonly writeMs: number;
  /** A watch that is silent for so long is taken as broken: bookmarks come every minute. */
  readonly silenceMs: number;
  readonly tries: number;
  readonly firstPauseMs: number;
  /** Longer than this we do not wait for a server that asks to wait. */
  readonly longestPauseMs: number;
}

const usual: Limits = {
  readMs: 35_000,
  writeMs: 65_000,
  silenceMs: 150_000,
  tries: 5,
  firstPauseMs: 200,
  longestPauseMs: 20_000,
};

/** More at once does not make an API server faster, and each takes a connection. */
const requestsAtOnce = 32;

/** One user at one API server. Objects go over the wire as they are: nothing is dropped and nothing converted. */
export class Connection {
  readonly context: string;
  readonly server: string;
  readonly clock: Clock;
  readonly #credentials: CredentialSource;
  readonly #pool: Pool;
  readonly #limits: Limits;
  readonly #turnstile = new Turnstile(requestsAtOnce);
  #closed: ClusterFailure | undefined;

  constructor({ context, server, credentials, pool, clock, limits }: ConnectionOptions) {
    this.context = context;
    this.server = server;
    this.clock = clock;
    this.#credentials = credentials;
    this.#pool = pool;
    this.#limits = { ...usual, ...limits };
  }

  /** Reads are tried again; anything else is sent once, unless the server says that it did not even look at it. */
  async ask(question: Question): Promise<Answer> {
    const { signal } = question;
    for (let tried = 1; ; tried++) {
      signal?.throwIfAborted();
      try {
        return await this.#turnstile.pass(() => this.#once(question), signal);
      } catch (cause) {
        const tries = isSlow(cause) ? Math.min(2, this.#limits.tries) : this.#limits.tries;
        const ended = this.#closed !== undefined || tried >= tries;
        if (!(cause instanceof ClusterFailure) || ended || !mayRepeat(question, cause)) throw cause;
        await pause(this.clock, this.#pauseAfter(cause, tried), signal);
      }
    }
  }

  /** The body as it comes, for watches; the caller reads it to its end or aborts. It fails when nothing came for too long. */
  async stream(question: Question): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#authenticated(question, this.#limits.silenceMs);
    if (response.statusCode < 400) return response.body;
    throw await this.#refusal(question, response);
  }

  async close(): Promise<void> {
    this.#closed = new ClusterFailure('unreachable', this.context, `the connection to ${this.context} was closed`);
    await this.#pool.close();
  }

  async #once(question: Question): Promise<Answer> {
    const limit = question.method === 'GET' ? this.#limits.readMs : this.#limits.writeMs;
    const response = await this.#authenticated(question, limit);
    if (response.statusCode >= 300) throw await this.#refusal(question, response);
    const text = await this.#textOf(question, response);
    return { status: response.statusCode, text, warnings: warningsOf(response.headers.warning) };
  }

  /** A refused login is looked up anew and tried once more: with 401 the server did nothing, so that a write is not repeated. */
  async #authenticated(question: Question, silenceMs: number): Promise<Dispatcher.ResponseData> {
    const used = await this.#credentials.current();
    const response = await this.#send(question, used, silenceMs);
    if (response.statusCode !== 401) return response;
    await this.#credentials.refused(used);
    const refusal = await this.#refusal(question, response);
    const renewed = await this.#credentials.current();
    if (isSame(used, renewed)) throw refusal;
    return this.#send(question, renewed, silenceMs);
  }

  async #send(question: Question, credentials: Credentials, silenceMs: number): Promise<Dispatcher.ResponseData> {
    const { body, method } = question;
    if (this.#closed) throw this.#closed;
    // One signal may call off hundreds of requests; Node takes more than ten listeners for a leak.
    if (question.signal) setMaxListeners(0, question.signal);
    try {
      return await request(this.#url(question, credentials.server), {
        method,
        dispatcher: this.#pool.for(credentials),
        headers: {
          ...credentials.headers,
          'user-agent': 'gitops-workbench',
          accept: question.accept ?? 'application/json',
          ...(body === undefined ? {} : { 'content-type': question.contentType ?? 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(question.signal && { signal: question.signal }),
        headersTimeout: method === 'GET' ? this.#limits.readMs : this.#limits.writeMs,
        bodyTimeout: silenceMs,
      });
    } catch (cause) {
      throw this.#broken(question, cause);
    }
  }

  async #textOf(question: Question, response: Dispatcher.ResponseData): Promise<string> {
    try {
      return await response.body.text();
    } catch (cause) {
      throw this.#broken(question, cause);
    }
  }

  async #refusal(question: Question, response: Dispatcher.ResponseData): Promise<ClusterFailure> {
    const retryAfter = response.headers['retry-after'];
    return failureOf(
      {
        status: response.statusCode,
        text: await this.#textOf(question, response),
        retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      },
      this.#about(question),
      secretsIn(question),
    );
  }

  #broken(question: Question, cause: unknown): unknown {
    if (question.signal?.aborted) return question.signal.reason;
    if (this.#closed) return this.#closed;
    this.#credentials.doubt();
    return connectionFailure(cause, this.#about(question), this.server);
  }

  #pauseAfter({ retryAfterSeconds }: ClusterFailure, tried: number): number {
    const wanted = retryAfterSeconds === undefined ? 0 : retryAfterSeconds * 1000;
    const usualPause = this.#limits.firstPauseMs * 2 ** (tried - 1);
    // Never earlier than asked; spread, so that many who were turned away do not come back at once.
    return Math.min(this.#limits.longestPauseMs, Math.max(wanted, usualPause)) * (1 + Math.random() / 2);
  }

  #url({ path, query = {} }: Question, server: string): string {
    const url = new URL(server + path);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    return url.href;
  }

  #about({ method, path }: Question): string {
    return `${this.context}: ${method} ${path}`;
  }
}

function isSame(a: Credentials, b: Credentials): boolean {
  const text = ({ server, headers, tls }: Credentials): string =>
    JSON.stringify([server, headers, tls.cert?.toString(), tls.ca?.toString()]);
  return text(a) === text(b);
}

/** Waiting five times for what never comes would keep people in the dark for minutes. */
const isSlow = (cause: unknown): boolean => cause instanceof ClusterFailure && cause.reason === 'timeout';

function mayRepeat({ method, harmless }: Question, { reason, retryAfterSeconds }: ClusterFailure): boolean {
  if (method !== 'GET' && !harmless) return reason === 'tooManyRequests' && retryAfterSeconds !== undefined;
  return reason === 'tooManyRequests' || reason === 'unreachable' || reason === 'serverError' || reason === 'timeout';
}

/** `299 - "text"` (RFC 7234); the API server sends one header each. */
function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  const lines = header === undefined ? [] : typeof header === 'string' ? [header] : header;
  return lines.flatMap(line => [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(it => unquote(it[1] ?? '')));
}

const unquote = (text: string): string => text.replaceAll(/\\(.)/g, '$1');

export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}
