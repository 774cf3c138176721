import { objectAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_service.go: only a LoadBalancer has something to wait for. */
export const service: HealthKind = {
  group: '',
  kind: 'Service',
  versions: ['v1'],
  assess: object => {
    if (objectAt(object, 'spec').type !== 'LoadBalancer') return health('Healthy');
    const points = objectAt(object, 'status', 'loadBalancer').ingress;
    return health(Array.isArray(points) && points.length > 0 ? 'Healthy' : 'Progressing');
  },
};
