import { isObject, type Json, type JsonObject } from '../../../server/core/text/json.ts';

/** Objects that many cases use, as small as an API server accepts them. */
export function configMap(namespace: string, name: string, data: Readonly<Record<string, string>> = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

export interface WorkloadOptions {
  readonly replicas?: number;
  readonly image?: string;
  /** Of the pods: how they behave, see test/controlplane/kubelet/script.go. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: JsonObject;
}

export function deployment(namespace: string, name: string, options: WorkloadOptions = {}): JsonObject {
  return workload('Deployment', namespace, name, { replicas: options.replicas ?? 1, ...options.spec }, options);
}

export function statefulSet(namespace: string, name: string, options: WorkloadOptions = {}): JsonObject {
  const spec = { replicas: options.replicas ?? 1, serviceName: name, ...options.spec };
  return workload('StatefulSet', namespace, name, spec, options);
}

export function daemonSet(namespace: string, name: string, options: WorkloadOptions = {}): JsonObject {
  return workload('DaemonSet', namespace, name, { ...options.spec }, options);
}

function workload(
  kind: string,
  namespace: string,
  name: string,
  spec: JsonObject,
  { annotations, image = 'example/app:1' }: WorkloadOptions,
): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(annotations && { annotations }) },
        spec: { containers: [{ name: 'main', image }] },
      },
      ...spec,
    },
  };
}

export function job(namespace: string, name: string, { annotations, spec }: WorkloadOptions = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: {
      template: {
        metadata: { ...(annotations && { annotations }) },
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'example/job:1' }] },
      },
      ...spec,
    },
  };
}

export function pod(namespace: string, name: string, { annotations, spec }: WorkloadOptions = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...(annotations && { annotations }) },
    spec: { containers: [{ name: 'main', image: 'example/app:1' }], ...spec },
  };
}

/** A kind of its own for one case, with a `spec.size` that has to be a number and a `spec.color` that has a default. */
export function customKind(group: string, scope: 'Namespaced' | 'Cluster' = 'Namespaced'): JsonObject {
  const spec = {
    type: 'object',
    properties: {
      size: { type: 'integer', minimum: 1 },
      color: { type: 'string', default: 'green' },
      tags: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, value: { type: 'string' } },
        },
      },
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope,
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec,
                status: { type: 'object', properties: { phase: { type: 'string' } } },
              },
            },
          },
        },
      ],
    },
  };
}

export function widget(group: string, namespace: string, name: string, spec: JsonObject = {}): JsonObject {
  return { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name, namespace }, spec };
}

export function withMetadata(object: JsonObject, more: JsonObject): JsonObject {
  return { ...object, metadata: { ...(isObject(object.metadata) ? object.metadata : {}), ...more } };
}

/** The value at a path of keys and indexes; `undefined` where the path leads nowhere. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let here = value;
  for (const key of path) {
    if (Array.isArray(here) && typeof key === 'number') here = here[key];
    else if (isObject(here) && typeof key === 'string') here = here[key];
    else return undefined;
  }
  return here;
}

export function items(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export const nameOf = (object: JsonObject): string => String(at(object, 'metadata', 'name'));

/** `status.conditions[type].status`. */
export function condition(object: JsonObject | undefined, type: string): Json | undefined {
  return items(at(object, 'status', 'conditions')).find(it => it.type === type)?.status;
}
