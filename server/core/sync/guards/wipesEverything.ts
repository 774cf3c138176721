import type { Guard } from './guard.ts';

/** Argo CD's automated sync refuses this unless allowEmpty is set; a person may do it, knowingly. */
export const wipesEverything: Guard = {
  name: 'wipesEverything',
  summary: 'Nothing is left in the manifests and everything would be pruned',
  check: ({ steps, wantsNothing }) => {
    const pruned = steps.filter(it => it.action === 'prune').length;
    if (!wantsNothing || pruned === 0) return {};
    return {
      warnings: [
        `Nothing is left in the manifests: this sync deletes everything of the Application, ${pruned} ${pruned === 1 ? 'resource' : 'resources'}.`,
      ],
    };
  },
};
