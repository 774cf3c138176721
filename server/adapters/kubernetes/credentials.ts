import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { type Clock, ClusterFailure } from '../../engine/ports.ts';
import { ExecPlugin, type PluginCredentials } from './execPlugin.ts';
import { type Entry, isRecord, type Target, text } from './kubeconfigs.ts';

/** What goes with every request of one user, and what its connections are made with. */
export interface Credentials {
  readonly server: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly tls: TlsOptions;
  readonly proxy: string | undefined;
  readonly plugin: PluginCredentials | undefined;
}

export interface TlsOptions {
  readonly ca?: Buffer | string | readonly string[];
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly passphrase?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** Looked up again after this time: tokens and certificates in files are renewed by others. */
const lastsMs = 10_000;

/** The credentials of one context: looked up once for all who ask at the same time, and anew when the server refuses them. */
export class CredentialSource {
  readonly #load: () => Promise<Target>;
  readonly #clock: Clock;
  #asked: Promise<Credentials> | undefined;
  #askedAt = 0;
  #loaded: Promise<User> | undefined;
  #doubted = false;

  constructor(load: () => Promise<Target>, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  current(): Promise<Credentials> {
    const now = this.#clock.now();
    if (!this.#asked || now - this.#askedAt > lastsMs) {
      this.#askedAt = now;
      const asked = this.#lookUp();
      this.#asked = asked;
      asked.catch(() => {
        if (this.#asked === asked) this.#asked = undefined;
      });
    }
    return this.#asked;
  }

  /** The server refused these: a plugin is run again; without one the kubeconfig is read again, as a login may have changed it. */
  async refused(credentials: Credentials): Promise<void> {
    const user = await this.#loaded;
    if (credentials.plugin && user?.plugin) user.plugin.forget(credentials.plugin);
    this.doubt();
  }

  /** Nobody answers there, or not to this login: the kubeconfig may say something else by now, as after a restart of a local cluster. */
  doubt(): void {
    this.#asked = undefined;
    this.#doubted = true;
  }

  async #lookUp(): Promise<Credentials> {
    if (this.#doubted || !this.#loaded) {
      this.#doubted = false;
      this.#loaded = this.#read(this.#loaded);
    }
    const loaded = this.#loaded;
    try {
      return await credentialsOf(await loaded);
    } catch (cause) {
      // Whoever corrects the kubeconfig is heard at once.
      if (cause instanceof ClusterFailure && cause.reason === 'kubeconfig') this.doubt();
      throw cause;
    }
  }

  /** A plugin keeps what it gave, and its rest after a failure, as long as the kubeconfig says the same. */
  async #read(former: Promise<User> | undefined): Promise<User> {
    const target = await this.#load();
    const known = await former?.catch(() => undefined);
    if (known && JSON.stringify(known.target) === JSON.stringify(target)) return known;
    const plugin =
      target.user && isRecord(target.user.value.exec)
        ? new ExecPlugin(target.user, target.cluster, this.#clock)
        : undefined;
    return { target, plugin, config: await configOf(target) };
  }
}

interface User {
  readonly target: Target;
  readonly plugin: ExecPlugin | undefined;
  readonly config: KubeConfig;
}

/**
 * Of the kubeconfig the package reads addresses, certificates, passwords, tokens and the login of OIDC, Azure and Google; plugins, token
 * files and impersonated groups it does not do, or not well enough, so they are ours.
 */
async function configOf({ context, cluster, user }: Target): Promise<KubeConfig> {
  // Half a megabyte that nobody needs before the first cluster is contacted.
  const [{ KubeConfig }, { newClusters, newUsers }] = await Promise.all([
    import('@kubernetes/client-node/dist/config.js'),
    import('@kubernetes/client-node/dist/config_types.js'),
  ]);
  const {
    exec: _,
    'token-file': __,
    as: ___,
    ...known
  } = absolute(user, ['client-certificate', 'client-key'])?.value ?? {};
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: newClusters([{ name: cluster.name, cluster: absolute(cluster, ['certificate-authority'])?.value }]),
    users: newUsers([{ name: user?.name ?? 'anonymous', user: known }]),
    contexts: [{ name: context.name, cluster: cluster.name, user: user?.name ?? 'anonymous' }],
    currentContext: context.name,
  });
  return config;
}

function absolute(entry: Entry | undefined, keys: readonly string[]): Entry | undefined {
  if (!entry) return undefined;
  const value = { ...entry.value };
  for (const key of keys) {
    const path = text(value[key]);
    if (path !== '' && !isAbsolute(path)) value[key] = join(entry.folder, path);
  }
  return { ...entry, value };
}

async function credentialsOf({ target, plugin, config }: User): Promise<Credentials> {
  const { headers, tls } = await known(config, target);
  const own = target.user?.value ?? {};
  const given = await plugin?.credentials();
  const token = given?.token ?? (await tokenIn(target.user));
  return {
    server: text(target.cluster.value.server).replace(/\/+$/, ''),
    headers: {
      ...headers,
      ...(token === undefined || headers.Authorization !== undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...impersonation(own),
    },
    tls: { ...tls, ...(given?.certificate && given.key ? { cert: given.certificate, key: given.key } : {}) },
    proxy: text(target.cluster.value['proxy-url']) || undefined,
    plugin: given,
  };
}

/** What the package makes of a user: headers, and the options that it would connect with. */
async function known(
  config: KubeConfig,
  { cluster, user }: Target,
): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly tls: TlsOptions }> {
  const { HttpMethod, RequestContext } = await import('@kubernetes/client-node/dist/gen/http/http.js');
  const context = new RequestContext(text(cluster.value.server), HttpMethod.GET);
  let tls: TlsOptions = {};
  // The package would make a new agent, and so a new TLS connection, for every request; connections are pooled elsewhere.
  (config as unknown as Overridable).createDispatcher = (_, options) => {
    tls = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
    return undefined;
  };
  try {
    await config.applySecurityAuthentication(context);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const login = isRecord(user?.value['auth-provider']);
    const message = login ? `logging in as "${user?.name}" failed: ${what}` : what;
    throw new ClusterFailure(login ? 'unauthorized' : 'kubeconfig', cluster.name, message, { cause });
  }
  return { headers: context.getHeaders(), tls };
}

/** Private in the package's declarations. */
interface Overridable {
  createDispatcher: (cluster: unknown, options: TlsOptions) => undefined;
}

/** Tokens in files are renewed by whoever wrote them, so the file is read each time. */
async function tokenIn(user: Entry | undefined): Promise<string | undefined> {
  const file = text(user?.value.tokenFile);
  if (!user || file === '' || text(user.value.token) !== '') return undefined;
  const path = isAbsolute(file) ? file : join(user.folder, file);
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new ClusterFailure('kubeconfig', user.name, `the token file ${path} cannot be read (${code})`, { cause });
  }
}

/** client-go:transport/round_trippers.go, NewImpersonatingRoundTripper */
function impersonation(user: Readonly<Record<string, unknown>>): Readonly<Record<string, string | string[]>> {
  const name = text(user.as);
  if (name === '') return {};
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const groups = texts(user['as-groups']);
  const uid = text(user['as-uid']);
  const extra = isRecord(user['as-user-extra']) ? user['as-user-extra'] : {};
  return {
    'Impersonate-User': name,
    ...(groups.length > 0 && { 'Impersonate-Group': groups }),
    ...(uid !== '' && { 'Impersonate-Uid': uid }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, value]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, texts(value)]),
    ),
  };
}
