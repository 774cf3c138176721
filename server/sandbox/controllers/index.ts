import type { Controller } from './controller.ts';
import { daemonSets } from './daemonSets.ts';
import { definitions } from './definitions.ts';
import { deployments } from './deployments.ts';
import { jobs } from './jobs.ts';
import { namespaces } from './namespaces.ts';
import { ingresses, services } from './network.ts';
import { pods } from './pods.ts';
import { quotas } from './quotas.ts';
import { replicaSets } from './replicaSets.ts';
import { rollouts } from './rollouts.ts';
import { statefulSets } from './statefulSets.ts';
import { claims } from './storage.ts';

export const controllers: readonly Controller[] = [
  namespaces,
  definitions,
  deployments,
  replicaSets,
  statefulSets,
  daemonSets,
  jobs,
  rollouts,
  pods,
  services,
  ingresses,
  claims,
  quotas,
];
