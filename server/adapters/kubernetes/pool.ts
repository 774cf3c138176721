import { createHash } from 'node:crypto';
import tls from 'node:tls';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import type { Credentials, TlsOptions } from './credentials.ts';
import { type ProxySettings, proxyFor } from './proxies.ts';

type BuildOptions = buildConnector.BuildOptions;

/** Shorter than the idle limits of usual load balancers (60 s), so that they seldom close a connection under a request. */
const idleMs = 30_000;
const connectMs = 15_000;

/** Kept connections: equal TLS settings share a pool, so that a hundred requests need two connections and not a hundred. */
export class Pool {
  readonly #proxy: () => ProxySettings;
  readonly #dispatchers = new Map<string, Dispatcher>();

  constructor(proxy: () => ProxySettings) {
    this.#proxy = proxy;
  }

  for(credentials: Credentials): Dispatcher {
    const proxy = credentials.proxy ?? proxyFor(credentials.server, this.#proxy());
    const key = keyOf(credentials.tls, proxy);
    const known = this.#dispatchers.get(key);
    if (known) return known;
    // Settings change when a certificate was renewed: what goes over the former connections ends by itself.
    for (const former of this.#dispatchers.values()) void former.close().catch(() => undefined);
    this.#dispatchers.clear();
    const made = dispatcherOf(credentials, proxy);
    this.#dispatchers.set(key, made);
    return made;
  }

  async close(): Promise<void> {
    const all = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(all.map(it => it.destroy()));
  }
}

function dispatcherOf({ tls: options, server }: Credentials, proxy: string | undefined): Dispatcher {
  const authorities = server.startsWith('https:') && options.ca === undefined ? systemAuthorities() : {};
  const connect = {
    ...(options as BuildOptions),
    ...authorities,
    timeout: connectMs,
    keepAlive: true,
    keepAliveInitialDelay: idleMs,
  };
  const common = { keepAliveTimeout: idleMs, pipelining: 1 };
  if (proxy === undefined) return new Agent({ ...common, connect });
  // Its SOCKS 5 always leaves names to the proxy, which is what `socks5h` asks for.
  return new ProxyAgent({ ...common, uri: proxy.replace(/^socks5h:/, 'socks5:'), requestTls: connect });
}

/** Companies put their own authority into the system's store; Node looks there only when told to (22.15 and later). */
function systemAuthorities(): { readonly ca?: string[] } {
  const { getCACertificates } = tls as { readonly getCACertificates?: (kind: 'default' | 'system') => string[] };
  if (!getCACertificates) return {};
  return { ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])] };
}

function keyOf(options: TlsOptions, proxy: string | undefined): string {
  const parts = [options.ca, options.cert, options.key, options.servername, options.rejectUnauthorized, proxy];
  return createHash('sha256')
    .update(JSON.stringify(parts.map(it => (Buffer.isBuffer(it) ? it.toString('base64') : it))))
    .digest('hex');
}
