import { numberAt, objectAt, objectsAt, optionalNumberAt, textAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_replicaset.go */
export const replicaSet: HealthKind = {
  group: 'apps',
  kind: 'ReplicaSet',
  versions: ['v1'],
  assess: object => {
    const status = objectAt(object, 'status');
    if (numberAt(objectAt(object, 'metadata'), 'generation') > numberAt(status, 'observedGeneration')) {
      return health(
        'Progressing',
        'Waiting for rollout to finish: observed replica set generation less than desired generation',
      );
    }
    const failure = objectsAt(status, 'conditions').find(it => it.type === 'ReplicaFailure');
    if (failure && failure.status === 'True') return health('Degraded', textAt(failure, 'message'));
    const wanted = optionalNumberAt(objectAt(object, 'spec'), 'replicas');
    const available = numberAt(status, 'availableReplicas');
    if (wanted !== undefined && available < wanted) {
      return health(
        'Progressing',
        `Waiting for rollout to finish: ${available} out of ${wanted} new replicas are available...`,
      );
    }
    return health('Healthy');
  },
};
