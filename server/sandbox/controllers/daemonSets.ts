import { canonical } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { at, metadataOf, nameOf, namespaceOf, text } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import { childrenOf, createPod, isReady, randomName, shortHash } from './children.ts';
import type { Controller } from './controller.ts';

const revisionLabel = 'controller-revision-hash';

/** DaemonSet → one Pod for each node; updated one by one. */
export const daemonSets: Controller = {
  name: 'daemonsets',
  watches: api => [api.builtIn('daemonsets', 'apps')],
  reconcile: (set, api) => {
    if (isBeingDeleted(set)) return undefined;
    const kind = api.builtIn('pods');
    const revision = shortHash(canonical(at(set, 'spec', 'template')), 9);
    const nodes = api.list(api.builtIn('nodes')).length;
    const pods = childrenOf(set, kind, api);
    const old = pods.filter(it => text(at(it, 'metadata', 'labels')[revisionLabel]) !== revision);
    const rolls = text(at(set, 'spec', 'updateStrategy').type) !== 'OnDelete';
    if (rolls && old[0] && pods.filter(it => !old.includes(it)).every(isReady))
      api.delete(kind, namespaceOf(set), nameOf(old[0]));
    for (let i = childrenOf(set, kind, api).length; i < nodes; i++)
      createPod(set, at(set, 'spec', 'template'), `${nameOf(set)}-${randomName()}`, api, { [revisionLabel]: revision });
    const now = childrenOf(set, kind, api);
    const ready = now.filter(isReady).length;
    const updated = now.filter(it => text(at(it, 'metadata', 'labels')[revisionLabel]) === revision).length;
    api.change(api.builtIn('daemonsets', 'apps'), set, (it: JsonObject) => ({
      ...it,
      status: {
        currentNumberScheduled: now.length,
        desiredNumberScheduled: nodes,
        numberMisscheduled: 0,
        numberReady: ready,
        ...(ready > 0 ? { numberAvailable: ready } : {}),
        ...(nodes - ready > 0 ? { numberUnavailable: nodes - ready } : {}),
        updatedNumberScheduled: updated,
        observedGeneration: metadataOf(it).generation ?? 1,
      },
    }));
    return undefined;
  },
};
