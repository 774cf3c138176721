import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import { at, metadataOf, nameOf, objects, text } from './objects.ts';
import { badRequest } from './status.ts';

/** There are no containers: a pod's annotation `fake.kubelet/logs` is its log, or a line that says when it started. */
export function logOf(pod: JsonObject, query: URLSearchParams, _api: SandboxApi): string {
  const containers = objects(at(pod, 'spec').containers).map(it => text(it.name));
  const asked = query.get('container');
  if (asked !== null && !containers.includes(asked))
    throw badRequest(`container ${asked} is not valid for pod ${nameOf(pod)}`);
  if (text(at(pod, 'status').phase) === 'Pending')
    throw badRequest(
      `container "${asked ?? containers[0] ?? ''}" in pod "${nameOf(pod)}" is waiting to start: ${waitingFor(pod)}`,
    );
  const said = at(metadataOf(pod), 'annotations')['fake.kubelet/logs'];
  const lines = (typeof said === 'string' ? said : `started ${text(metadataOf(pod).creationTimestamp)}`).split('\n');
  const tail = Number(query.get('tailLines') ?? lines.length);
  return `${lines.slice(Math.max(0, lines.length - tail)).join('\n')}\n`;
}

/** In the kubelet's words. */
function waitingFor(pod: JsonObject): string {
  const [first] = objects(at(pod, 'status').containerStatuses);
  const reason = text(at(first ?? {}, 'state', 'waiting').reason);
  if (reason === 'ImagePullBackOff' || reason === 'ErrImagePull') return 'trying and failing to pull image';
  return reason || 'ContainerCreating';
}
