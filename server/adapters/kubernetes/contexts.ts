import type { Clock, Contexts, Log } from '../../engine/ports.ts';
import { KubernetesCluster } from './cluster.ts';
import { Connection, type Limits } from './connection.ts';
import { CredentialSource } from './credentials.ts';
import { loadKubeconfig, notesOf, targetOf, text, usualKubeconfigs } from './kubeconfigs.ts';
import { Pool } from './pool.ts';
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
  const { clock = wallClock, log = silent } = options;
  const load = () =>
    loadKubeconfig([...(options.kubeconfigs ?? usualKubeconfigs()), ...(options.additional?.() ?? [])]);
  return {
    list: async () => notesOf(await load()),
    open: async name => {
      const { cluster } = targetOf(await load(), name);
      const connection = new Connection({
        context: name,
        server: text(cluster.value.server).replace(/\/+$/, ''),
        credentials: new CredentialSource(async () => targetOf(await load(), name), clock),
        pool: new Pool(options.proxy ?? (() => ({}))),
        clock,
        ...(options.limits && { limits: options.limits }),
      });
      return new KubernetesCluster(connection, log);
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
