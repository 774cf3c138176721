import { objectOf } from '../order.ts';
import type { Guard } from './guard.ts';

export const notPermitted: Guard = {
  name: 'notPermitted',
  summary: "The Application's project does not permit a resource",
  check: ({ tasks, forbidden, placed }) => ({
    refusals: tasks.flatMap(it => {
      const message = forbidden?.(objectOf(it));
      return message === undefined ? [] : [{ guard: 'notPermitted', message, about: placed(objectOf(it)) }];
    }),
  }),
};
