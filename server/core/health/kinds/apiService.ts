import { objectAt, objectsAt, textAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_apiservice.go: the first Available condition decides. */
export const apiService: HealthKind = {
  group: 'apiregistration.k8s.io',
  kind: 'APIService',
  versions: ['v1', 'v1beta1'],
  assess: object => {
    const available = objectsAt(objectAt(object, 'status'), 'conditions').find(it => it.type === 'Available');
    if (!available) return health('Progressing', 'Waiting to be processed');
    const text = `${textAt(available, 'reason')}: ${textAt(available, 'message')}`;
    return health(available.status === 'True' ? 'Healthy' : 'Progressing', text);
  },
};
