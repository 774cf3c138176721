import type { ApplicationStatus, ResourceStatus } from '../core/status/application.ts';
import { keyText } from '../core/sync/resource.ts';
import type { DeliveryNode } from '../protocol/delivery.ts';
import { applicationMark, applicationWords, isRunning, resourceMark, resourceWords } from './marks.ts';
import { idOf } from './treeIds.ts';

/** Lines of the view Clusters from an Application down to its Pods. */
const applicationNodeId = (id: string): string => idOf(['application', id]);

/** A state that did not change has the line that it had: of thousands, one is made anew. */
const made = new WeakMap<ApplicationStatus, DeliveryNode>();

export function applicationNode(application: ApplicationStatus): DeliveryNode {
  const known = made.get(application);
  if (known) return known;
  const node = newApplicationNode(application);
  made.set(application, node);
  return node;
}

function newApplicationNode(application: ApplicationStatus): DeliveryNode {
  const { id, name, namespace, project, cluster, message, operation, automated, declared } = application;
  const states = applicationWords(application);
  const words = automated?.on ? `${states} · automated` : states;
  const running = operation !== undefined && isRunning(operation);
  const context = [
    'application',
    running ? 'running' : 'idle',
    application.phase === 'ready' ? 'ready' : application.phase,
    declared ? 'declared' : '',
    application.driver,
    automated && application.driver === 'direct' ? (automated.on ? 'loopOn' : 'loopOff') : '',
  ].filter(it => it !== '');
  return {
    id: applicationNodeId(id),
    label: name,
    description: words,
    tooltip: [
      `${namespace}/${name} in ${cluster}`,
      `project ${project}, destination ${application.destinationNamespace || '(its manifests say)'}`,
      application.driver === 'argocd' ? 'driven by the Argo CD of the cluster' : undefined,
      `${application.health}, ${application.sync}`,
      automatedText(application),
      message,
      application.revisions.length > 0 ? `compared with ${application.revisions.map(short).join(', ')}` : undefined,
      operation ? `last operation: ${operation.kind} ${operation.phase}: ${operation.message}` : undefined,
      ...application.conditions.map(it => `${it.type}: ${it.message}`),
      ...application.notes,
    ]
      .filter(it => it !== undefined && it !== '')
      .join('\n'),
    ...applicationMark(application),
    context: context.join(' '),
    children: 'collapsed',
    accessibility: `Application ${name}, ${words}`,
    cluster,
    application: id,
  };
}

/** What `syncPolicy.automated` means here: it is honoured for whom somebody turned it on, and for nobody else. */
function automatedText({ automated, driver }: ApplicationStatus): string | undefined {
  if (!automated) return undefined;
  const also = [automated.prune ? 'prune' : '', automated.selfHeal ? 'selfHeal' : ''].filter(it => it !== '');
  const how = also.length === 0 ? '' : `, with ${also.join(' and ')}`;
  if (automated.on) return `automated sync is on${how}`;
  return driver === 'direct'
    ? `automated sync is off in this window: nothing of it is synced by itself`
    : 'automated sync is off';
}

/** A commit in short; anything else as it is. */
export const short = (revision: string): string => (/^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 8) : revision);

/** What must be read first, then the resources. */
export function belowApplication(application: ApplicationStatus): readonly DeliveryNode[] {
  const { id, cluster, message, phase } = application;
  const told = [
    ...(message === undefined || message === '' ? [] : [{ icon: 'info', label: message }]),
    ...application.conditions.map(it => ({ icon: 'warning', label: `${it.type}: ${it.message}` })),
    ...application.notes.map(it => ({ icon: 'info', label: it })),
  ];
  const notes = [...new Map(told.map(it => [it.label, it])).values()].map(
    ({ icon, label }, i): DeliveryNode => ({
      id: idOf(['note', id, String(i)]),
      label,
      tooltip: label,
      icon,
      ...(icon === 'warning' && { color: 'gitopsWorkbench.outOfSync' }),
      context: 'note',
      children: 'none',
      accessibility: label,
      cluster,
      application: id,
    }),
  );
  const resources = resourceNodes(application, undefined);
  if (resources.length > 0 || notes.length > 0) return [...notes, ...resources];
  const label = phase === 'loading' ? 'Comparing…' : 'No resources';
  return [
    {
      id: idOf(['note', id, 'empty']),
      label,
      icon: phase === 'loading' ? 'loading~spin' : 'info',
      context: 'note',
      children: 'none',
      accessibility: label,
      cluster,
      application: id,
    },
  ];
}

export function resourceNodes(application: ApplicationStatus, parent: string | undefined): readonly DeliveryNode[] {
  const { resources } = application;
  const owners = new Set(resources.map(it => it.parent));
  return resources
    .filter(it => it.parent === parent)
    .map(it => resourceNode(application, it, owners.has(keyText(it)), parent === undefined));
}

function resourceNode(
  { id, cluster }: ApplicationStatus,
  resource: ResourceStatus,
  hasChildren: boolean,
  managed: boolean,
): DeliveryNode {
  const { group, kind, namespace, name, health, images, file, missing } = resource;
  const words = resourceWords(resource);
  const isPod = group === '' && kind === 'Pod';
  return {
    id: idOf(['resource', id, keyText(resource)]),
    label: name,
    description: words === '' ? kind : `${kind} · ${words}`,
    tooltip: [
      `${group === '' ? kind : `${kind}.${group}`} ${namespace === '' ? name : `${namespace}/${name}`}`,
      words,
      health?.message,
      ...(images ?? []),
      file,
    ]
      .filter(it => it !== undefined && it !== '')
      .join('\n'),
    ...resourceMark(resource),
    context: [
      'resource',
      managed ? 'managed' : 'owned',
      missing ? 'missing' : 'live',
      ...(isPod ? ['pod'] : []),
      ...(file === undefined ? [] : ['declared']),
    ].join(' '),
    children: hasChildren ? 'collapsed' : 'none',
    accessibility: `${kind} ${name}${words === '' ? '' : `, ${words}`}${health?.message ? `, ${health.message}` : ''}`,
    cluster,
    application: id,
    resource: { group, kind, namespace, name },
  };
}
