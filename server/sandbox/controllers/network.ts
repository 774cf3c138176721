import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import { at, matchesLabels, nameOf, namespaceOf, objects, text } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import { isReady, ownerReference } from './children.ts';
import type { Controller } from './controller.ts';

/** Service → EndpointSlice of the pods that it selects; a LoadBalancer gets an address. */
export const services: Controller = {
  name: 'services',
  watches: api => [api.builtIn('services')],
  reconcile: (service, api) => {
    if (isBeingDeleted(service)) return undefined;
    const spec = at(service, 'spec');
    if (spec.type === 'LoadBalancer')
      api.change(api.builtIn('services'), service, it => ({
        ...it,
        status: { loadBalancer: { ingress: [{ ip: `192.0.2.${100 + (nameOf(it).length % 100)}`, ipMode: 'VIP' }] } },
      }));
    if (Object.keys(at(spec, 'selector')).length > 0) slice(service, api);
    return undefined;
  },
};

function slice(service: JsonObject, api: SandboxApi): void {
  const kind = api.builtIn('endpointslices', 'discovery.k8s.io');
  const namespace = namespaceOf(service);
  const name = `${nameOf(service)}-sandbox`;
  const pods = api
    .list(api.builtIn('pods'), namespace)
    .filter(it => matchesLabels(at(it, 'metadata', 'labels'), at(service, 'spec', 'selector')));
  const endpoints = pods.flatMap((it): readonly JsonObject[] => {
    const address = text(at(it, 'status').podIP);
    const ready = isReady(it);
    const targetRef = { kind: 'Pod', namespace, name: nameOf(it) };
    return address === ''
      ? []
      : [{ addresses: [address], conditions: { ready, serving: ready, terminating: false }, targetRef }];
  });
  const ports = objects(at(service, 'spec').ports).map(it => ({
    name: text(it.name),
    port: typeof it.targetPort === 'number' ? it.targetPort : (it.port ?? 0),
    protocol: text(it.protocol) || 'TCP',
  }));
  const known = api.store.get(kind, namespace, name);
  if (known) {
    api.change(kind, known, it => ({ ...it, endpoints, ports }), 'endpointslice-controller');
    return;
  }
  const metadata = {
    name,
    labels: {
      'kubernetes.io/service-name': nameOf(service),
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    },
    ownerReferences: [ownerReference(service)],
  };
  api.create(
    kind,
    namespace,
    { metadata, addressType: 'IPv4', endpoints, ports },
    { manager: 'endpointslice-controller' },
  );
}

/** Every Ingress has a controller here. */
export const ingresses: Controller = {
  name: 'ingresses',
  watches: api => [api.builtIn('ingresses', 'networking.k8s.io')],
  reconcile: (ingress, api) => {
    api.change(api.builtIn('ingresses', 'networking.k8s.io'), ingress, it => ({
      ...it,
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.80' }] } },
    }));
    return undefined;
  },
};
