import { describe, expect, it } from 'vitest';
import type { Connection, Question } from '../../../server/adapters/kubernetes/connection.ts';
import { discover } from '../../../server/adapters/kubernetes/discovery.ts';
import { ClusterFailure } from '../../../server/engine/ports.ts';

/** Discovery of a server with these answers; paths that have none fail as an aggregated API does whose server is down. */
function discovered(answers: Readonly<Record<string, object>>) {
  const ask = async ({ path }: Question) => {
    const answer = answers[path];
    if (!answer) throw new ClusterFailure('serverError', path, 'the server is currently unable to handle the request');
    return { status: 200, text: JSON.stringify(answer), warnings: [] };
  };
  return discover({ context: 'test', ask } as unknown as Connection);
}

const verbs = ['get', 'list', 'watch'];
const version = { '/version': { gitVersion: 'v1.36.3' } };
const aggregated = (kind: string, items: object[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: { name: kind },
  items,
});
const resource = (name: string, kind: string, more: object = {}) => ({
  resource: name,
  responseKind: { group: '', version: '', kind },
  scope: 'Namespaced',
  verbs,
  ...more,
});

describe('discovery in two answers', () => {
  const modern = {
    ...version,
    '/api': aggregated('core', [
      {
        metadata: {},
        versions: [
          {
            version: 'v1',
            resources: [
              resource('pods', 'Pod'),
              resource('bindings', 'Binding', { verbs: ['create'] }),
              resource('nodes', 'Node', { scope: 'Cluster' }),
            ],
          },
        ],
      },
    ]),
    '/apis': aggregated('groups', [
      {
        metadata: { name: 'autoscaling' },
        versions: [
          { version: 'v2', resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler')] },
          {
            version: 'v1',
            resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler'), resource('olds', 'OldThing')],
          },
        ],
      },
      { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale', resources: [] }] },
    ]),
  };

  it('knows kinds, scopes, verbs, and the preferred version of each kind', async () => {
    const { kinds, gitVersion } = await discovered(modern);
    expect(gitVersion).toBe('v1.36.3');
    expect(kinds.map(it => [it.apiVersion, it.kind, it.namespaced ? 'namespaced' : 'cluster', it.preferred])).toEqual([
      ['v1', 'Pod', 'namespaced', true],
      ['v1', 'Binding', 'namespaced', true],
      ['v1', 'Node', 'cluster', true],
      ['autoscaling/v2', 'HorizontalPodAutoscaler', 'namespaced', true],
      ['autoscaling/v1', 'HorizontalPodAutoscaler', 'namespaced', false],
      // Its group prefers v2, which does not have it.
      ['autoscaling/v1', 'OldThing', 'namespaced', true],
    ]);
  });

  it('tells Helm of what can be listed and watched, as Argo CD does', async () => {
    expect((await discovered(modern)).apiVersions).toEqual([
      'autoscaling/v1',
      'autoscaling/v1/HorizontalPodAutoscaler',
      'autoscaling/v1/OldThing',
      'autoscaling/v2',
      'autoscaling/v2/HorizontalPodAutoscaler',
      'v1',
      'v1/Node',
      'v1/Pod',
    ]);
  });

  it('names groups whose server is down', async () => {
    expect((await discovered(modern)).failedGroups).toEqual([
      { group: 'metrics.k8s.io/v1beta1', message: 'the API server behind it does not answer' },
    ]);
  });
});

describe('discovery of old servers, a question for each version', () => {
  const old = {
    ...version,
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/api/v1': {
      resources: [
        { name: 'pods', kind: 'Pod', namespaced: true, verbs },
        { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
      ],
    },
    '/apis': {
      kind: 'APIGroupList',
      groups: [
        {
          name: 'apps',
          versions: [{ groupVersion: 'apps/v1beta1' }, { groupVersion: 'apps/v1' }],
          preferredVersion: { groupVersion: 'apps/v1' },
        },
        {
          name: 'metrics.k8s.io',
          versions: [{ groupVersion: 'metrics.k8s.io/v1beta1' }],
          preferredVersion: { groupVersion: 'metrics.k8s.io/v1beta1' },
        },
      ],
    },
    '/apis/apps/v1': { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs }] },
    '/apis/apps/v1beta1': { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs }] },
  };

  it('says the same', async () => {
    const { kinds, failedGroups } = await discovered(old);
    expect(kinds.map(it => [it.apiVersion, it.kind, it.resource, it.preferred])).toEqual([
      ['v1', 'Pod', 'pods', true],
      ['apps/v1beta1', 'Deployment', 'deployments', false],
      ['apps/v1', 'Deployment', 'deployments', true],
    ]);
    expect(failedGroups).toEqual([
      { group: 'metrics.k8s.io/v1beta1', message: 'the server is currently unable to handle the request' },
    ]);
  });
});
