import { needsConfirmation } from '../actions.ts';
import { objectOf } from '../order.ts';
import { keyWords } from '../resource.ts';
import type { Guard } from './guard.ts';

export const pruneUnconfirmed: Guard = {
  name: 'pruneUnconfirmed',
  summary: 'A resource with Prune=confirm would be pruned and nobody confirmed it',
  check: ({ tasks, options, placed }) => ({
    refusals: options.prune
      ? tasks
          .filter(it => needsConfirmation(it, options))
          .map(it => {
            const about = placed(objectOf(it));
            return {
              guard: 'pruneUnconfirmed',
              message: `Pruning ${keyWords(about)} wants a confirmation (Prune=confirm). Confirm it, or keep the resource in the manifests.`,
              about,
            };
          })
      : [],
  }),
};
