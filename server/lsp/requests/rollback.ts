import { type RollbackParams, type RollbackWay, rollbackRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** The ways back to an entry of the history; the one that lasts first. */
export const rollback: Feature<RollbackParams, readonly RollbackWay[]> = {
  name: 'rollback',
  method: rollbackRequest,
  capabilities: {},
  neutral: [],
  handle: async ({ delivery }, { application, entry }) => {
    const choices = await delivery?.delivery.rollbackChoices(application, entry);
    if (!choices) return [];
    const { git, cluster } = choices;
    return [
      {
        kind: 'git',
        label: 'Revert in Git',
        possible: git.possible,
        description: git.possible
          ? `lasts: ${git.summary} New branch ${git.branch}; nothing is pushed.`
          : `not possible: ${git.why}`,
      },
      {
        kind: 'cluster',
        label: 'Roll back the cluster',
        possible: cluster.possible,
        description: cluster.possible
          ? (cluster.undoneBy ?? 'lasts until the next sync')
          : `not possible: ${cluster.why ?? 'no reason is known'}`,
      },
    ];
  },
};
