import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import { at, metadataOf, nameOf, namespaceOf, number } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import { childrenOf, createPod, isReady, randomName } from './children.ts';
import type { Controller } from './controller.ts';

/** ReplicaSet → Pods, as many as it says; those that are not ready go first. */
export const replicaSets: Controller = {
  name: 'replicasets',
  watches: api => [api.builtIn('replicasets', 'apps')],
  reconcile: (set, api) => {
    if (isBeingDeleted(set)) return undefined;
    const kind = api.builtIn('pods');
    const pods = childrenOf(set, kind, api).filter(
      it => !['Failed', 'Succeeded'].includes(String(at(it, 'status').phase)),
    );
    const replicas = number(at(set, 'spec').replicas);
    for (let i = pods.length; i < replicas; i++)
      createPod(set, at(set, 'spec', 'template'), `${nameOf(set)}-${randomName()}`, api);
    const spare = [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
    for (const it of spare.slice(0, Math.max(0, pods.length - replicas))) api.delete(kind, namespaceOf(it), nameOf(it));
    report(set, childrenOf(set, kind, api), api);
    return undefined;
  },
};

function report(set: JsonObject, pods: readonly JsonObject[], api: SandboxApi): void {
  const living = pods.filter(it => !['Failed', 'Succeeded'].includes(String(at(it, 'status').phase)));
  const ready = living.filter(isReady).length;
  api.change(api.builtIn('replicasets', 'apps'), set, it => ({
    ...it,
    status: {
      replicas: living.length,
      ...(living.length > 0 ? { fullyLabeledReplicas: living.length } : {}),
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      observedGeneration: metadataOf(it).generation ?? 1,
    },
  }));
}
