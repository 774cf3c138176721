import { validateAnalysisTemplate } from '../../rollout/analysisTemplate.ts';
import { conditionProblems } from '../../rollout/condition.ts';
import type { Rule } from '../rule.ts';

/** What makes an analysis fail before it has measured anything. */
export const analysisTemplate: Rule = {
  name: 'analysisTemplate',
  summary: 'What the Rollouts controller would refuse in a template of an analysis',
  codes: ['rollout-unreadable', 'analysis-metric', 'analysis-argument', 'analysis-condition'],
  applies: kind => kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate',
  check: ({ document, value }, { facts }) => {
    if (document.broken) return { problems: [] };
    const { problems, missing } = conditionProblems(value, facts);
    return { problems: [...validateAnalysisTemplate(value), ...problems], missing };
  },
};
