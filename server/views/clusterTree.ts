import type { ApplicationStatus } from '../core/status/application.ts';
import type { ClusterStatus, UnplacedApplication } from '../engine/delivery.ts';
import type { DeliveryNode, TreeFilter } from '../protocol/delivery.ts';
import { addressText } from './addresses.ts';
import { applicationNode, belowApplication, resourceNodes } from './applicationNodes.ts';
import { countWords, isIll, rank, wantsALook } from './marks.ts';
import { permissionText } from './permissions.ts';
import { idOf, partsOf } from './treeIds.ts';

/** What the tree is made from. */
export interface ClustersState {
  readonly clusters: readonly ClusterStatus[];
  /** Sorted by cluster, namespace, name. */
  readonly applications: readonly ApplicationStatus[];
  /** Declared, but going to no chosen cluster. */
  readonly unplaced: readonly UnplacedApplication[];
}

export const everything: TreeFilter = { text: '', worstFirst: true, only: 'all', grouping: 'project' };

export const clusterId = (name: string): string => idOf(['cluster', name]);
const groupId = (cluster: string, grouping: string, name: string): string => idOf(['group', cluster, grouping, name]);

/** Cluster → group → Application → its resources as owners have them → Pods. `parent` absent: the clusters. */
export function clusterChildren(state: ClustersState, filter: TreeFilter, parent?: string): readonly DeliveryNode[] {
  if (parent === undefined)
    return [
      ...state.clusters.map(it => clusterNode(it, filter, ofCluster(state, it.name))),
      ...(state.clusters.length > 0 && state.unplaced.length > 0 ? [unplacedNode(state.unplaced.length)] : []),
    ];
  const [kind, first = '', second = '', third = ''] = partsOf(parent);
  switch (kind) {
    case 'cluster':
      return belowCluster(state, filter, first);
    case 'group':
      return filter.grouping === second ? applicationsOf(grouped(state, filter, first, third), filter) : [];
    case 'application': {
      const application = state.applications.find(it => it.id === first);
      return application ? belowApplication(application) : [];
    }
    case 'resource': {
      const application = state.applications.find(it => it.id === first);
      return application ? resourceNodes(application, second) : [];
    }
    case 'unplaced':
      return state.unplaced.map(
        ({ name, why }, i): DeliveryNode => ({
          id: idOf(['unplaced application', String(i)]),
          label: name,
          description: why,
          tooltip: why,
          icon: 'circle-outline',
          context: 'unplacedApplication',
          children: 'none',
          accessibility: `Application ${name} is not followed. ${why}`,
        }),
      );
    default:
      return [];
  }
}

/** Whoever misses an Application finds it here, with the reason. */
function unplacedNode(count: number): DeliveryNode {
  const label = `${count} ${count === 1 ? 'Application goes' : 'Applications go'} elsewhere`;
  return {
    id: idOf(['unplaced']),
    label,
    tooltip: `${label}: to clusters that are not chosen, or not known by the name that they use.`,
    icon: 'globe',
    context: 'unplaced',
    children: 'collapsed',
    accessibility: label,
  };
}

/** Ids of the nodes above an Application whose words count it in. */
export function ancestorsOf(application: ApplicationStatus, filter: TreeFilter): readonly string[] {
  const above = [clusterId(application.cluster)];
  if (filter.grouping !== 'none')
    above.push(groupId(application.cluster, filter.grouping, groupOf(application, filter)));
  return above;
}

export function passes(application: ApplicationStatus, filter: TreeFilter): boolean {
  if (filter.only === 'outOfSync' && application.sync !== 'OutOfSync') return false;
  if (filter.only === 'unhealthy' && !isIll(application.health) && application.phase === 'ready') return false;
  if (filter.text === '') return true;
  const { name, namespace, project, cluster, destinationNamespace } = application;
  const text = `${cluster} ${project} ${namespace}/${name} ${destinationNamespace}`.toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}

// — clusters —

function clusterNode(
  cluster: ClusterStatus,
  filter: TreeFilter,
  applications: readonly ApplicationStatus[],
): DeliveryNode {
  const { name, state, server, gitVersion, message, argocd } = cluster;
  const word = stateWords[state];
  const shown = applications.filter(it => passes(it, filter));
  const counts =
    applications.length === 0
      ? state === 'connected'
        ? 'no Applications'
        : ''
      : countWords(applications, shown.length);
  const description = [word, counts, argocd ? 'Argo CD' : ''].filter(it => it !== '').join(' · ');
  const ill = state === 'connected' && applications.some(wantsALook);
  return {
    id: clusterId(name),
    label: name,
    description,
    tooltip: [
      addressText(server),
      gitVersion && `Kubernetes ${gitVersion}`,
      argocd && 'Argo CD drives its Applications',
      message,
    ]
      .filter(it => it)
      .join('\n'),
    icon: clusterIcons[state],
    ...(state === 'connected'
      ? ill
        ? { color: worstColor(applications) }
        : {}
      : state === 'connecting'
        ? {}
        : { color: 'gitopsWorkbench.degraded' }),
    context: `cluster ${state}`,
    children: 'expanded',
    accessibility: `Cluster ${name}, ${description || 'connected'}`,
    cluster: name,
  };
}

const worstColor = (applications: readonly ApplicationStatus[]): string =>
  applications.some(it => it.health === 'Degraded' || it.phase === 'renderFailed')
    ? 'gitopsWorkbench.degraded'
    : applications.some(it => it.health === 'Missing')
      ? 'gitopsWorkbench.missing'
      : 'gitopsWorkbench.outOfSync';

/** What stands beside a cluster; nothing where all is well. */
export const stateWords: Readonly<Record<ClusterStatus['state'], string>> = {
  connecting: 'connecting…',
  connected: '',
  unreachable: 'unreachable',
  loginExpired: 'login expired',
  forbidden: 'permission missing',
};

const clusterIcons: Readonly<Record<ClusterStatus['state'], string>> = {
  connecting: 'loading~spin',
  connected: 'server-environment',
  unreachable: 'debug-disconnect',
  loginExpired: 'lock',
  forbidden: 'lock',
};

function belowCluster(state: ClustersState, filter: TreeFilter, name: string): readonly DeliveryNode[] {
  const cluster = state.clusters.find(it => it.name === name);
  const all = ofCluster(state, name);
  const shown = all.filter(it => passes(it, filter));
  const trouble = cluster ? troubleNodes(cluster) : [];
  if (shown.length === 0) return [...trouble, ...emptyNodes(cluster, all.length, trouble.length)];
  if (filter.grouping === 'none') return [...trouble, ...applicationsOf(shown, filter)];
  const groups = new Map<string, ApplicationStatus[]>();
  for (const it of shown) {
    const group = groupOf(it, filter);
    const known = groups.get(group);
    if (known) known.push(it);
    else groups.set(group, [it]);
  }
  const ranked = [...groups].map(([group, its]) => ({ group, its, worst: worstRank(its) }));
  return [
    ...trouble,
    ...ranked
      .sort((a, b) => (filter.worstFirst ? a.worst - b.worst : 0) || order(a.group, b.group))
      .map(({ group, its }) => groupNode(name, group, its, filter, groups.size)),
  ];
}

/** What is wrong with a cluster, what to do, and each permission that is missing, on lines of their own. */
function troubleNodes({ name, state, message, reason, missing }: ClusterStatus): readonly DeliveryNode[] {
  if (state === 'connecting' || (state === 'connected' && missing.length === 0)) return [];
  const line = (part: string, label: string, icon: string, context = 'trouble'): DeliveryNode => ({
    id: idOf(['trouble', name, part]),
    label,
    tooltip: label,
    icon,
    ...(icon !== 'lightbulb' && { color: 'gitopsWorkbench.degraded' }),
    context,
    children: 'none',
    accessibility: label,
    cluster: name,
  });
  const advice: Readonly<Record<ClusterStatus['state'], string>> = {
    connecting: '',
    connected: 'Some things may not be read, and are not shown:',
    unreachable: 'Check the network, the VPN or the address in the kubeconfig.',
    loginExpired: 'Log in again in a terminal, as you do for kubectl; then refresh.',
    forbidden: 'Ask whoever manages the cluster for these permissions; then refresh.',
  };
  return [
    ...(message === undefined || state === 'connected' ? [] : [line('message', message, 'error', 'trouble retry')]),
    // What is wrong with a kubeconfig says itself what to do.
    ...(reason === 'kubeconfig' ? [] : [line('advice', advice[state], 'lightbulb')]),
    ...missing.map(it => line(`permission ${permissionText(it)}`, permissionText(it), 'lock')),
  ];
}

function emptyNodes(cluster: ClusterStatus | undefined, hidden: number, told: number): readonly DeliveryNode[] {
  if (!cluster || (told > 0 && hidden === 0)) return [];
  const label =
    hidden > 0
      ? `${hidden === 1 ? 'Its Application is' : `All ${hidden} Applications are`} hidden by the filter`
      : cluster.state === 'connecting'
        ? 'Connecting…'
        : 'No Application of the opened folders has this cluster as its destination';
  const tooltip =
    hidden > 0
      ? label
      : `${label}. Argo CD's names and addresses of clusters can be mapped to contexts: gitopsWorkbench.clusters.destinations.`;
  return [
    {
      id: idOf(['empty', cluster.name]),
      label,
      tooltip,
      icon: hidden > 0 ? 'filter' : 'info',
      context: hidden > 0 ? 'filtered' : 'empty',
      children: 'none',
      accessibility: label,
      cluster: cluster.name,
    },
  ];
}

// — groups —

function groupNode(
  cluster: string,
  group: string,
  applications: readonly ApplicationStatus[],
  { grouping }: TreeFilter,
  groups: number,
): DeliveryNode {
  const counts = countWords(applications);
  const label = group || '(none)';
  return {
    id: groupId(cluster, grouping, group),
    label,
    description: counts,
    tooltip: `${grouping === 'project' ? 'Project' : 'Namespace'} ${label}\n${counts}`,
    icon: grouping === 'project' ? 'project' : 'symbol-namespace',
    ...(applications.some(wantsALook) && { color: worstColor(applications) }),
    context: 'group',
    // Thousands of lines are unfolded by whoever wants them.
    children: groups <= 5 && applications.length <= 50 ? 'expanded' : 'collapsed',
    accessibility: `${grouping === 'project' ? 'Project' : 'Namespace'} ${label}, ${counts}`,
    cluster,
  };
}

const groupOf = (application: ApplicationStatus, { grouping }: TreeFilter): string =>
  grouping === 'project' ? application.project : application.destinationNamespace;

function grouped(state: ClustersState, filter: TreeFilter, cluster: string, group: string) {
  return ofCluster(state, cluster).filter(it => groupOf(it, filter) === group && passes(it, filter));
}

function worstRank(applications: readonly ApplicationStatus[]): number {
  let worst = Number.POSITIVE_INFINITY;
  for (const it of applications) worst = Math.min(worst, rank(it));
  return worst;
}

// — Applications —

function applicationsOf(applications: readonly ApplicationStatus[], filter: TreeFilter): readonly DeliveryNode[] {
  const ranked = applications.map(it => ({ it, rank: filter.worstFirst ? rank(it) : 0 }));
  return ranked
    .sort((a, b) => a.rank - b.rank || order(a.it.name, b.it.name) || order(a.it.id, b.it.id))
    .map(({ it }) => applicationNode(it));
}

const ofCluster = ({ applications }: ClustersState, cluster: string): readonly ApplicationStatus[] =>
  applications.filter(it => it.cluster === cluster);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
