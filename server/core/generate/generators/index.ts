import type { Generator } from '../context.ts';
import { clusterDecisionResource } from './clusterDecisionResource.ts';
import { clusters } from './clusters.ts';
import { git } from './git.ts';
import { list } from './list.ts';
import { matrix } from './matrix.ts';
import { merge } from './merge.ts';
import { plugin } from './plugin.ts';
import { pullRequest } from './pullRequest.ts';
import { scmProvider } from './scmProvider.ts';

/** In the order in which Argo CD runs several generators of one entry (argo-cd:applicationset/generators/generator_spec_processor.go). */
export const generators: readonly Generator[] = [
  list,
  clusters,
  git,
  scmProvider,
  clusterDecisionResource,
  pullRequest,
  matrix,
  merge,
  plugin,
];
