import { numberAt, objectAt, textAt } from '../fields.ts';
import { type HealthKind, health } from '../health.ts';

/** argo-cd:gitops-engine/pkg/health/health_daemonset.go */
export const daemonSet: HealthKind = {
  group: 'apps',
  kind: 'DaemonSet',
  versions: ['v1'],
  assess: object => {
    const metadata = objectAt(object, 'metadata');
    const status = objectAt(object, 'status');
    if (numberAt(metadata, 'generation') > numberAt(status, 'observedGeneration')) {
      return health(
        'Progressing',
        'Waiting for rollout to finish: observed daemon set generation less than desired generation',
      );
    }
    const updated = numberAt(status, 'updatedNumberScheduled');
    const wanted = numberAt(status, 'desiredNumberScheduled');
    const available = numberAt(status, 'numberAvailable');
    if (objectAt(object, 'spec', 'updateStrategy').type === 'OnDelete') {
      return health('Healthy', `daemon set ${updated} out of ${wanted} new pods have been updated`);
    }
    const waiting = (what: string) =>
      health(
        'Progressing',
        `Waiting for daemon set ${JSON.stringify(textAt(metadata, 'name'))} rollout to finish: ${what}`,
      );
    if (updated < wanted) return waiting(`${updated} out of ${wanted} new pods have been updated...`);
    if (available < wanted) return waiting(`${available} of ${wanted} updated pods are available...`);
    return health('Healthy');
  },
};
