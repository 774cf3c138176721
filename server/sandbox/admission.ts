import { isObject, type JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import type { Kind } from './kinds.ts';
import { at, metadataOf, nameOf, namespaceOf, objects, text, withMetadata } from './objects.ts';
import { checkQuota } from './quota.ts';

/** What the API server changes and refuses by itself, after decoding. */
export interface Admission {
  onCreate(kind: Kind, object: JsonObject): JsonObject;
  onUpdate(kind: Kind, object: JsonObject, live: JsonObject): JsonObject;
  /** Throws a refusal. */
  check(kind: Kind, object: JsonObject, live: JsonObject | undefined): void;
}

export function admitted(api: SandboxApi): Admission {
  return {
    onCreate: (kind, object) => created[`${kind.group}/${kind.kind}`]?.(object, api) ?? object,
    onUpdate: (kind, object, live) => updated[`${kind.group}/${kind.kind}`]?.(object, live) ?? object,
    check: (kind, object, live) => {
      if (!live) checkQuota(api, kind, object);
    },
  };
}

const created: Readonly<Record<string, (object: JsonObject, api: SandboxApi) => JsonObject>> = {
  '/Namespace': object => ({
    ...withMetadata(object, {
      labels: { ...at(object, 'metadata', 'labels'), 'kubernetes.io/metadata.name': nameOf(object) },
    }),
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }),
  '/Service': (object, api) => withAddress(object, api),
  '/Pod': object => ({
    ...object,
    spec: { serviceAccountName: 'default', serviceAccount: 'default', ...at(object, 'spec'), nodeName: '' },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  }),
  '/PersistentVolumeClaim': object => ({ ...object, status: { phase: 'Pending' } }),
  'batch/Job': object => withJobSelector(object),
};

const updated: Readonly<Record<string, (object: JsonObject, live: JsonObject) => JsonObject>> = {
  '/Service': (object, live) => {
    const [spec, before] = [at(object, 'spec'), at(live, 'spec')];
    // What the API server gave stays, unless the new object says otherwise.
    const given = ['clusterIP', 'clusterIPs', 'healthCheckNodePort'].filter(
      it => spec[it] === undefined || spec[it] === '',
    );
    const kept = Object.fromEntries(given.flatMap(it => (before[it] === undefined ? [] : [[it, before[it]]])));
    return spec.type === 'ExternalName' ? object : { ...object, spec: { ...spec, ...kept } };
  },
  'batch/Job': (object, live) => {
    const selector = at(live, 'spec').selector;
    const spec = at(object, 'spec');
    if (spec.selector !== undefined || selector === undefined) return object;
    return { ...object, spec: { ...spec, selector, template: at(live, 'spec').template ?? {} } };
  },
  '/Namespace': (object, live) => ({ ...object, spec: live.spec ?? {} }),
};

/** Addresses of a small service network, each given once. */
function withAddress(object: JsonObject, api: SandboxApi): JsonObject {
  const spec = at(object, 'spec');
  const status = { loadBalancer: {} };
  if (spec.type === 'ExternalName') return { ...object, status };
  const asked = text(spec.clusterIP);
  const taken = new Set(api.list(api.builtIn('services')).map(it => text(at(it, 'spec').clusterIP)));
  const clusterIP = asked !== '' ? asked : freeAddress(taken);
  const ports = objects(spec.ports).map((it, i) =>
    spec.type === 'NodePort' || spec.type === 'LoadBalancer' ? { nodePort: 30_000 + taken.size * 10 + i, ...it } : it,
  );
  const families = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster' };
  return { ...object, spec: { ...families, ...spec, ports, clusterIP, clusterIPs: [clusterIP] }, status };
}

function freeAddress(taken: ReadonlySet<string>): string {
  for (let i = 10; ; i++) {
    const address = `10.96.${i >> 8}.${i & 255}`;
    if (!taken.has(address)) return address;
  }
}

/** Pods of a Job carry its uid, unless the Job says its own selector. */
function withJobSelector(object: JsonObject): JsonObject {
  const spec = at(object, 'spec');
  if (spec.manualSelector === true) return object;
  const uid = text(metadataOf(object).uid);
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': nameOf(object),
    'controller-uid': uid,
    'job-name': nameOf(object),
  };
  const template = at(spec, 'template');
  const marked = withMetadata(template, { labels: { ...at(template, 'metadata', 'labels'), ...labels } });
  const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  return {
    ...object,
    spec: { ...spec, selector: isObject(spec.selector) ? spec.selector : selector, template: marked },
  };
}

export const placeText = (object: JsonObject): string => `${namespaceOf(object)}/${nameOf(object)}`;
