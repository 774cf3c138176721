import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isObject } from '../../core/text/json.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What the user has told helm and docker. Nothing is asked for, and no helper program is run. */
export interface Credentials {
  /** Of a chart repository by its address, as `helm repo add` keeps it. */
  repository(url: string): Promise<Login | undefined>;
  /** Of a registry's host, as `helm registry login` and `docker login` keep it. */
  registry(host: string): Promise<Login | undefined>;
}

export function userCredentials(env: NodeJS.ProcessEnv = process.env, home = homedir()): Credentials {
  const helm = helmFolder(env, home);
  const registries = [
    env.HELM_REGISTRY_CONFIG ?? join(helm, 'registry', 'config.json'),
    join(env.DOCKER_CONFIG ?? join(home, '.docker'), 'config.json'),
  ];
  return {
    repository: async url => {
      const text = await textOf(env.HELM_REPOSITORY_CONFIG ?? join(helm, 'repositories.yaml'));
      const config: unknown = text === undefined ? undefined : parse(text, { logLevel: 'silent' });
      const known = isObject(config) && Array.isArray(config.repositories) ? config.repositories : [];
      const found = known.filter(isObject).find(it => typeof it.url === 'string' && isSame(it.url, url));
      return loginFrom(found?.username, found?.password);
    },
    registry: async host => {
      for (const file of registries) {
        const text = await textOf(file);
        const login = text === undefined ? undefined : loginIn(text, host);
        if (login) return login;
      }
      return undefined;
    },
  };
}

/** helm:pkg/helmpath/lazypath_*.go. */
function helmFolder(env: NodeJS.ProcessEnv, home: string): string {
  if (env.HELM_CONFIG_HOME) return env.HELM_CONFIG_HOME;
  if (env.XDG_CONFIG_HOME) return join(env.XDG_CONFIG_HOME, 'helm');
  if (process.platform === 'darwin') return join(home, 'Library', 'Preferences', 'helm');
  return process.platform === 'win32' && env.APPDATA ? join(env.APPDATA, 'helm') : join(home, '.config', 'helm');
}

function loginIn(text: string, host: string): Login | undefined {
  const config = jsonOf(text);
  const auths = isObject(config) && isObject(config.auths) ? config.auths : {};
  const entry = auths[host] ?? auths[`https://${host}`] ?? auths[`https://${host}/v1/`];
  if (!isObject(entry) || typeof entry.auth !== 'string') return undefined;
  const decoded = Buffer.from(entry.auth, 'base64').toString('utf8');
  const cut = decoded.indexOf(':');
  return cut < 0 ? undefined : loginFrom(decoded.slice(0, cut), decoded.slice(cut + 1));
}

function loginFrom(username: unknown, password: unknown): Login | undefined {
  return typeof username === 'string' && typeof password === 'string' && username !== ''
    ? { username, password }
    : undefined;
}

/** A file of somebody else's that is not JSON tells us nothing, which is the same as not being there. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

function isSame(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

export function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
