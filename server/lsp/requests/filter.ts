import { filterRequest, type TreeFilter } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** What of the clusters is shown, from now on; what is not given stays. Answers what counts now. */
export const filter: Feature<Partial<TreeFilter>, TreeFilter | null> = {
  name: 'filter',
  method: filterRequest,
  capabilities: {},
  neutral: null,
  handle: ({ delivery }, change) => {
    if (!delivery) return null;
    delivery.setFilter({ ...delivery.filter, ...change });
    return delivery.filter;
  },
};
