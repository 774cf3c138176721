import type { JsonObject } from '../text/json.ts';

/** Best to worst: the order in which Argo CD compares (argo-cd:gitops-engine/pkg/health/health.go). */
export const healthStatuses = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
  /** What the resource counts as in its Application, where that differs from what is shown: a suspended Job counts as Healthy. */
  readonly aggregateAs?: HealthStatus;
}

/** The built-in check of one kind. `group` and `kind` choose it, whatever the version; the check itself refuses versions it does not know. */
export interface HealthKind {
  readonly group: string;
  readonly kind: string;
  /** Versions the check understands; for any other the answer is Unknown, as in Argo CD. */
  readonly versions: readonly string[];
  /** How Argo CD words the kind when it meets a version it does not know. */
  readonly word?: string;
  readonly assess: (object: JsonObject) => Health;
}

export function health(status: HealthStatus, message = ''): Health {
  return { status, message };
}

export function isWorse(current: HealthStatus, next: HealthStatus): boolean {
  return healthStatuses.indexOf(next) > healthStatuses.indexOf(current);
}
