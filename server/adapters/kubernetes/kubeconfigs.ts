import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ClusterFailure, type ContextNote } from '../../engine/ports.ts';

/** The files that kubectl would read: those of KUBECONFIG, else ~/.kube/config. */
export function usualKubeconfigs(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const named = (environment.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  return named.length > 0 ? [...new Set(named)] : [join(homedir(), '.kube', 'config')];
}

/** Texts of the files that kubectl would read. Files that are not there count as empty, as with kubectl. */
export async function readKubeconfigs(): Promise<readonly string[]> {
  return Promise.all(usualKubeconfigs().map(path => readFile(path, 'utf8').catch(() => '')));
}

/** A part of a kubeconfig as it is written, and the folder that its relative paths start from. */
export interface Entry {
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly folder: string;
}

/** Several files as one: of two entries with the same name the first wins, as with kubectl. */
export interface Kubeconfig {
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly current: string | undefined;
}

/** One context with what it names. */
export interface Target {
  readonly context: Entry;
  readonly cluster: Entry;
  /** Absent: anonymous. */
  readonly user: Entry | undefined;
}

export async function loadKubeconfig(files: readonly string[]): Promise<Kubeconfig> {
  const contexts = new Map<string, Entry>();
  const clusters = new Map<string, Entry>();
  const users = new Map<string, Entry>();
  let current: string | undefined;
  for (const file of files) {
    const config = await readConfig(file);
    const folder = dirname(file);
    collect(contexts, config.contexts, 'context', folder);
    collect(clusters, config.clusters, 'cluster', folder);
    collect(users, config.users, 'user', folder);
    current ??= text(config['current-context']) || undefined;
  }
  return { contexts, clusters, users, current };
}

export function notesOf({ contexts, clusters, current }: Kubeconfig): readonly ContextNote[] {
  return [...contexts.values()].map(({ name, value }) => ({
    name,
    server: text(clusters.get(text(value.cluster))?.value.server),
    user: text(value.user),
    namespace: text(value.namespace) || undefined,
    current: name === current,
  }));
}

export function targetOf({ contexts, clusters, users }: Kubeconfig, name: string): Target {
  const context = contexts.get(name);
  if (!context) throw new ClusterFailure('kubeconfig', name, `no kubeconfig file has a context "${name}"`);
  const [clusterName, userName] = [text(context.value.cluster), text(context.value.user)];
  const cluster = clusters.get(clusterName);
  if (!cluster || text(cluster.value.server) === '') {
    const message = `context "${name}" names a cluster "${clusterName}" that ${cluster ? 'has no server address' : 'is not there'}`;
    throw new ClusterFailure('kubeconfig', name, message);
  }
  const user = users.get(userName);
  if (!user && userName !== '')
    throw new ClusterFailure('kubeconfig', name, `context "${name}" names a user "${userName}" that is not there`);
  return { context, cluster, user };
}

async function readConfig(file: string): Promise<Readonly<Record<string, unknown>>> {
  let written: string;
  try {
    written = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw unreadable(file, cause);
  }
  try {
    const value: unknown = parse(written, { maxAliasCount: 1000 });
    if (value === null || value === undefined) return {};
    if (isRecord(value)) return value;
  } catch (cause) {
    // The parser's message quotes the line, which may hold a token.
    const place = (cause as { readonly linePos?: readonly { readonly line: number }[] }).linePos?.[0]?.line;
    throw unreadable(file, new Error(`it is not valid YAML${place === undefined ? '' : ` (line ${place})`}`));
  }
  throw unreadable(file, new Error('it is not a mapping'));
}

function unreadable(file: string, cause: unknown): ClusterFailure {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ClusterFailure('kubeconfig', file, `${file} cannot be read as a kubeconfig: ${message}`);
}

/** Entries without a name or without a body are passed over: one broken entry must not hide the others. */
function collect(into: Map<string, Entry>, list: unknown, key: string, folder: string): void {
  for (const it of Array.isArray(list) ? list : []) {
    if (!isRecord(it)) continue;
    const name = text(it.name);
    const value = it[key];
    if (name === '' || into.has(name)) continue;
    if (isRecord(value)) into.set(name, { name, value, folder });
    else if (key === 'user') into.set(name, { name, value: {}, folder });
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
