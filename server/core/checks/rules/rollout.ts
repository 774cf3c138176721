import { validateRollout } from '../../rollout/rollout.ts';
import type { Rule } from '../rule.ts';

/** The Rollouts controller's own validation. What is invalid there gets no pods, and the reason stands only in the object's status. */
export const rollout: Rule = {
  name: 'rollout',
  summary: 'What the Rollouts controller would refuse',
  codes: [
    'rollout-unreadable',
    'rollout-spec',
    'rollout-selector',
    'rollout-template',
    'rollout-strategy',
    'rollout-step',
    'rollout-traffic-routing',
  ],
  local: true,
  applies: kind => kind === 'Rollout',
  // What is missing in a text that is not finished may be what is being typed.
  check: ({ document, value }) => ({ problems: document.broken ? [] : validateRollout(value) }),
};
