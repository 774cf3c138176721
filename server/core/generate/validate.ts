import { isUnavailable } from '../facts/facts.ts';
import { type Cluster, clusterOf, IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../model/cluster/secret.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import type { Context } from './context.ts';
import { goQuote } from './go/print.ts';

/** Why the controller skips one generated Application. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the Application. */
  readonly path: string;
}

/**
 * validateGeneratedApplications of argo-cd:applicationset/controllers/applicationset_controller.go, by position. Errors are kept by name
 * there, so of two with one name both are skipped, with the later error.
 */
export function validate(applications: readonly JsonObject[], context: Context): ReadonlyMap<number, Refusal> {
  const byName = new Map<string, Refusal>();
  const names = applications.map(nameOf);
  const seen = new Set<string>();
  const known = knownWorld(context);
  applications.forEach((application, at) => {
    const name = names[at] ?? '';
    const refusal = refusalOf(application, name, seen, known, context);
    seen.add(name);
    if (refusal !== undefined) byName.set(name, refusal);
  });
  if (byName.size === 0) return new Map();
  return new Map(
    names.flatMap((name, at): [number, Refusal][] => {
      const refusal = byName.get(name);
      return refusal === undefined ? [] : [[at, refusal]];
    }),
  );
}

export function nameOf(application: JsonObject): string {
  const metadata = application.metadata;
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

interface World {
  readonly projects: ReadonlySet<string> | undefined;
  readonly clusters: KnownClusters | undefined;
}

/** Clusters by what a destination may name. */
export interface KnownClusters {
  /** Without a slash at the end. */
  readonly servers: ReadonlySet<string>;
  readonly serversByName: ReadonlyMap<string, readonly string[]>;
}

export function knownClusters(clusters: readonly Cluster[]): KnownClusters {
  const serversByName = new Map<string, string[]>();
  for (const { name, server } of clusters) {
    const servers = serversByName.get(name) ?? [];
    serversByName.set(name, [...servers, trimmed(server)]);
  }
  return { servers: new Set(clusters.map(cluster => trimmed(cluster.server))), serversByName };
}

function knownWorld(context: Context): World {
  const projects = context.fact('projects', { all: true });
  const secrets = context.fact('clusters', { all: true });
  const namespace = context.options.controllerNamespace ?? 'argocd';
  return {
    projects:
      projects === undefined || isUnavailable(projects)
        ? undefined
        : new Set(
            projects.flatMap(it =>
              isObject(it.metadata) && typeof it.metadata.name === 'string' ? [it.metadata.name] : [],
            ),
          ),
    clusters:
      secrets === undefined || isUnavailable(secrets)
        ? undefined
        : knownClusters(
            secrets
              .map(clusterOf)
              .filter(cluster => cluster !== undefined)
              .filter(cluster => (cluster.namespace ?? namespace) === namespace),
          ),
  };
}

function refusalOf(
  application: JsonObject,
  name: string,
  seen: ReadonlySet<string>,
  { projects, clusters }: World,
  { set }: Context,
): Refusal | undefined {
  if (name === '') {
    const message = `ApplicationSet ${set.name} contains an application with no name; a name must be set in the template's metadata.name or via a templatePatch (generateName is not supported)`;
    return { code: 'missing-application-name', message, path: '/metadata/name' };
  }
  if (seen.has(name)) {
    const message = `ApplicationSet ${set.name} contains applications with duplicate name: ${name}`;
    return { code: 'duplicate-application-name', message, path: '/metadata/name' };
  }
  // Outside of the window only the name is known.
  if (!isObject(application.spec)) return undefined;
  const project = typeof application.spec.project === 'string' ? application.spec.project : '';
  if (projects !== undefined && !projects.has(project)) {
    const message = `application references project ${project} which does not exist`;
    return { code: 'unknown-project', message, path: '/spec/project' };
  }
  const destination = isObject(application.spec.destination) ? application.spec.destination : {};
  const fault = destinationFault(destination, clusters);
  if (fault === undefined) return undefined;
  return {
    code: 'invalid-destination',
    message: `application destination spec is invalid: ${fault}`,
    path: '/spec/destination',
  };
}

/** argo-cd:util/argo/argo.go, GetDestinationCluster. Where clusters are not known, only what is wrong by itself is told. */
export function destinationFault(destination: JsonObject, clusters: KnownClusters | undefined): string | undefined {
  const server = typeof destination.server === 'string' ? destination.server : '';
  const name = typeof destination.name === 'string' ? destination.name : '';
  if (name !== '' && server !== '')
    return `application destination can't have both name and server defined: ${name} ${server}`;
  if (name === '' && server === '') return 'Destination server missing from app spec';
  if (clusters === undefined) return undefined;
  if (server !== '') return serverFault(server, clusters);
  const servers = clusters.serversByName.get(name) ?? [];
  if (servers.length === 1 || (servers.length === 0 && name === IN_CLUSTER_NAME)) return undefined;
  if (servers.length > 1) return `there are ${servers.length} clusters with the same name: [${servers.join(' ')}]`;
  return `there are no clusters with this name: ${name}`;
}

function serverFault(server: string, clusters: KnownClusters): string | undefined {
  const url = trimmed(server);
  if (url === IN_CLUSTER_SERVER || clusters.servers.has(url)) return undefined;
  return `error getting cluster by server ${goQuote(server)}: rpc error: code = NotFound desc = cluster ${goQuote(url)} not found`;
}

/** Argo CD keeps the addresses of clusters without a slash at the end. */
function trimmed(server: string): string {
  return server.endsWith('/') ? server.replace(/\/+$/, '') : server;
}
