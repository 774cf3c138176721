import { objectAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_ingress.go: Healthy once a load balancer answered, so an Ingress that never gets one stays Progressing. */
export const ingress: HealthKind = {
  group: 'networking.k8s.io',
  kind: 'Ingress',
  versions: ['*'],
  assess: object => {
    const points = objectAt(object, 'status', 'loadBalancer').ingress;
    return health(Array.isArray(points) && points.length > 0 ? 'Healthy' : 'Progressing');
  },
};

export const legacyIngress: HealthKind = { ...ingress, group: 'extensions' };
