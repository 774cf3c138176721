import { type ApplicationParams, type HistoryChoice, historyRequest } from '../../protocol/delivery.ts';
import { short } from '../../views/applicationNodes.ts';
import { clock } from '../../views/operationTree.ts';
import type { Feature } from '../feature.ts';

/** What was deployed, newest first. */
export const history: Feature<ApplicationParams, readonly HistoryChoice[]> = {
  name: 'history',
  method: historyRequest,
  capabilities: {},
  neutral: [],
  handle: async ({ delivery }, { application }) => {
    const entries = (await delivery?.delivery.history(application)) ?? [];
    return entries.map(({ id, revisions, deployedAt, initiatedBy, result, sources }, i) => ({
      id,
      label: `${id}: ${revisions.map(short).join(', ') || 'no revision'}`,
      description: [clock(deployedAt), `by ${initiatedBy || 'nobody known'}`, result === 'Succeeded' ? '' : result]
        .filter(it => it !== '')
        .join(' · '),
      detail: sources.join(', '),
      current: i === 0,
    }));
  },
};
