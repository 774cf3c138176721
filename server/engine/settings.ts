import type { Severity } from '../core/text/finding.ts';
import { isObject } from '../core/text/json.ts';

/** What people can choose. Both front doors fill it: the editor from its configuration, the command line from its options. */
export interface Settings {
  /** Minor version whose fields and rules apply, as `3.5`; `undefined` is the newest we know. */
  readonly argocdVersion: string | undefined;
  /** Severity by finding code; `off` hides it. */
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
  /** Directory (a git work tree or a plain folder) by repository URL, for repositories that no opened folder is a clone of. */
  readonly repositories: Readonly<Record<string, string>>;
  /** Command by config management plugin: program and arguments, run in the application's folder of a copy of its repository. */
  readonly plugins: Readonly<Record<string, readonly string[]>>;
  /** A YAML file of cluster Secrets; `undefined`: the Secrets of the workspace. */
  readonly clustersFile: string | undefined;
  /** kubeconfig contexts that count as clusters; they are read by name and never contacted. */
  readonly kubeContexts: readonly string[];
  /** Sample parameters for generators that ask the network (docs/parameters.md). */
  readonly parametersFile: string | undefined;
  /** Controller settings, argo-cd:applicationset/services/repo_service.go and reposerver/repository/repository.go. */
  readonly newGitFileGlobbing: boolean;
  readonly includeHiddenDirectories: boolean;
  /** Where Argo CD runs: cluster Secrets of other namespaces do not count. */
  readonly argocdNamespace: string;
  /** VS Code globs of paths that are not part of the workspace (`files.exclude`). */
  readonly exclude: readonly string[];
  /** Files longer than this are not read, in bytes. */
  readonly maxFileSize: number;
  /** The editor's own proxy (`http.proxy`, `http.noProxy`); a cluster's `proxy-url` goes before it, the environment after it. */
  readonly proxy: { readonly url?: string; readonly noProxy?: readonly string[] };
  /** kubeconfig contexts whose Applications are followed; no other is ever contacted. */
  readonly contexts: readonly string[];
  /** Context by Argo CD's name or address of a cluster; `*` means every other one. */
  readonly destinations: Readonly<Record<string, string>>;
  readonly grouping: 'project' | 'namespace' | 'none';
  /** Every Application is compared anew this often, beside what watches tell; 0 never. */
  readonly refreshMinutes: number;
  /** Whether repositories that no folder has are cloned when an Application of a chosen cluster needs them. */
  readonly fetchRepositories: boolean;
  /** How long an Application may be unhealthy or out of sync before that is told; 0 never. */
  readonly alertSeconds: number;
  /** Whether the sandbox cluster remembers its objects over a restart. */
  readonly sandboxPersists: boolean;
}

export const defaultSettings: Settings = {
  argocdVersion: undefined,
  severities: {},
  repositories: {},
  plugins: {},
  clustersFile: undefined,
  kubeContexts: [],
  parametersFile: undefined,
  newGitFileGlobbing: false,
  includeHiddenDirectories: false,
  argocdNamespace: 'argocd',
  exclude: [],
  maxFileSize: 10_000_000,
  proxy: {},
  contexts: [],
  destinations: {},
  grouping: 'project',
  refreshMinutes: 10,
  fetchRepositories: true,
  alertSeconds: 60,
  sandboxPersists: true,
};

/**
 * Reads a configuration object as an editor hands it over (keys as in package.json below `gitopsWorkbench.`). What makes no sense is told in
 * a sentence and the default stands, so that one wrong setting never switches everything off.
 */
export function settingsFrom(raw: unknown): { readonly settings: Settings; readonly complaints: readonly string[] } {
  const complaints: string[] = [];
  const source = isObject(raw) ? raw : {};
  if (raw !== undefined && raw !== null && !isObject(raw)) complaints.push('The configuration must be an object.');
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), source);

  const read = <T>(path: string, expected: string, accept: (value: unknown) => T | undefined, fallback: T): T => {
    const value = at(path);
    if (value === undefined || value === null || value === '') return fallback;
    const accepted = accept(value);
    if (accepted === undefined)
      complaints.push(`Setting gitopsWorkbench.${path} must be ${expected}; the default is used.`);
    return accepted ?? fallback;
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const flag = (value: unknown) => (typeof value === 'boolean' ? value : undefined);

  const settings: Settings = {
    argocdVersion: read('argocdVersion', 'a version such as "3.5"', versionIn, undefined as string | undefined),
    severities: read('severity', 'an object of finding codes with off, hint, info, warning or error', severitiesIn, {}),
    repositories: read('repositories', 'an object of repository URLs with directories', textsByName, {}),
    plugins: read('plugins', 'an object of plugin names with commands as lists of texts', commandsIn, {}),
    clustersFile: read('clustersFile', 'the path of a file', text, undefined),
    kubeContexts: read('kubeContexts', 'a list of names', textsIn, []),
    parametersFile: read('parametersFile', 'the path of a file', text, undefined),
    newGitFileGlobbing: read('newGitFileGlobbing', 'true or false', flag, false),
    includeHiddenDirectories: read('includeHiddenDirectories', 'true or false', flag, false),
    argocdNamespace: read('argocdNamespace', 'the name of a namespace', text, 'argocd'),
    exclude: read('exclude', 'a list of globs', excludesIn, []),
    maxFileSize: read('maxFileSize', 'a number of bytes greater than zero', positive, defaultSettings.maxFileSize),
    proxy: read('proxy', 'an object with url and noProxy', proxyIn, {}),
    contexts: read('clusters.contexts', 'a list of names', textsIn, []),
    destinations: read(
      'clusters.destinations',
      'an object of cluster names or addresses with contexts',
      textsByName,
      {},
    ),
    grouping: read('clusters.grouping', 'project, namespace or none', groupingIn, defaultSettings.grouping),
    refreshMinutes: read('clusters.refreshMinutes', 'a number of minutes', amount, defaultSettings.refreshMinutes),
    fetchRepositories: read('clusters.fetchRepositories', 'true or false', flag, true),
    alertSeconds: read('alerts.delaySeconds', 'a number of seconds', amount, defaultSettings.alertSeconds),
    sandboxPersists: read('sandbox.persist', 'true or false', flag, true),
  };
  return { settings, complaints };
}

function proxyIn(value: unknown): Settings['proxy'] | undefined {
  if (!isObject(value)) return undefined;
  const { url, noProxy } = value;
  const hosts = textsIn(noProxy);
  return {
    ...(typeof url === 'string' && url !== '' ? { url } : {}),
    ...(hosts && hosts.length > 0 ? { noProxy: hosts } : {}),
  };
}

function versionIn(value: unknown): string | undefined {
  return typeof value === 'string' ? /^v?(\d+\.\d+)(\.\d+)?$/.exec(value)?.[1] : undefined;
}

function severitiesIn(value: unknown): Settings['severities'] | undefined {
  if (!isObject(value)) return undefined;
  const known = ['error', 'warning', 'info', 'hint', 'off'];
  return Object.values(value).every(it => typeof it === 'string' && known.includes(it))
    ? (value as Settings['severities'])
    : undefined;
}

function textsByName(value: unknown): Readonly<Record<string, string>> | undefined {
  return isObject(value) && Object.values(value).every(it => typeof it === 'string')
    ? (value as Readonly<Record<string, string>>)
    : undefined;
}

function commandsIn(value: unknown): Settings['plugins'] | undefined {
  const isCommand = (it: unknown) => Array.isArray(it) && it.length > 0 && it.every(part => typeof part === 'string');
  return isObject(value) && Object.values(value).every(isCommand)
    ? (value as unknown as Settings['plugins'])
    : undefined;
}

function groupingIn(value: unknown): Settings['grouping'] | undefined {
  return value === 'project' || value === 'namespace' || value === 'none' ? value : undefined;
}

function amount(value: unknown): number | undefined {
  return value === 0 ? 0 : positive(value);
}

function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every(it => typeof it === 'string') ? value : undefined;
}

/** A list, or VS Code's own shape `{ glob: true }`. */
function excludesIn(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.every(it => typeof it === 'string') ? value : undefined;
  if (!isObject(value)) return undefined;
  return Object.keys(value).filter(glob => value[glob] === true);
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
