import { validateAnalysisTemplate } from '../../rollout/analysisTemplate.ts';
import { conditionProblems } from '../../rollout/condition.ts';
import { usagesOf } from '../../rollout/usage.ts';
import { isObject } from '../../text/json.ts';
import type { Rule } from '../rule.ts';

/** What makes an analysis fail before it has measured anything. Rollouts of the same file tell how a template is used. */
export const analysisTemplate: Rule = {
  name: 'analysisTemplate',
  summary: 'What the Rollouts controller would refuse in a template of an analysis',
  codes: ['rollout-unreadable', 'analysis-metric', 'analysis-argument', 'analysis-condition'],
  applies: kind => kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate',
  check: ({ file, document, value }, { facts }) => {
    if (document.broken) return { problems: [] };
    const { problems, missing } = conditionProblems(value, facts);
    const rollouts = file.documents.filter(it => it.kind === 'Rollout').map(it => it.value);
    const usages = usagesOf(value, rollouts.filter(isObject));
    return { problems: [...validateAnalysisTemplate(value, usages), ...problems], missing };
  },
};
