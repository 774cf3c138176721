import type { Rule } from '../rule.ts';

/** What generating says of an ApplicationSet: the controller's refusals, template mistakes, Applications that cannot work. */
export const generation: Rule = {
  name: 'generation',
  summary: 'What the ApplicationSet controller would say of this set and of what it generates',
  codes: [],
  applies: kind => kind === 'ApplicationSet',
  check: ({ document }, context) => {
    const generated = context.generation?.(document);
    return generated ? { problems: generated.problems, missing: generated.missing } : { problems: [] };
  },
};
