import type { Generator } from '../context.ts';
import { fromSamples } from './sampled.ts';

/** argo-cd:applicationset/generators/duck_type.go; its `values` are not templated, so they are given as they are. */
export const clusterDecisionResource: Generator = {
  name: 'clusterDecisionResource',
  summary: 'One parameter set for each cluster that a decision resource of another controller names.',
  combines: false,
  needsSamples: true,
  params: (spec, at, context) => fromSamples('clusterDecisionResource', spec, at, context),
};
