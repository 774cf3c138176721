import { objectAt, objectsAt, textAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/**
 * argo-cd:gitops-engine/pkg/health/health_job.go. The status of the Failed and Complete conditions is not read there, so it is not here;
 * any Suspended condition counts as finished.
 */
export const job: HealthKind = {
  group: 'batch',
  kind: 'Job',
  versions: ['v1'],
  assess: object => {
    let failure: string | undefined;
    let complete = false;
    let suspended = false;
    let message = '';
    for (const condition of objectsAt(objectAt(object, 'status'), 'conditions')) {
      const text = textAt(condition, 'message');
      if (condition.type === 'Failed') failure = text;
      else if (condition.type === 'Complete' || condition.type === 'Suspended') {
        complete = true;
        message = text;
        if (condition.type === 'Suspended' && condition.status === 'True') suspended = true;
      }
    }
    if (failure !== undefined) return health('Degraded', failure);
    if (!complete) return health('Progressing', message);
    return suspended ? { status: 'Suspended', message, aggregateAs: 'Healthy' } : health('Healthy', message);
  },
};
