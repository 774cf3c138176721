import { objectOf } from '../order.ts';
import type { Guard } from './guard.ts';

export const unknownKind: Guard = {
  name: 'unknownKind',
  summary: 'The API server does not serve the kind of a resource',
  check: ({ tasks, placed }) => ({
    refusals: tasks.flatMap(it =>
      it.refusal === undefined ? [] : [{ guard: 'unknownKind', message: it.refusal, about: placed(objectOf(it)) }],
    ),
  }),
};
