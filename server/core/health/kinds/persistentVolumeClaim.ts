import { objectAt } from '../fields.ts';
import { type HealthKind, type HealthStatus, health } from '../health.ts';

const byPhase = new Map<unknown, HealthStatus>([
  ['Lost', 'Degraded'],
  ['Pending', 'Progressing'],
  ['Bound', 'Healthy'],
]);

/** argo-cd:gitops-engine/pkg/health/health_pvc.go */
export const persistentVolumeClaim: HealthKind = {
  group: '',
  kind: 'PersistentVolumeClaim',
  versions: ['v1'],
  word: 'PVC',
  assess: object => health(byPhase.get(objectAt(object, 'status').phase) ?? 'Unknown'),
};
