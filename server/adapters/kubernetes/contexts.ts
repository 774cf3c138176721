import { type Clock, ClusterFailure, type Contexts, type Log } from '../../engine/ports.ts';
import type { Limits } from './connection.ts';
import { type Kubeconfig, loadKubeconfig, notesOf, targetOf, usualKubeconfigs } from './kubeconfigs.ts';
import type { ProxySettings } from './proxies.ts';

export interface ContextOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Files instead of those that kubectl would read. */
  readonly kubeconfigs?: readonly string[];
  /** Files behind the user's own, asked for each time: the sandbox writes one while it runs. */
  readonly additional?: () => readonly string[];
  /** The editor's own proxy settings, asked for with each new connection. */
  readonly proxy?: () => ProxySettings;
  readonly limits?: Partial<Limits>;
}

/**
 * Contexts of the user's kubeconfig files, read anew each time: a login in a terminal is seen at once. Listing reads files only; a cluster is
 * contacted by the first question to it.
 */
export function createContexts(options: ContextOptions = {}): Contexts {
  const { clock = wallClock, log = silent, proxy = () => ({}), limits } = options;
  const load = async (name?: string): Promise<Kubeconfig> => {
    const more = options.additional?.() ?? [];
    try {
      return await loadKubeconfig([...(options.kubeconfigs ?? usualKubeconfigs()), ...more]);
    } catch (cause) {
      // A broken file of the user's does not take the sandbox away; for anything else it is the reason to be told.
      const rest = await loadKubeconfig(more);
      if (name === undefined ? rest.contexts.size === 0 : !rest.contexts.has(name)) throw cause;
      log.error('The kubeconfig cannot be read; its contexts are not offered.', cause);
      return rest;
    }
  };
  return {
    list: async () => notesOf(await load()),
    open: async name => {
      const target = async () => targetOf(await load(name), name);
      const { cluster } = await target();
      const server = cluster.value.server;
      if (typeof server !== 'string' || !/^https?:$/.test(URL.canParse(server) ? new URL(server).protocol : ''))
        throw new ClusterFailure('kubeconfig', name, `the server of cluster "${cluster.name}" is no http(s) address`);
      // Whoever opens no cluster does not read a megabyte of HTTP client.
      const { connect } = await import('./connect.ts');
      return connect({ name, server: server.replace(/\/+$/, ''), load: target, clock, log, proxy, limits });
    },
  };
}

const wallClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
