import { keyWords, metadataOf } from '../resource.ts';
import type { Guard } from './guard.ts';

export const finalizers: Guard = {
  name: 'finalizers',
  summary: 'An object that would be deleted waits for its finalizers',
  check: ({ steps, tasks }) => ({
    warnings: steps.flatMap((step, i) => {
      const live = tasks[i]?.live;
      const names = live ? metadataOf(live).finalizers : undefined;
      const goes = step.action === 'prune' || step.action === 'recreate';
      if (!goes || !Array.isArray(names) || names.length === 0) return [];
      return [`${keyWords(step)} goes only when its finalizers are done: ${names.join(', ')}.`];
    }),
  }),
};
