import { keyWords } from '../resource.ts';
import type { Guard } from './guard.ts';

export const recreates: Guard = {
  name: 'recreates',
  summary: 'Replace or force deletes objects and makes them anew',
  check: ({ steps }) => {
    const names = steps.filter(it => it.action === 'recreate').map(keyWords);
    return names.length === 0
      ? {}
      : { warnings: [`Deleted and made anew, with whatever they run or hold: ${names.join(', ')}.`] };
  },
};
