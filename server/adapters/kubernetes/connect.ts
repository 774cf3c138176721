import type { Clock, Cluster, Log } from '../../engine/ports.ts';
import { KubernetesCluster } from './cluster.ts';
import { Connection, type Limits } from './connection.ts';
import { CredentialSource } from './credentials.ts';
import type { Target } from './kubeconfigs.ts';
import { Pool } from './pool.ts';
import type { ProxySettings } from './proxies.ts';

export interface Connecting {
  readonly name: string;
  readonly server: string;
  /** Reads the context anew: a login changes it. */
  readonly load: () => Promise<Target>;
  readonly clock: Clock;
  readonly log: Log;
  readonly proxy: () => ProxySettings;
  readonly limits: Partial<Limits> | undefined;
}

/** The parts behind one context; nothing is sent yet. */
export function connect({ name, server, load, clock, log, proxy, limits }: Connecting): Cluster {
  const credentials = new CredentialSource(load, clock);
  const pool = new Pool(proxy);
  const connection = new Connection({ context: name, server, credentials, pool, clock, ...(limits && { limits }) });
  return new KubernetesCluster(connection, log);
}
