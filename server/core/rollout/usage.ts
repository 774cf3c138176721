import type { JsonObject } from '../text/json.ts';
import type { AnalysisUse, Usage } from './analysisTemplate.ts';
import { flagOf, listOf, objectAt, objectOf, textOf } from './view.ts';

/** Where Rollouts refer to an analysis template, and with which arguments. */
export function usagesOf(template: JsonObject, rollouts: readonly JsonObject[]): readonly Usage[] {
  const name = textOf(objectOf(template, 'metadata'), 'name');
  const cluster = template.kind === 'ClusterAnalysisTemplate';
  return rollouts.flatMap(analysesOf).flatMap(({ use, analysis }): readonly Usage[] => {
    const templates = listOf(analysis, 'templates');
    if (!templates.some(it => textOf(it, 'templateName') === name && flagOf(it, 'clusterScope') === cluster)) return [];
    const given = new Set(listOf(analysis, 'args').map(it => textOf(it, 'name')));
    return [{ use, given, together: templates.length > 1 }];
  });
}

interface Analysis {
  readonly use: AnalysisUse;
  readonly analysis: JsonObject;
}

function analysesOf(rollout: JsonObject): readonly Analysis[] {
  const strategy = objectAt(rollout, 'spec', 'strategy');
  const [canary, blueGreen] = [objectOf(strategy, 'canary'), objectOf(strategy, 'blueGreen')];
  const one = (use: AnalysisUse, analysis: JsonObject | undefined): readonly Analysis[] =>
    analysis ? [{ use, analysis }] : [];
  return [
    ...listOf(canary, 'steps').flatMap(it => one('step', objectOf(it, 'analysis'))),
    ...one('background', objectOf(canary, 'analysis')),
    ...one('prePromotion', objectOf(blueGreen, 'prePromotionAnalysis')),
    ...one('postPromotion', objectOf(blueGreen, 'postPromotionAnalysis')),
  ];
}
