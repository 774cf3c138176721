import { kindOf } from '../../core/sync/resource.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { ClusterFailure, type ClusterFailureReason } from '../cluster.ts';

/** Nobody answered, or somebody who could not: whether the request was carried out is not known, and the cluster as a whole is concerned. */
export function isWeather(cause: unknown): boolean {
  return cause instanceof ClusterFailure && weather.has(cause.reason);
}

const weather: ReadonlySet<ClusterFailureReason> = new Set([
  'unreachable',
  'timeout',
  'serverError',
  'tooManyRequests',
  'unauthorized',
  'kubeconfig',
]);

/** What stands in a resource's result: the server's words, then what to do. */
export function failureText(failure: ClusterFailure, object: JsonObject): string {
  const remedy = remedyOf(failure, object);
  return remedy === undefined ? failure.message : `${failure.message.replace(/\.?$/, '.')} ${remedy}`;
}

function remedyOf(failure: ClusterFailure, object: JsonObject): string | undefined {
  switch (failure.reason) {
    case 'conflict':
      return failure.causes.length > 0
        ? `${conflictsText(conflictsOf(failure))} Sync with force to take these fields over, or remove them from the manifest.`
        : 'Somebody else wrote it at the same time. Sync again.';
    case 'quota':
      return 'The quota of its namespace is full: free some of it, or raise the quota, then sync again.';
    case 'denied':
      return 'An admission webhook or policy of the cluster decided this: change the manifest as it says, or the policy.';
    case 'forbidden':
      return 'Ask for this permission, or sync as somebody who has it.';
    case 'terminating':
      return 'Its namespace is being deleted: wait until it is gone, or see which finalizer holds it, then sync again.';
    case 'tooLarge':
      return `The object is too large for the last-applied annotation of client-side apply: sync this ${kindOf(object)} with ServerSideApply=true or Replace=true.`;
    case 'unknownKind':
      return 'Install the CustomResourceDefinition first, or make it part of the Application.';
    case 'notFound':
      return 'Its namespace does not exist: create it, or set the sync option CreateNamespace=true.';
    case 'invalid':
      return /immutable/.test(failure.message)
        ? 'The field cannot be changed on a living object: sync with Force=true and Replace=true to recreate it.'
        : undefined;
    default:
      return undefined;
  }
}

/** One field that somebody else owns. */
export interface FieldConflict {
  readonly manager: string;
  readonly field: string;
}

/** `conflict with "kubectl-edit" using apps/v1` and the field beside it. */
export function conflictsOf(failure: ClusterFailure): readonly FieldConflict[] {
  return failure.causes
    .filter(it => it.reason === 'FieldManagerConflict')
    .map(it => ({
      manager: /conflict with "([^"]*)"/.exec(it.message)?.[1] ?? it.message,
      field: it.field.replace(/^\./, ''),
    }));
}

/** `kubectl-edit manages spec.replicas; helm manages metadata.labels.tier.` */
export function conflictsText(conflicts: readonly FieldConflict[]): string {
  const fields = new Map<string, string[]>();
  for (const { manager, field } of conflicts) fields.set(manager, [...(fields.get(manager) ?? []), field]);
  return `${[...fields].map(([manager, of]) => `${manager} manages ${of.join(', ')}`).join('; ')}.`;
}

/** Who applied the same manifests before us: their fields are ours to take, as Argo CD's client-side apply migration does. */
const predecessors: ReadonlySet<string> = new Set([
  'argocd-controller',
  'kubectl-client-side-apply',
  'before-first-apply',
]);

export function isForeign({ manager }: FieldConflict): boolean {
  return !predecessors.has(manager);
}
