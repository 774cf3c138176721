import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Agent, request } from 'undici';
import { isObject, type Json, type JsonObject } from '../../../server/core/text/json.ts';

export interface RawQuestion {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Json | string;
  readonly contentType?: string;
  readonly accept?: string;
}

export interface RawAnswer {
  readonly status: number;
  /** The parsed body; `{}` where it is no JSON object. */
  readonly body: JsonObject;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface RawEvent {
  readonly type: string;
  readonly object: JsonObject;
}

/** HTTP and nothing else: what the suite compares must not have gone through the transport that it tests. */
export class RawApi {
  readonly server: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: Agent;

  constructor(server: string, headers: Readonly<Record<string, string>>, options: Agent.Options) {
    this.server = server;
    this.#headers = headers;
    this.#agent = new Agent({ keepAliveTimeout: 1000, ...options });
  }

  static async open(kubeconfig: string, options: Agent.Options = {}): Promise<RawApi> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const cluster = config.getCurrentCluster();
    const user = config.getCurrentUser();
    if (!cluster) throw new Error(`${kubeconfig} has no current cluster`);
    const connect = {
      ...pem('ca', cluster.caData, cluster.caFile),
      ...pem('cert', user?.certData, user?.certFile),
      ...pem('key', user?.keyData, user?.keyFile),
      ...(cluster.skipTLSVerify && { rejectUnauthorized: false }),
    };
    const headers = user?.token ? { authorization: `Bearer ${user.token}` } : {};
    return new RawApi(cluster.server, headers, { connect, ...options });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  get = (path: string, question?: RawQuestion) => this.ask('GET', path, question);
  post = (path: string, body: Json, question?: RawQuestion) => this.ask('POST', path, { ...question, body });
  put = (path: string, body: Json, question?: RawQuestion) => this.ask('PUT', path, { ...question, body });
  delete = (path: string, question?: RawQuestion) => this.ask('DELETE', path, question);

  /** Server-side apply. */
  apply = (path: string, body: Json, query: RawQuestion['query']) =>
    this.ask('PATCH', path, { body, contentType: 'application/apply-patch+yaml', ...(query && { query }) });

  patch = (path: string, type: 'merge' | 'strategic' | 'json', body: Json, query?: RawQuestion['query']) =>
    this.ask('PATCH', path, {
      body,
      contentType: `application/${type === 'strategic' ? 'strategic-merge-patch' : `${type}-patch`}+json`,
      ...(query && { query }),
    });

  async ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    question: RawQuestion = {},
  ): Promise<RawAnswer> {
    const answer = await this.#send(method, path, question);
    const text = await answer.body.text();
    return { status: answer.statusCode, body: objectIn(text), text, headers: answer.headers };
  }

  /** The events of a watch until `enough` says so, the server ends it, or the deadline of the case comes. */
  async watch(
    path: string,
    query: Readonly<Record<string, string | number | boolean>>,
    enough: (events: readonly RawEvent[]) => boolean,
  ): Promise<readonly RawEvent[]> {
    const answer = await this.#send('GET', path, { query: { timeoutSeconds: 30, ...query, watch: true } });
    const events: RawEvent[] = [];
    let rest = '';
    for await (const chunk of answer.body) {
      rest += String(chunk);
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter(it => it !== '')) events.push(eventIn(line));
      if (enough(events)) break;
    }
    // A refusal comes as a Status instead of events.
    if (events.length === 0 && rest.trim() !== '') events.push({ type: 'ERROR', object: objectIn(rest) });
    return events;
  }

  #send(method: string, path: string, { query = {}, body, contentType, accept }: RawQuestion) {
    const url = new URL(this.server.replace(/\/+$/, '') + path);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
    return request(url, {
      method: method as 'GET',
      dispatcher: this.#agent,
      headers: {
        ...this.#headers,
        accept: accept ?? 'application/json',
        ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }
}

function pem(name: 'ca' | 'cert' | 'key', data: string | undefined, file: string | undefined) {
  if (data) return { [name]: Buffer.from(data, 'base64') };
  return file ? { [name]: readFileSync(file) } : {};
}

function objectIn(text: string): JsonObject {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // Plain text, as for paths that the server does not know; `text` has it.
    return {};
  }
}

function eventIn(line: string): RawEvent {
  const value = objectIn(line);
  return { type: String(value.type), object: isObject(value.object) ? value.object : {} };
}
