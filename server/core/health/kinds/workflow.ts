import { objectAt, textAt } from '../fields.ts';
import { type HealthKind, type HealthStatus, health } from '../health.ts';

const byPhase = new Map<string, HealthStatus>([
  ['', 'Progressing'],
  ['Pending', 'Progressing'],
  ['Running', 'Progressing'],
  ['Succeeded', 'Healthy'],
  ['Failed', 'Degraded'],
  ['Error', 'Degraded'],
]);

/** argo-cd:gitops-engine/pkg/health/health_argo.go */
export const workflow: HealthKind = {
  group: 'argoproj.io',
  kind: 'Workflow',
  versions: ['*'],
  assess: object => {
    const status = objectAt(object, 'status');
    return health(byPhase.get(textAt(status, 'phase')) ?? 'Unknown', textAt(status, 'message'));
  },
};
