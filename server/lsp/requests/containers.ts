import { isObject, type Json } from '../../core/text/json.ts';
import { containersRequest, type DeclaredParams } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Names of a Pod's containers: the usual ones first, then those that ran before them. */
export const containers: Feature<DeclaredParams, readonly string[]> = {
  name: 'containers',
  method: containersRequest,
  capabilities: {},
  neutral: [],
  handle: async ({ delivery }, { application, resource }) => {
    const pod = resource && (await delivery?.delivery.live(application, resource));
    const spec = pod && isObject(pod.spec) ? pod.spec : {};
    return [...namesIn(spec.containers), ...namesIn(spec.initContainers)];
  },
};

function namesIn(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? list.flatMap(it => (isObject(it) && typeof it.name === 'string' ? [it.name] : [])) : [];
}
