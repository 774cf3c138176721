import type { Json } from '../../text/json.ts';
import type { Generator } from '../context.ts';
import { type Params, typed } from '../params.ts';
import { fromSamples } from './sampled.ts';

/** argo-cd:applicationset/generators/pull_request.go */
export const pullRequest: Generator = {
  name: 'pullRequest',
  summary: 'One parameter set for each open pull request of a repository.',
  combines: false,
  needsSamples: true,
  params: (spec, at, context) =>
    fromSamples('pullRequest', spec, at, context, {
      shape: sample => (context.set.goTemplate ? withLabels(sample) : withoutLabels(sample)),
    }),
};

function withLabels(sample: Params): Params {
  const { labels } = sample;
  return Array.isArray(labels) ? { ...sample, labels: typed([...labels] as Json[], '[]string') } : sample;
}

/** The list of labels exists with goTemplate only. */
function withoutLabels(sample: Params): Params {
  const { labels: _, ...rest } = sample;
  return rest;
}
