import { numberAt, objectAt, objectsAt, optionalNumberAt, textAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_deployment.go */
export const deployment: HealthKind = {
  group: 'apps',
  kind: 'Deployment',
  versions: ['v1'],
  assess: object => {
    const spec = objectAt(object, 'spec');
    const status = objectAt(object, 'status');
    if (spec.paused === true) return health('Suspended', 'Deployment is paused');
    if (numberAt(objectAt(object, 'metadata'), 'generation') > numberAt(status, 'observedGeneration')) {
      return waiting('observed deployment generation less than desired generation');
    }
    const progressing = objectsAt(status, 'conditions').find(it => it.type === 'Progressing');
    if (progressing && textAt(progressing, 'reason') === 'ProgressDeadlineExceeded') {
      return health(
        'Degraded',
        `Deployment "${textAt(objectAt(object, 'metadata'), 'name')}" exceeded its progress deadline`,
      );
    }
    const wanted = optionalNumberAt(spec, 'replicas');
    const updated = numberAt(status, 'updatedReplicas');
    const replicas = numberAt(status, 'replicas');
    const available = numberAt(status, 'availableReplicas');
    if (wanted !== undefined && updated < wanted)
      return waiting(`${updated} out of ${wanted} new replicas have been updated...`);
    if (replicas > updated) return waiting(`${replicas - updated} old replicas are pending termination...`);
    if (available < updated) return waiting(`${available} of ${updated} updated replicas are available...`);
    return health('Healthy');
  },
};

const waiting = (what: string) => health('Progressing', `Waiting for rollout to finish: ${what}`);
