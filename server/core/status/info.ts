import { groupOf, kindOf, metadataOf } from '../sync/resource.ts';
import { isObject, type JsonObject } from '../text/json.ts';

/** What a tree says of a live object behind its name: replicas, an address, a phase. `undefined`: nothing worth a word. */
export function infoOf(object: JsonObject): string | undefined {
  const tell = lines[`${groupOf(object)}/${kindOf(object)}`];
  const said = tell?.(at(object, 'spec'), at(object, 'status'));
  return said === '' ? undefined : said;
}

/** Images of a Pod, or of the pods that an object makes; each once, in the order of the containers. */
export function imagesOf(object: JsonObject): readonly string[] {
  const spec = at(object, 'spec');
  const pod = kindOf(object) === 'Pod' ? spec : at(at(at(object, 'spec'), 'template'), 'spec');
  const containers = [...objects(pod.initContainers), ...objects(pod.containers)];
  return [...new Set(containers.flatMap(it => (typeof it.image === 'string' ? [it.image] : [])))];
}

/** Milliseconds since 1970. */
export function createdAt(object: JsonObject): number | undefined {
  const { creationTimestamp } = metadataOf(object);
  const time = typeof creationTimestamp === 'string' ? Date.parse(creationTimestamp) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

type Line = (spec: JsonObject, status: JsonObject) => string;

const replicas: Line = (spec, status) => `${number(status.readyReplicas) ?? 0}/${number(spec.replicas) ?? 1}`;

const lines: Readonly<Record<string, Line>> = {
  'apps/Deployment': replicas,
  'apps/StatefulSet': replicas,
  'apps/ReplicaSet': replicas,
  'argoproj.io/Rollout': replicas,
  'apps/DaemonSet': (_, status) => `${number(status.numberReady) ?? 0}/${number(status.desiredNumberScheduled) ?? 0}`,
  'batch/Job': (spec, status) => `${number(status.succeeded) ?? 0}/${number(spec.completions) ?? 1}`,
  'batch/CronJob': spec => text(spec.schedule),
  '/Pod': podLine,
  '/Service': (spec, status) => {
    const balancer = addresses(status)[0];
    const ports = objects(spec.ports).map(it => it.port);
    const address = balancer ?? (text(spec.type) === 'ExternalName' ? text(spec.externalName) : text(spec.clusterIP));
    return ports.length > 0 ? `${address}:${ports.join(',')}` : address;
  },
  'networking.k8s.io/Ingress': spec =>
    [...new Set(objects(spec.rules).map(it => text(it.host)))].filter(it => it !== '').join(', '),
  '/PersistentVolumeClaim': (_, status) =>
    [text(status.phase), text(at(status, 'capacity').storage)].filter(it => it !== '').join(' '),
  'autoscaling/HorizontalPodAutoscaler': (spec, status) =>
    `${number(status.currentReplicas) ?? 0} of ${number(spec.minReplicas) ?? 1}–${number(spec.maxReplicas) ?? 0}`,
};

/** A waiting container's reason says more than the pod's phase. */
function podLine(spec: JsonObject, status: JsonObject): string {
  const states = objects(status.containerStatuses);
  const ready = states.filter(it => it.ready === true).length;
  const waiting = states.map(it => text(at(at(it, 'state'), 'waiting').reason)).find(it => it !== '');
  return `${ready}/${objects(spec.containers).length} ${waiting ?? (text(status.reason) || text(status.phase))}`.trim();
}

function addresses(status: JsonObject): readonly string[] {
  return objects(at(status, 'loadBalancer').ingress).map(it => text(it.hostname) || text(it.ip));
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
function at(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isObject(found) ? found : {};
}
