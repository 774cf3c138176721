import type { JsonObject } from '../../server/core/text/json.ts';

export interface BenchObject {
  readonly object: JsonObject;
  readonly path: string;
}

/** A team's namespace, large: 1,000 objects of the usual kinds. Of version 2 every tenth differs. */
export function thousandObjects(namespace: string, version: number): readonly BenchObject[] {
  return Array.from({ length: 1000 }, (_, index) => {
    const make = makers[index % makers.length] ?? configMap;
    return make(namespace, `item-${index}`, index % 10 === 0 ? version : 1);
  });
}

type Make = (namespace: string, name: string, version: number) => BenchObject;

const configMap: Make = (namespace, name, version) => ({
  path: `/api/v1/namespaces/${namespace}/configmaps/${name}`,
  object: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: { version: String(version), settings: 'level: info\n'.repeat(20) },
  },
});

const service: Make = (namespace, name, version) => ({
  path: `/api/v1/namespaces/${namespace}/services/${name}`,
  object: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { version: String(version) } },
    // Without an address: a /16 has room for few rounds of this.
    spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
});

/** Without pods: what controllers do is not what is measured. */
const deployment: Make = (namespace, name, version) => ({
  path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
  object: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: 'main',
              image: `example/app:${version}`,
              ports: [{ name: 'http', containerPort: 8080 }],
              env: [{ name: 'LEVEL', value: 'info' }],
              resources: { requests: { cpu: '100m', memory: '64Mi' } },
            },
          ],
        },
      },
    },
  },
});

const account: Make = (namespace, name, version) => ({
  path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`,
  object: {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels: { version: String(version) } },
  },
});

const makers = [configMap, service, deployment, configMap, account] as const;
