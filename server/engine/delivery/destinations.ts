import { type Cluster, IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../../core/model/cluster/secret.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import type { ContextNote } from '../cluster.ts';

export interface DestinationSubject {
  readonly application: JsonObject;
  /** The chosen contexts only: no other is ever looked at. */
  readonly contexts: readonly ContextNote[];
  /** Argo CD's cluster Secrets of the opened folders: they say which name has which address. */
  readonly clusters: readonly Cluster[];
  /** The user's own words: Argo CD's name or address of a cluster → context; `*` means every other one. */
  readonly mapping: Readonly<Record<string, string>>;
}

export type Destination =
  | { readonly kind: 'context'; readonly context: string }
  /** `told`: the user should read why; else it simply goes to a cluster that was not chosen. */
  | { readonly kind: 'none'; readonly why: string };

/** Which chosen context an Application's destination is. Names and addresses are compared as Argo CD and kubectl write them. */
export function contextFor(subject: DestinationSubject): Destination {
  const { name, server } = destinationOf(subject.application);
  const { contexts, mapping } = subject;
  const chosen = (context: string | undefined): Destination | undefined =>
    context !== undefined && contexts.some(it => it.name === context) ? { kind: 'context', context } : undefined;
  const mapped = mapping[name] ?? mapping[server] ?? mapping['*'];
  if (mapped !== undefined)
    return (
      chosen(mapped) ?? { kind: 'none', why: `The settings map this destination to "${mapped}", which is not chosen.` }
    );
  if (name === IN_CLUSTER_NAME || (name === '' && sameServer(server, IN_CLUSTER_SERVER))) return home(contexts);
  const named = subject.clusters.filter(it => (name === '' ? sameServer(it.server, server) : it.name === name));
  const servers = [server, ...named.map(it => it.server)].filter(it => it !== '');
  const names = [name, ...named.map(it => it.name)].filter(it => it !== '');
  const byServer = contexts.find(it => servers.some(address => sameServer(address, it.server)));
  const byName = contexts.find(it => names.includes(it.name));
  const found = byServer ?? byName;
  if (found) return { kind: 'context', context: found.name };
  const what = name === '' ? server : name;
  return {
    kind: 'none',
    why: `No chosen context has the name or address ${what}. Choose it, or map it in gitopsWorkbench.clusters.destinations.`,
  };
}

function home(contexts: readonly ContextNote[]): Destination {
  const [only, ...others] = contexts;
  const one = others.length === 0 ? only : contexts.find(it => it.current);
  if (one) return { kind: 'context', context: one.name };
  return {
    kind: 'none',
    why:
      contexts.length === 0
        ? 'No cluster is chosen.'
        : `The destination is Argo CD's own cluster, and several are chosen. Say which one it is: gitopsWorkbench.clusters.destinations, "${IN_CLUSTER_SERVER}".`,
  };
}

export function destinationOf(application: JsonObject): {
  readonly name: string;
  readonly server: string;
  readonly namespace: string;
} {
  const spec = isObject(application.spec) ? application.spec : {};
  const destination = isObject(spec.destination) ? spec.destination : {};
  const text = (key: string): string => {
    const value = destination[key];
    return typeof value === 'string' ? value : '';
  };
  return { name: text('name'), server: text('server'), namespace: text('namespace') };
}

/** `https://HOST:443/` and `https://host` are one address. */
export function sameServer(a: string, b: string): boolean {
  return a !== '' && plain(a) === plain(b);
}

function plain(address: string): string {
  return address
    .trim()
    .replace(/\/+$/, '')
    .toLowerCase()
    .replace(/^(https:\/\/[^/]+?):443(?=\/|$)/, '$1')
    .replace(/^(http:\/\/[^/]+?):80(?=\/|$)/, '$1');
}
