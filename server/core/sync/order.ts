import type { JsonObject } from '../text/json.ts';
import { phases, type SyncPhase } from './hooks.ts';
import { declaredKind, groupOf, isNamespace, kindOf, nameOf, namespaceOf } from './resource.ts';
import type { SyncTask } from './tasks.ts';
import { waveOf } from './waves.ts';

/** Helm's install order, which Argo CD took over; kinds that are not listed come last (argo-cd:gitops-engine/pkg/sync/sync_tasks.go). */
const kinds = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
];
const position = new Map(kinds.map((kind, i) => [kind, i]));

export const objectOf = ({ target, live }: SyncTask): JsonObject => target ?? live ?? {};
export const waveOfTask = (task: SyncTask): number => task.wave ?? waveOf(objectOf(task));

/** Phase, wave, kind, name; the rest only so that no tie is left to chance. */
export function inOrder(tasks: readonly SyncTask[]): readonly SyncTask[] {
  const sorted = [...tasks].sort((a, b) => {
    const [one, other] = [objectOf(a), objectOf(b)];
    return (
      phaseOrder(a.phase) - phaseOrder(b.phase) ||
      waveOfTask(a) - waveOfTask(b) ||
      kindOrder(one) - kindOrder(other) ||
      compare(nameOf(one), nameOf(other)) ||
      compare(groupOf(one), groupOf(other)) ||
      compare(kindOf(one), kindOf(other)) ||
      compare(namespaceOf(one), namespaceOf(other))
    );
  });
  const namespacesFirst = moveUp(sorted, object => (isNamespace(object) ? nameOf(object) : undefined), namespaceOf);
  return moveUp(namespacesFirst, declaredKind, object => `${groupOf(object)}/${kindOf(object)}`);
}

const phaseOrder = (phase: SyncPhase): number => phases.indexOf(phase);
const kindOrder = (object: JsonObject): number => position.get(kindOf(object)) ?? kinds.length;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Puts what others need before the first that needs it, and gives it that task's phase and wave: a Namespace in wave 5 that a PreSync hook
 * lives in is created in PreSync (adjustDeps in the same file). What needs nothing has an empty name here.
 */
function moveUp(
  tasks: readonly SyncTask[],
  provides: (object: JsonObject) => string | undefined,
  needs: (object: JsonObject) => string,
): readonly SyncTask[] {
  const ordered = [...tasks];
  const firstNeed = new Map<string, number>();
  for (let i = 0; i < ordered.length; i++) {
    const task = ordered[i];
    if (!task?.target) continue;
    const provided = provides(task.target);
    if (provided === undefined) {
      const needed = needs(task.target);
      if (needed !== '' && !firstNeed.has(needed)) firstNeed.set(needed, i);
      continue;
    }
    const index = firstNeed.get(provided);
    const dependent = index === undefined ? undefined : ordered[index];
    if (index === undefined || !dependent) continue;
    ordered.splice(i, 1);
    ordered.splice(index, 0, { ...task, phase: dependent.phase, wave: waveOfTask(dependent) });
    for (const [key, first] of firstNeed) if (first >= index) firstNeed.set(key, first + 1);
  }
  return ordered;
}
