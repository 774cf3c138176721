import type { HealthKind } from '../health.ts';
import { apiService } from './apiService.ts';
import { daemonSet } from './daemonSet.ts';
import { deployment } from './deployment.ts';
import { horizontalPodAutoscaler } from './horizontalPodAutoscaler.ts';
import { ingress, legacyIngress } from './ingress.ts';
import { job } from './job.ts';
import { persistentVolumeClaim } from './persistentVolumeClaim.ts';
import { pod } from './pod.ts';
import { replicaSet } from './replicaSet.ts';
import { service } from './service.ts';
import { statefulSet } from './statefulSet.ts';
import { workflow } from './workflow.ts';

/** Kinds that Argo CD judges without a script (argo-cd:gitops-engine/pkg/health/health.go, GetHealthCheckFunc). */
export const healthKinds: readonly HealthKind[] = [
  deployment,
  statefulSet,
  replicaSet,
  daemonSet,
  ingress,
  legacyIngress,
  workflow,
  apiService,
  service,
  persistentVolumeClaim,
  pod,
  job,
  horizontalPodAutoscaler,
];
