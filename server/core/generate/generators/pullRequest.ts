import type { Generator } from '../context.ts';
import type { Params } from '../params.ts';
import { fromSamples } from './sampled.ts';

/** argo-cd:applicationset/generators/pull_request.go */
export const pullRequest: Generator = {
  name: 'pullRequest',
  summary: 'One parameter set for each open pull request of a repository.',
  combines: false,
  needsSamples: true,
  params: (spec, at, context) =>
    fromSamples('pullRequest', spec, at, context, sample => (context.set.goTemplate ? sample : withoutLabels(sample))),
};

/** The list of labels exists with goTemplate only. */
function withoutLabels(sample: Params): Params {
  const { labels: _, ...rest } = sample;
  return rest;
}
