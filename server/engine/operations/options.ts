import { metadataOf } from '../../core/sync/resource.ts';
import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import type { DeleteOptions } from '../cluster.ts';
import type { PlanRequest } from '../delivery.ts';

/** What a sync was told to do: the Application's `syncPolicy` and what the person asked for besides. */
export interface RunOptions {
  readonly prune: boolean;
  readonly pruneLast: boolean;
  readonly pruneConfirmed: boolean;
  /** Of every resource that says nothing itself: `false`, `confirm` or empty. */
  readonly defaultPruneOption: string;
  readonly propagation: NonNullable<DeleteOptions['propagation']>;
  readonly skipHooks: boolean;
  readonly createNamespace: boolean;
  readonly namespaceMetadata?: NamespaceMetadata;
  readonly skipDryRunOnMissingResource: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly replace: boolean;
  readonly serverSideApply: boolean;
  readonly validate: boolean;
  readonly outOfSyncOnly: boolean;
  readonly respectIgnoreDifferences: boolean;
  readonly failOnSharedResource: boolean;
  /** Only full syncs that really do something are kept (argo-cd:controller/sync.go, SyncAppState). */
  readonly recordHistory: boolean;
  readonly historyLimit: number;
  readonly retry: RetryOptions;
}

export interface NamespaceMetadata {
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
}

/** Milliseconds; a negative limit is none. */
export interface RetryOptions {
  readonly limit: number;
  readonly durationMs: number;
  readonly factor: number;
  readonly longestMs: number;
}

export function runOptions(application: JsonObject, request: PlanRequest, now: number): RunOptions {
  const spec = at(application, 'spec');
  const policy = at(spec, 'syncPolicy');
  const options = mergedOptions(policy.syncOptions, request.syncOptions ?? []);
  const has = (option: string): boolean => options.includes(option);
  const value = (name: string): string => options.find(it => it.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const selective = (request.resources?.length ?? 0) > 0;
  const metadata = policy.managedNamespaceMetadata;
  const { revisionHistoryLimit } = spec;
  return {
    prune: request.kind === 'delete' || (request.prune ?? false),
    pruneLast: has('PruneLast=true'),
    pruneConfirmed: (request.pruneConfirmed ?? false) || isConfirmed(application, now),
    defaultPruneOption: value('Prune'),
    propagation:
      propagations[request.kind === 'delete' ? (request.cascade ?? '') : value('PrunePropagationPolicy')] ??
      'Foreground',
    // A rollback applies without hooks, as Argo CD's does (argo-cd:server/application/application.go, Rollback).
    skipHooks: selective || request.kind === 'rollback',
    createNamespace: has('CreateNamespace=true'),
    ...(isObject(metadata)
      ? { namespaceMetadata: { labels: at(metadata, 'labels'), annotations: at(metadata, 'annotations') } }
      : {}),
    skipDryRunOnMissingResource: has('SkipDryRunOnMissingResource=true'),
    dryRun: request.dryRun ?? false,
    force: request.force ?? false,
    replace: (request.replace ?? false) || has('Replace=true'),
    // Ours by default where Argo CD's is client-side: no annotation limit, and other managers' fields are seen instead of overwritten.
    serverSideApply: !has('ServerSideApply=false'),
    validate: !has('Validate=false'),
    outOfSyncOnly: has('ApplyOutOfSyncOnly=true'),
    respectIgnoreDifferences: has('RespectIgnoreDifferences=true'),
    failOnSharedResource: has('FailOnSharedResource=true'),
    recordHistory: !selective && !(request.dryRun ?? false) && request.kind !== 'delete',
    historyLimit: typeof revisionHistoryLimit === 'number' ? revisionHistoryLimit : 10,
    retry:
      request.kind === 'delete'
        ? { ...retryOptions(policy), limit: 0 }
        : retryOptions(policy, request.automated ? 5 : 0),
  };
}

/** One value for each option: what the person asked for wins over the manifest. */
function mergedOptions(manifest: Json | undefined, asked: readonly string[]): readonly string[] {
  const own = (Array.isArray(manifest) ? manifest : []).filter((it): it is string => typeof it === 'string');
  const nameOf = (option: string): string => option.slice(0, option.indexOf('='));
  const names = new Set(asked.map(nameOf));
  return [...asked, ...own.filter(it => !names.has(nameOf(it)))];
}

const propagations: Readonly<Record<string, RunOptions['propagation']>> = {
  foreground: 'Foreground',
  background: 'Background',
  orphan: 'Orphan',
};

/** argo-cd:pkg/apis/application/v1alpha1/types.go, IsDeletionConfirmed */
export function isConfirmed(application: JsonObject, since: number): boolean {
  const approved = at(metadataOf(application), 'annotations')['argocd.argoproj.io/deletion-approved'];
  const time = typeof approved === 'string' ? Date.parse(approved) : Number.NaN;
  return !Number.isNaN(time) && time >= since - (since % 1000);
}

function retryOptions(policy: JsonObject, usual = 0): RetryOptions {
  const retry = at(policy, 'retry');
  const backoff = at(retry, 'backoff');
  return {
    limit: typeof retry.limit === 'number' ? retry.limit : usual,
    durationMs: durationMs(backoff.duration) ?? 5_000,
    factor: typeof backoff.factor === 'number' ? backoff.factor : 2,
    longestMs: durationMs(backoff.maxDuration) ?? 180_000,
  };
}

/** Argo CD waits with the count already incremented: the first time 10 s, not 5 (argo-cd:controller/appcontroller.go). */
export function retryDelayMs({ durationMs: first, factor, longestMs }: RetryOptions, count: number): number {
  return Math.min(longestMs, first * factor ** count);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Go's durations and `1d`, as argo-cd:pkg/apis/application/v1alpha1/types.go (RetryStrategy) reads them; plain numbers are seconds. */
export function durationMs(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value * 1000;
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  );
}

function at(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isObject(found) ? found : {};
}
