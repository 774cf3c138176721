import type { Generator } from '../context.ts';
import { fromSamples } from './sampled.ts';

/** argo-cd:applicationset/generators/scm_provider.go */
export const scmProvider: Generator = {
  name: 'scmProvider',
  summary: 'One parameter set for each repository (and branch) of an organization at a hosting service.',
  combines: false,
  needsSamples: true,
  params: (spec, at, context) => fromSamples('scmProvider', spec, at, context),
};
