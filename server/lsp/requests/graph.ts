import { type ApplicationParams, type GraphView, graphRequest } from '../../protocol/delivery.ts';
import { graphOf, tellsNetwork } from '../../views/graph.ts';
import type { Feature } from '../feature.ts';

/** More would be slow to ask, and no picture. */
const mostAsked = 100;

/** Owner and network relations of one Application. */
export const graph: Feature<ApplicationParams, GraphView | null> = {
  name: 'graph',
  method: graphRequest,
  capabilities: {},
  neutral: null,
  handle: async ({ delivery }, { application }, signal) => {
    const status = delivery?.delivery.application(application);
    if (!delivery || !status) return null;
    const asked = status.resources.filter(it => tellsNetwork(it) && !it.missing).slice(0, mostAsked);
    const lives = await Promise.all(
      asked.map(it =>
        signal.aborted
          ? undefined
          : // Without one of them the picture lacks an arrow and nothing else.
            delivery.delivery.live(application, it).catch(() => undefined),
      ),
    );
    return graphOf(
      status,
      lives.filter(it => it !== undefined),
    );
  },
};
