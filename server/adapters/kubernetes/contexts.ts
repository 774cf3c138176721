import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { type Cluster, ClusterFailure, type ContextNote, type Contexts } from '../../engine/ports.ts';
import { KubernetesCluster } from './cluster.ts';
import { Connection } from './connection.ts';

export interface ContextOptions {
  /** Files instead of those that kubectl would read. */
  readonly kubeconfigs?: readonly string[];
}

/** Contexts of the user's kubeconfig files. Listing reads files only; a cluster is contacted by the first question to it. */
export function createContexts(options: ContextOptions = {}): Contexts {
  const config = () => mergedConfig(options.kubeconfigs ?? usualFiles());
  return {
    list: async () => notesOf(config()),
    open: async name => open(config(), name),
  };
}

function usualFiles(): readonly string[] {
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

/** Of several files the first that has a name wins, as with kubectl; files that are not there count as empty. */
function mergedConfig(files: readonly string[]): KubeConfig {
  const merged = new KubeConfig();
  for (const file of files.filter(it => existsSync(it))) {
    const one = new KubeConfig();
    try {
      one.loadFromFile(file, { onInvalidEntry: 'filter' });
    } catch (cause) {
      const message = `${file} is not a kubeconfig: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new ClusterFailure('kubeconfig', file, message, { cause });
    }
    merged.clusters = [...merged.clusters, ...one.clusters.filter(it => !merged.getCluster(it.name))];
    merged.users = [...merged.users, ...one.users.filter(it => !merged.getUser(it.name))];
    merged.contexts = [...merged.contexts, ...one.contexts.filter(it => !merged.getContextObject(it.name))];
    merged.currentContext ??= one.currentContext;
  }
  return merged;
}

function notesOf(config: KubeConfig): readonly ContextNote[] {
  return config.getContexts().map(it => ({
    name: it.name,
    server: config.getCluster(it.cluster)?.server ?? '',
    user: it.user,
    namespace: it.namespace,
    current: it.name === config.getCurrentContext(),
  }));
}

function open(config: KubeConfig, name: string): Cluster {
  const context = config.getContextObject(name);
  if (!context) throw new ClusterFailure('kubeconfig', name, `no kubeconfig file has a context "${name}"`);
  if (!config.getCluster(context.cluster))
    throw new ClusterFailure(
      'kubeconfig',
      name,
      `context "${name}" names a cluster "${context.cluster}" that is not there`,
    );
  config.setCurrentContext(name);
  return new KubernetesCluster(new Connection(config, name));
}
