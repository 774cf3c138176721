import { destinationFault } from '../generate/validate.ts';
import { type Cluster, IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../model/cluster/secret.ts';
import { normalizeGitUrl } from '../model/gitUrl.ts';
import { itemsOf, listOf, objectAt, objectOf, textOf } from '../rollout/view.ts';
import type { Problem } from '../text/finding.ts';
import { globMatches } from '../text/gobwas.ts';
import type { JsonObject } from '../text/json.ts';
import { isTemplate } from './sources.ts';

/** What a project lets an Application do (argo-cd:pkg/apis/application/v1alpha1/app_project_types.go). */
export interface Membership {
  readonly project: JsonObject;
  readonly name: string;
  readonly clusters?: readonly Cluster[];
}

export function permissionProblems(spec: JsonObject, at: string, membership: Membership): readonly Problem[] {
  return [...repositoryProblems(spec, at, membership), ...destinationProblems(spec, at, membership)];
}

function repositoryProblems(spec: JsonObject, at: string, { project, name }: Membership): readonly Problem[] {
  return repositoriesOf(spec, at)
    .filter(({ url }) => url !== '' && !isTemplate(url) && !isSourcePermitted(project, url))
    .map(({ url, path, word }) => ({
      code: 'not-permitted',
      message: `${word} repo ${url} is not permitted in project '${name}'. The project's sourceRepos do not let it in.`,
      path,
    }));
}

interface UsedRepository {
  readonly url: string;
  readonly path: string;
  readonly word: 'application' | 'sync source';
}

function repositoriesOf(spec: JsonObject, at: string): readonly UsedRepository[] {
  const word = 'application';
  const hydrator = objectOf(spec, 'sourceHydrator');
  if (hydrator) {
    const dry = textOf(objectOf(hydrator, 'drySource'), 'repoURL');
    const sync = textOf(objectOf(hydrator, 'syncSource'), 'repoURL');
    const other =
      sync === '' || sync === dry
        ? []
        : [{ url: sync, path: `${at}/sourceHydrator/syncSource/repoURL`, word: 'sync source' as const }];
    return [{ url: dry, path: `${at}/sourceHydrator/drySource/repoURL`, word }, ...other];
  }
  const sources = listOf(spec, 'sources');
  if (sources.length > 0) {
    return sources.map((it, i) => ({ url: textOf(it, 'repoURL'), path: `${at}/sources/${i}/repoURL`, word }));
  }
  return [{ url: textOf(objectOf(spec, 'source'), 'repoURL'), path: `${at}/source/repoURL`, word }];
}

/** [!] A deny pattern that does not match counts as a match, so `["!x"]` lets everything else in. */
export function isSourcePermitted(project: JsonObject, repoURL: string): boolean {
  const url = normalizeGitUrl(repoURL) ?? '';
  const patterns = textsOf(objectOf(project, 'spec'), 'sourceRepos').map(it => ({
    denies: it.startsWith('!'),
    glob: normalizeGitUrl(it.replace(/^!/, '')) ?? '',
  }));
  const matches = ({ glob }: { readonly glob: string }): boolean => glob === '*' || globMatches(glob, url, '/');
  if (patterns.some(it => it.denies && matches(it))) return false;
  return patterns.some(it => it.denies || matches(it));
}

function textsOf(parent: JsonObject | undefined, key: string): readonly string[] {
  return itemsOf(parent, key).filter(it => typeof it === 'string');
}

export interface Destination {
  readonly server: string;
  readonly name: string;
  readonly namespace: string;
}

/** [!] A name that a deny rule hits refuses whatever the namespace is; a server, only together with the namespace. */
export function isDestinationPermitted(project: JsonObject, destination: Destination): boolean {
  let permitted = false;
  for (const item of listOf(objectOf(project, 'spec'), 'destinations')) {
    const [byName, byServer, byNamespace] = [textOf(item, 'name'), textOf(item, 'server'), textOf(item, 'namespace')];
    const name = destination.name !== '' && matchesRule(byName, destination.name);
    const server = destination.server !== '' && matchesRule(byServer, destination.server);
    const namespace = matchesRule(byNamespace, destination.namespace);
    if ((server || name) && namespace) permitted = true;
    else if ((!name && byName.startsWith('!')) || (!server && byServer.startsWith('!') && namespace)) return false;
    else if (!namespace && byNamespace.startsWith('!') && server) return false;
  }
  return permitted;
}

/**
 * Why a project keeps a resource out of a namespace (argo-cd:controller/sync.go, validateSyncPermissions). Nothing is said where a rule is about
 * a word for the cluster that is not known.
 */
export function namespaceFault(project: JsonObject, destination: JsonObject, namespace: string): string | undefined {
  const cluster = clusterOf(destination);
  if (!isDecided(project, cluster) || isDestinationPermitted(project, { ...cluster, namespace })) return undefined;
  return `namespace ${namespace} is not permitted in project '${textOf(objectOf(project, 'metadata'), 'name')}'`;
}

function matchesRule(pattern: string, text: string): boolean {
  if (pattern.startsWith('!')) return !globMatches(pattern.slice(1), text);
  return pattern === '*' || globMatches(pattern, text);
}

function destinationProblems(
  spec: JsonObject,
  at: string,
  { project, name, clusters }: Membership,
): readonly Problem[] {
  const destination = objectOf(spec, 'destination') ?? {};
  const namespace = textOf(destination, 'namespace');
  const open = ['server', 'name', 'namespace'].some(it => isTemplate(textOf(destination, it)));
  if (open || destinationFault(destination, undefined) !== undefined) return [];
  const cluster = clusterOf(destination, clusters);
  if (!isDecided(project, cluster) || isDestinationPermitted(project, { ...cluster, namespace })) return [];
  const server = textOf(destination, 'name') === '' ? cluster.server : cluster.name;
  const message = `application destination server '${server}' and namespace '${namespace}' do not match any of the allowed destinations in project '${name}'`;
  return [{ code: 'not-permitted', message, path: `${at}/destination` }];
}

/** Both words for the cluster, as far as they are known; the controller compares a rule's name and server with either. */
function clusterOf(
  destination: JsonObject,
  clusters: readonly Cluster[] = [],
): { readonly server: string; readonly name: string } {
  const [name, server] = [textOf(destination, 'name'), textOf(destination, 'server').replace(/\/+$/, '')];
  const known = clusters.find(it => (name === '' ? it.server.replace(/\/+$/, '') === server : it.name === name));
  if (known) return { server: known.server.replace(/\/+$/, ''), name: known.name };
  if (name === IN_CLUSTER_NAME || server === IN_CLUSTER_SERVER)
    return { server: IN_CLUSTER_SERVER, name: IN_CLUSTER_NAME };
  return { server, name };
}

/** A rule about the word that is not known could go either way; then nothing is said. */
function isDecided(project: JsonObject, cluster: { readonly server: string; readonly name: string }): boolean {
  const rules = listOf(objectAt(project, 'spec'), 'destinations');
  const needs = (key: 'name' | 'server'): boolean => cluster[key] === '' && rules.some(it => textOf(it, key) !== '');
  return !needs('name') && !needs('server');
}
