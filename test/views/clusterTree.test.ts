import { describe, expect, it } from 'vitest';
import type { ApplicationStatus } from '../../server/core/status/application.ts';
import type { ClusterStatus, UnplacedApplication } from '../../server/engine/delivery.ts';
import type { DeliveryNode, TreeFilter } from '../../server/protocol/delivery.ts';
import { clusterChildren, everything } from '../../server/views/clusterTree.ts';
import { applicationOf, clusterOf, deploymentOf, operationOf, resourceOf } from '../support/memoryDelivery.ts';

interface Given {
  readonly clusters?: readonly ClusterStatus[];
  readonly applications?: readonly ApplicationStatus[];
  readonly unplaced?: readonly UnplacedApplication[];
  readonly filter?: Partial<TreeFilter>;
}

/** The whole tree as somebody reads it: two blanks per level, label and description. */
function tree({ clusters = [clusterOf('staging')], applications = [], unplaced = [], filter = {} }: Given): string {
  const state = { clusters, applications, unplaced };
  const below = (parent: string | undefined, indent: string): readonly string[] =>
    clusterChildren(state, { ...everything, ...filter }, parent).flatMap(it => [
      `${indent}${it.label}${it.description ? ` | ${it.description}` : ''}`,
      ...(it.children === 'none' ? [] : below(it.id, `${indent}  `)),
    ]);
  return below(undefined, '').join('\n');
}

function nodeOf(given: ApplicationStatus): DeliveryNode {
  const state = { clusters: [clusterOf('staging')], applications: [given], unplaced: [] };
  const filter = { ...everything, grouping: 'none' as const };
  const [cluster] = clusterChildren(state, filter);
  const found = clusterChildren(state, filter, cluster?.id).find(it => it.application === given.id);
  if (!found) throw new Error('no line');
  return found;
}

describe('the view Clusters', () => {
  it('goes from the cluster to the Pods', () => {
    expect(tree({ applications: [applicationOf('web', { resources: deploymentOf('web', 2) })] })).toBe(
      [
        'staging | 1 Application',
        '  shop | 1 Application',
        '    web | Healthy, Synced',
        '      web | Deployment · 2/2, Healthy, Synced',
        '        web-5d9 | ReplicaSet · Healthy',
        '          web-5d9-0 | Pod · Running, Healthy',
        '          web-5d9-1 | Pod · Running, Healthy',
      ].join('\n'),
    );
  });

  const three = [
    applicationOf('calm'),
    applicationOf('drifting', { sync: 'OutOfSync', destinationNamespace: 'other' }),
    applicationOf('ill', { health: 'Degraded', project: 'platform' }),
  ];

  it('has the worst first, by group and within', () => {
    const words = tree({ applications: three }).split('\n');
    expect(words.filter(it => it.includes('Healthy') || it.includes('Degraded, '))).toEqual([
      '    ill | Degraded, Synced',
      '    drifting | Healthy, OutOfSync',
      '    calm | Healthy, Synced',
    ]);
    expect(words[0]).toBe('staging | 1 degraded, 1 out of sync · 3 Applications');
  });

  it('has names in order where somebody wants that', () => {
    const words = tree({ applications: three, filter: { worstFirst: false, grouping: 'none' } });
    expect([...words.matchAll(/^ {2}(\w+)/gm)].map(it => it[1])).toEqual(['calm', 'drifting', 'ill']);
  });

  it('groups by namespace', () => {
    const words = tree({ applications: three, filter: { grouping: 'namespace' } });
    expect(words).toContain('  other | 1 out of sync · 1 Application');
  });

  it.each([
    [{ only: 'outOfSync' as const }, ['drifting']],
    [{ only: 'unhealthy' as const }, ['ill']],
    [{ text: 'platform ILL' }, ['ill']],
  ])('shows with %j only what passes, and how many there are', (filter, names) => {
    const words = tree({ applications: three, filter });
    expect(three.map(it => it.name).filter(it => words.includes(`${it} |`))).toEqual(names);
    expect(words).toContain('1 of 3 Applications');
  });

  it('says that the filter hides all, and offers to change it', () => {
    const words = tree({ applications: three, filter: { text: 'nothing like it' } });
    expect(words).toContain('All 3 Applications are hidden by the filter');
  });

  it('says of a cluster without Applications what would make some', () => {
    expect(tree({})).toContain('No Application of the opened folders has this cluster as its destination');
  });

  it('says of Applications that go elsewhere why', () => {
    const words = tree({ unplaced: [{ name: 'far', why: 'No chosen context has the name or address moon.' }] });
    expect(words).toContain('1 Application goes elsewhere\n  far | No chosen context has the name or address moon.');
  });

  it('names the permission that is missing', () => {
    const missing = [{ verb: 'list', group: 'apps', resource: 'deployments', namespace: 'shop' }];
    const words = tree({ clusters: [clusterOf('staging', { state: 'forbidden', message: 'Forbidden.', missing })] });
    expect(words).toContain('staging | permission missing');
    expect(words).toContain('  may not list deployments.apps in namespace shop');
  });

  it.each([
    ['unreachable' as const, 'staging | unreachable', 'Check the network'],
    ['loginExpired' as const, 'staging | login expired', 'Log in again in a terminal'],
  ])('says of a cluster that is %s what happened and what to do', (state, head, advice) => {
    const words = tree({ clusters: [clusterOf('staging', { state, message: 'connection refused' })] });
    expect(words).toContain(head);
    expect(words).toContain('connection refused');
    expect(words).toContain(advice);
  });

  it('leaves it to a broken kubeconfig to say what is wrong with it', () => {
    const broken = { state: 'unreachable', reason: 'kubeconfig', message: 'No such context.' } as const;
    const words = tree({ clusters: [clusterOf('staging', broken)] });
    expect(words).toContain('No such context.');
    expect(words).not.toContain('Check the network');
  });

  it('is as bad as the worst Application: missing is not degraded', () => {
    const colorWith = (more: Partial<ApplicationStatus>) =>
      clusterChildren(
        { clusters: [clusterOf('staging')], applications: [applicationOf('web', more)], unplaced: [] },
        everything,
      )[0]?.color;
    expect(colorWith({})).toBeUndefined();
    expect(colorWith({ sync: 'OutOfSync' })).toBe('gitopsWorkbench.outOfSync');
    expect(colorWith({ health: 'Missing' })).toBe('gitopsWorkbench.missing');
    expect(colorWith({ health: 'Degraded' })).toBe('gitopsWorkbench.degraded');
  });
});

describe('an Application', () => {
  it('says while it is compared for the first time only that', () => {
    const { comparedAt: _, ...fresh } = applicationOf('web', { phase: 'loading', health: 'Unknown', sync: 'Unknown' });
    expect(nodeOf(fresh).description).toBe('loading…');
  });

  it('keeps what was known when its cluster goes away', () => {
    expect(nodeOf(applicationOf('web', { phase: 'unreachable' })).description).toBe(
      'cluster unreachable, Healthy, Synced',
    );
  });

  it('tells how far an operation is', () => {
    const step = { ...resourceOf('ConfigMap', 'a'), phase: 'Sync', wave: 0, hook: false, message: '' };
    const steps = [
      { ...step, action: 'create' as const, state: 'succeeded' as const },
      { ...step, action: 'create' as const, state: 'running' as const },
    ];
    const node = nodeOf(applicationOf('web', { operation: operationOf('staging|argocd/web', { steps }) }));
    expect(node.description).toBe('Healthy, Synced, syncing 1/2');
    expect(node.context).toContain('running');
  });

  it('has no heart where it could not be compared', () => {
    expect(nodeOf(applicationOf('web', { sync: 'Unknown' })).icon).toBe('question');
  });

  it('says all of it to a screen reader too', () => {
    expect(nodeOf(applicationOf('web', { health: 'Degraded', sync: 'OutOfSync' })).accessibility).toBe(
      'Application web, Degraded, OutOfSync',
    );
  });
});
