import { numberAt, objectAt, optionalNumberAt, textAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_statefulset.go */
export const statefulSet: HealthKind = {
  group: 'apps',
  kind: 'StatefulSet',
  versions: ['v1'],
  assess: object => {
    const spec = objectAt(object, 'spec');
    const status = objectAt(object, 'status');
    const observed = numberAt(status, 'observedGeneration');
    if (observed === 0 || numberAt(objectAt(object, 'metadata'), 'generation') > observed) {
      return health('Progressing', 'Waiting for statefulset spec update to be observed...');
    }
    const wanted = optionalNumberAt(spec, 'replicas');
    const ready = numberAt(status, 'readyReplicas');
    if (wanted !== undefined && ready < wanted) {
      return health('Progressing', `Waiting for ${wanted - ready} pods to be ready...`);
    }
    const strategy = objectAt(spec, 'updateStrategy');
    const updated = numberAt(status, 'updatedReplicas');
    if (
      strategy.type === 'RollingUpdate' &&
      typeof strategy.rollingUpdate === 'object' &&
      strategy.rollingUpdate !== null
    ) {
      const partition = optionalNumberAt(objectAt(strategy, 'rollingUpdate'), 'partition');
      if (wanted !== undefined && partition !== undefined && updated < wanted - partition) {
        return health(
          'Progressing',
          `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...`,
        );
      }
      return health('Healthy', `partitioned roll out complete: ${updated} new pods have been updated...`);
    }
    if (strategy.type === 'OnDelete') return health('Healthy', `statefulset has ${ready} ready pods`);
    const revision = textAt(status, 'updateRevision');
    const current = textAt(status, 'currentRevision');
    if (revision !== current) {
      return health(
        'Progressing',
        `waiting for statefulset rolling update to complete ${updated} pods at revision ${revision}...`,
      );
    }
    return health(
      'Healthy',
      `statefulset rolling update complete ${numberAt(status, 'currentReplicas')} pods at revision ${current}...`,
    );
  },
};
