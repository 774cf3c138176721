import type { JsonObject } from '../../text/json.ts';
import { numberAt, objectAt, objectsAt, textAt } from '../fields.ts';
import { type Health, type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_pod.go */
export const pod: HealthKind = {
  group: '',
  kind: 'Pod',
  versions: ['v1'],
  assess: object => {
    const status = objectAt(object, 'status');
    const restartPolicy = isToLive(object) ? 'Always' : textAt(objectAt(object, 'spec'), 'restartPolicy');
    // Only for pods that are meant to live: a hook's pod with a back-off may still get its image and finish.
    const stuck = restartPolicy === 'Always' ? stuckContainers(status) : [];
    if (stuck.length > 0) return health('Degraded', stuck.join(', '));
    const message = textAt(status, 'message');
    switch (status.phase) {
      case 'Pending':
        return health('Progressing', message);
      case 'Succeeded':
        return health('Healthy', message);
      case 'Failed':
        return health('Degraded', message || failureOf(status));
      case 'Running':
        return running(status, restartPolicy, message);
      default:
        return health('Unknown', message);
    }
  },
};

/** Operators own pods that they restart themselves; an annotation says so. A hook is there to end, whatever it says. */
function isToLive(object: JsonObject): boolean {
  const annotations = objectAt(object, 'metadata', 'annotations');
  const [hook, helm] = [annotations['argocd.argoproj.io/hook'], annotations['helm.sh/hook']];
  const isHook = hook === undefined ? helm !== undefined && helm !== 'crd-install' : hook !== 'Skip';
  const policy = textAt(objectAt(object, 'spec'), 'restartPolicy');
  return (
    (policy === 'Never' || policy === 'OnFailure') &&
    annotations['argocd.argoproj.io/ignore-restart-policy'] === 'true' &&
    !isHook
  );
}

function stuckContainers(status: JsonObject): readonly string[] {
  return objectsAt(status, 'containerStatuses').flatMap(it => {
    const waiting = objectAt(it, 'state', 'waiting');
    const reason = textAt(waiting, 'reason');
    const bad = reason.startsWith('Err') || reason.endsWith('Error') || reason.endsWith('BackOff');
    return bad ? [textAt(waiting, 'message')] : [];
  });
}

function running(status: JsonObject, restartPolicy: string, message: string): Health {
  if (restartPolicy === 'OnFailure' || restartPolicy === 'Never') return health('Progressing', message);
  if (restartPolicy !== 'Always') return health('Unknown', message);
  const ready = objectsAt(status, 'conditions').find(it => it.type === 'Ready');
  if (ready?.status === 'True') return health('Healthy', message);
  const fellOver = objectsAt(status, 'containerStatuses').some(it => isRecord(objectAt(it, 'lastState').terminated));
  return health(fellOver ? 'Degraded' : 'Progressing', message);
}

function failureOf(status: JsonObject): string {
  const containers = [...objectsAt(status, 'initContainerStatuses'), ...objectsAt(status, 'containerStatuses')];
  for (const container of containers) {
    const terminated = objectAt(container, 'state').terminated;
    if (!isRecord(terminated)) continue;
    const message = textAt(terminated, 'message');
    if (message) return message;
    if (terminated.reason === 'OOMKilled') return 'OOMKilled';
    const code = numberAt(terminated, 'exitCode');
    if (code !== 0) return `container ${JSON.stringify(textAt(container, 'name'))} failed with exit code ${code}`;
  }
  return '';
}

const isRecord = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;
