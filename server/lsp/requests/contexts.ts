import { type ContextChoice, contextsRequest } from '../../protocol/delivery.ts';
import { addressText } from '../../views/addresses.ts';
import type { Feature } from '../feature.ts';

/** Contexts of the kubeconfig files to choose from. None is contacted by this. */
export const contexts: Feature<object, readonly ContextChoice[]> = {
  name: 'contexts',
  method: contextsRequest,
  capabilities: {},
  neutral: [],
  handle: async ({ delivery }) => {
    if (!delivery?.trusted) return [];
    const notes = await delivery.delivery.contexts();
    return notes.map(({ name, server, user, namespace, current }) => ({
      name,
      description: [
        addressText(server),
        `as ${user || 'nobody'}`,
        namespace && `namespace ${namespace}`,
        current && 'current context',
      ]
        .filter(it => it)
        .join(' · '),
      chosen: delivery.chosen.includes(name),
    }));
  },
};
