import { BlockList, isIP } from 'node:net';

/** What the user's editor or caller says about proxies; it goes before the environment, a kubeconfig's `proxy-url` before both. */
export interface ProxySettings {
  readonly url?: string;
  readonly noProxy?: readonly string[];
}

/**
 * The proxy for a server; `undefined`: none. The environment is read as Go's programs read it (golang.org/x/net/http/httpproxy): the lower-case
 * name goes first, loopback is never proxied.
 */
export function proxyFor(
  server: string,
  { url = '', noProxy = [] }: ProxySettings,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const { hostname, port, protocol } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return undefined;
  const named = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  const proxy = url || (protocol === 'http:' ? named('HTTP_PROXY') : named('HTTPS_PROXY')) || named('ALL_PROXY');
  if (proxy === '') return undefined;
  const exceptions = [...noProxy, ...named('NO_PROXY').split(',')].map(it => it.trim().toLowerCase());
  const at = port === '' ? (protocol === 'http:' ? '80' : '443') : port;
  return exceptions.some(it => it !== '' && excepts(it, host, at)) ? undefined : withScheme(proxy);
}

function excepts(exception: string, host: string, port: string): boolean {
  if (exception === '*') return true;
  if (exception.includes('/')) return isIn(exception, host);
  const [, name = exception, itsPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(exception) ?? [];
  if (itsPort !== undefined && itsPort !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  if (bare.startsWith('.')) return host.endsWith(bare);
  return host === bare || (isIP(bare) === 0 && host.endsWith(`.${bare}`));
}

function isIn(range: string, host: string): boolean {
  const family = isIP(host);
  const [net = '', bits = ''] = range.split('/');
  if (family === 0 || isIP(net) !== family || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(net, Number(bits), type);
  return list.check(host, type);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

const withScheme = (proxy: string): string => (/^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
