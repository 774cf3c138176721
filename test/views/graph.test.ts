import { expect, it } from 'vitest';
import { graphOf, routesOf } from '../../server/views/graph.ts';
import { applicationOf, deploymentOf, resourceOf } from '../support/memoryDelivery.ts';

const service = (name: string, selector: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  spec: { selector },
});
const deployment = (name: string, labels: Readonly<Record<string, string>>) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name },
  spec: { template: { metadata: { labels } } },
});

it('traffic goes from a Service to the workloads that its selector means', () => {
  const lives = [
    service('web', { app: 'web' }),
    deployment('web', { app: 'web', tier: 'front' }),
    deployment('jobs', { app: 'jobs' }),
  ];
  expect(routesOf(lives)).toEqual([{ from: '/Service/shop/web', to: 'apps/Deployment/shop/web', kind: 'routes' }]);
});

it('a Service without a selector sends to nobody that is known', () => {
  expect(routesOf([service('external', {}), deployment('web', {})])).toEqual([]);
});

it('traffic goes from an Ingress to each Service once', () => {
  const backend = { backend: { service: { name: 'web' } } };
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: 'edge' },
    spec: { rules: [{ http: { paths: [backend, backend] } }] },
  };
  expect(routesOf([ingress])).toEqual([
    { from: 'networking.k8s.io/Ingress/shop/edge', to: '/Service/shop/web', kind: 'routes' },
  ]);
});

it('everything hangs below the Application, as its owners have it', () => {
  const application = applicationOf('web', { resources: [...deploymentOf('web', 1), resourceOf('Service', 'web')] });
  const { edges, nodes } = graphOf(application, [service('web', { app: 'web' }), deployment('web', { app: 'web' })]);
  expect(nodes.map(it => it.kind)).toEqual(['Application', 'Deployment', 'ReplicaSet', 'Pod', 'Service']);
  expect(edges.map(it => `${it.from} ${it.kind} ${it.to}`)).toEqual([
    'application owns apps/Deployment/shop/web',
    'apps/Deployment/shop/web owns apps/ReplicaSet/shop/web-5d9',
    'apps/ReplicaSet/shop/web-5d9 owns /Pod/shop/web-5d9-0',
    'application owns /Service/shop/web',
    '/Service/shop/web routes apps/Deployment/shop/web',
  ]);
});
