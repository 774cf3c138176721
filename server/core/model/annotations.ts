/**
 * Annotations and options that Argo CD reads, for checks, completion and hover. Strings are exact: Argo CD compares them letter by letter
 * (argo-cd:common/common.go, gitops-engine/pkg/sync/common/types.go, pkg/apis/application/v1alpha1/types.go).
 */
export interface Annotation {
  readonly name: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  readonly value: AnnotationValue;
}

export type AnnotationValue =
  | { readonly kind: 'text' }
  | { readonly kind: 'integer' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'one'; readonly of: readonly string[] }
  /** A comma-separated list; spaces around an item do not count. */
  | { readonly kind: 'list'; readonly of: readonly string[] };

/** Of an Application's `spec.syncPolicy.syncOptions`; no trimming there. */
export const applicationSyncOptions: readonly string[] = [
  'CreateNamespace=true',
  'FailOnSharedResource=true',
  'RespectIgnoreDifferences=true',
  'PrunePropagationPolicy=foreground',
  'PrunePropagationPolicy=background',
  'PrunePropagationPolicy=orphan',
  'ApplyOutOfSyncOnly=true',
  'PruneLast=true',
  'Replace=true',
  'Force=true',
  'ServerSideApply=true',
  'ClientSideApplyMigration=false',
  'Validate=false',
  'SkipDryRunOnMissingResource=true',
  'Prune=false',
  'Prune=confirm',
  'Delete=false',
  'Delete=confirm',
];

/** Of a resource's own annotation. */
export const resourceSyncOptions: readonly string[] = [
  'Prune=false',
  'Prune=confirm',
  'Delete=false',
  'Delete=confirm',
  'PruneLast=true',
  'Replace=true',
  'Force=true',
  'ServerSideApply=true',
  'ServerSideApply=false',
  'Validate=false',
  'SkipDryRunOnMissingResource=true',
  // Read by controllers newer than 3.6.
  'ApplyOutOfSyncOnly=true',
  'ClientSideApplyMigration=false',
];

/** Written out though they are what happens anyway; Argo CD reads nothing from them and nobody is misled. */
export const harmlessOptions: ReadonlySet<string> = new Set([
  'CreateNamespace=false',
  'FailOnSharedResource=false',
  'RespectIgnoreDifferences=false',
  'ApplyOutOfSyncOnly=false',
  'PruneLast=false',
  'Replace=false',
  'Force=false',
  'ServerSideApply=false',
  'ClientSideApplyMigration=true',
  'Validate=true',
  'SkipDryRunOnMissingResource=false',
  'Prune=true',
  'Delete=true',
]);

export const hookTypes: readonly string[] = [
  'PreSync',
  'Sync',
  'PostSync',
  'SyncFail',
  'Skip',
  'PreDelete',
  'PostDelete',
];
export const hookDeletePolicies: readonly string[] = [
  'HookSucceeded',
  'HookFailed',
  'BeforeHookCreation',
  // Newer than 3.6.
  'Never',
];

const prefix = 'argocd.argoproj.io/';

export const annotations: readonly Annotation[] = [
  {
    name: `${prefix}sync-wave`,
    summary: 'The wave of a sync in which this object is applied: lower first, 0 when absent.',
    value: { kind: 'integer' },
  },
  {
    name: `${prefix}hook`,
    summary:
      'Runs this object as a hook in the given phases of a sync instead of keeping it as part of the application.',
    value: { kind: 'list', of: hookTypes },
  },
  {
    name: `${prefix}hook-delete-policy`,
    summary: 'When the hook is deleted; BeforeHookCreation when absent.',
    value: { kind: 'list', of: hookDeletePolicies },
  },
  {
    name: `${prefix}sync-options`,
    summary: 'Options for syncing this one object; they go before the Application’s own.',
    value: { kind: 'list', of: resourceSyncOptions },
  },
  {
    name: `${prefix}compare-options`,
    summary: 'How this object is compared with the cluster.',
    value: {
      kind: 'list',
      of: ['IgnoreExtraneous', 'ServerSideDiff=true', 'ServerSideDiff=false', 'IncludeMutationWebhook=true'],
    },
  },
  {
    name: `${prefix}tracking-id`,
    summary: 'Written by Argo CD: the application that owns this object.',
    value: { kind: 'text' },
  },
  {
    name: `${prefix}installation-id`,
    summary: 'Written by Argo CD: the installation that owns this object.',
    value: { kind: 'text' },
  },
  {
    name: `${prefix}ignore-healthcheck`,
    summary: '"true" leaves this object out of the application’s health.',
    value: { kind: 'boolean' },
  },
  {
    name: `${prefix}skip-reconcile`,
    summary: '"true" stops the controller from reconciling this Application.',
    value: { kind: 'boolean' },
  },
  {
    name: `${prefix}manifest-generate-paths`,
    summary: 'Paths, divided by ";", whose changes refresh this Application when a webhook arrives.',
    value: { kind: 'text' },
  },
  {
    name: `${prefix}refresh`,
    summary: 'Asks for a refresh; the controller removes it.',
    value: { kind: 'one', of: ['normal', 'hard'] },
  },
  { name: `${prefix}hydrate`, summary: 'Asks for hydration; the controller removes it.', value: { kind: 'text' } },
  {
    name: `${prefix}managed-by-url`,
    summary: 'Address of the Argo CD that shows this Application.',
    value: { kind: 'text' },
  },
  {
    name: `${prefix}application-set-refresh`,
    summary: 'Asks for a refresh of this ApplicationSet; the controller removes it.',
    value: { kind: 'boolean' },
  },
  {
    name: `${prefix}ignore-resource-updates`,
    summary:
      '"true" applies the ignoreResourceUpdates rules of argocd-cm to this object even if no application tracks it.',
    value: { kind: 'boolean' },
  },
  {
    name: `${prefix}ignore-default-links`,
    summary: '"true" keeps the addresses that Argo CD finds in this object out of the application’s links.',
    value: { kind: 'boolean' },
  },
  {
    name: `${prefix}ignore-restart-policy`,
    summary: '"true" judges the health of this Pod as if it were to run for ever.',
    value: { kind: 'boolean' },
  },
  {
    name: `${prefix}client-side-apply-migration-manager`,
    summary: 'The field manager whose client-side fields a server-side apply takes over.',
    value: { kind: 'text' },
  },
  {
    name: `${prefix}deletion-approved`,
    summary: 'Time (RFC 3339) at which pruning or deleting was confirmed.',
    value: { kind: 'text' },
  },
];

export function annotationNamed(name: string): Annotation | undefined {
  return annotations.find(it => it.name === name);
}
