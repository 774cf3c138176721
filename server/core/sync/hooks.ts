import type { JsonObject } from '../text/json.ts';
import { annotationItems, annotationOf } from './resource.ts';

export const phases = ['PreSync', 'Sync', 'PostSync', 'SyncFail'] as const;
export type SyncPhase = (typeof phases)[number];
export type HookType = SyncPhase | 'Skip';
export type DeletePolicy = 'HookSucceeded' | 'HookFailed' | 'BeforeHookCreation';

/** PreDelete and PostDelete are the controller's, not the engine's: in a sync they are types that nobody knows. */
const hookTypes: readonly HookType[] = [...phases, 'Skip'];
const deletePolicies: readonly DeletePolicy[] = ['HookSucceeded', 'HookFailed', 'BeforeHookCreation'];

/** argo-cd:gitops-engine/pkg/sync/hook/helm/type.go; other Helm hooks make an object that is never applied. */
const helmTypes: Readonly<Record<string, HookType>> = {
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-install': 'PostSync',
  'post-upgrade': 'PostSync',
};

const helmPolicies: Readonly<Record<string, DeletePolicy>> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
};

/**
 * argo-cd:gitops-engine/pkg/sync/hook/hook.go. The annotation alone makes a hook: one whose types nobody knows is a hook that never runs,
 * not a part of the application.
 */
export function isHook(object: JsonObject): boolean {
  if (annotationOf(object, 'argocd.argoproj.io/hook') !== undefined) return !isSkipped(object);
  // Helm's crd-install is older than CRD folders; what has that and nothing else is a part of the application, whatever its kind.
  const helm = annotationOf(object, 'helm.sh/hook');
  return helm !== undefined && helm !== 'crd-install';
}

export function isSkipped(object: JsonObject): boolean {
  const types = typesOf(object);
  return types.length === 1 && types[0] === 'Skip';
}

/** Argo CD's annotation wins over Helm's when it names at least one type that is known. */
export function typesOf(object: JsonObject): readonly HookType[] {
  const own = annotationItems(object, 'argocd.argoproj.io/hook').filter((it): it is HookType =>
    (hookTypes as readonly string[]).includes(it),
  );
  if (own.length > 0) return own;
  return annotationItems(object, 'helm.sh/hook').flatMap(it => helmTypes[it] ?? []);
}

/** In which phases an object has a task; a part of the application has one in Sync. */
export function phasesOf(object: JsonObject): readonly SyncPhase[] {
  if (isSkipped(object)) return [];
  if (!isHook(object)) return ['Sync'];
  const types = typesOf(object);
  return phases.filter(it => types.includes(it));
}

/** argo-cd:gitops-engine/pkg/sync/hook/delete_policy.go */
export function deletePoliciesOf(object: JsonObject): readonly DeletePolicy[] {
  const own = annotationItems(object, 'argocd.argoproj.io/hook-delete-policy').filter((it): it is DeletePolicy =>
    (deletePolicies as readonly string[]).includes(it),
  );
  const helm = annotationItems(object, 'helm.sh/hook-delete-policy').flatMap(it => helmPolicies[it] ?? []);
  const all = [...own, ...helm];
  return all.length > 0 ? all : ['BeforeHookCreation'];
}
