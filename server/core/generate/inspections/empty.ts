import type { Problem } from '../../text/finding.ts';
import { isFailure } from '../problem.ts';
import type { Inspection } from './inspection.ts';

/** A generator that gives nothing is no error to Argo CD, but seldom what was meant. */
export const empty: Inspection = {
  name: 'empty',
  summary: 'Every generator gives at least one parameter set',
  inspect({ results, complete, refused }) {
    if (!complete || refused) return [];
    const groups = results.flatMap(result => (isFailure(result) ? [] : result));
    if (groups.length === 0) {
      return [
        {
          code: 'empty-result',
          severity: 'info',
          message: 'The set generates no Application: it has no generator.',
          path: '/spec/generators',
        },
      ];
    }
    return groups
      .filter(({ outcome }) => outcome.sets.length === 0)
      .map(
        ({ generator, path }): Problem => ({
          code: 'empty-result',
          severity: 'info',
          message: `This ${generator.name} generator gives no parameter set${
            groups.every(({ outcome }) => outcome.sets.length === 0) ? ', so the set generates no Application' : ''
          }. ${HINTS[generator.name] ?? 'Look at its selector and its children'}.`,
          path,
          part: 'key',
        }),
      );
  },
};

const HINTS: Readonly<Record<string, string>> = {
  list: 'It has no elements, or its selector matches none',
  clusters: 'No known cluster Secret of Argo CD’s namespace has these labels',
  git: 'Nothing in the repository matches its patterns',
  matrix: 'One of its two generators gives nothing',
  merge: 'Its first generator gives nothing',
};
