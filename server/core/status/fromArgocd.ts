import { type HealthStatus, healthStatuses } from '../health/health.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type {
  ApplicationStatus,
  Condition,
  HistoryEntry,
  OperationState,
  OperationStep,
  ResourceStatus,
  SyncStatus,
} from './application.ts';

/**
 * An Application that an Argo CD drives, as its own status tells it (argo-cd:pkg/apis/application/v1alpha1/types.go). Nothing is compared
 * anew: what Argo CD says is what stands.
 */
export function fromArgocd(
  cluster: string,
  application: JsonObject,
): Omit<ApplicationStatus, 'declared' | 'phase' | 'notes'> {
  const metadata = at(application, 'metadata');
  const spec = at(application, 'spec');
  const status = at(application, 'status');
  const [namespace, name] = [text(metadata.namespace), text(metadata.name)];
  const id = `${cluster}|${namespace}/${name}`;
  const health = at(status, 'health');
  const sync = at(status, 'sync');
  const message = text(health.message) || conditionsOf(status)[0]?.message;
  const operation = operationOf(status, id, name);
  const reconciledAt = timeOf(status.reconciledAt);
  const automated = automatedOf(spec);
  return {
    id,
    cluster,
    namespace,
    name,
    project: text(spec.project) || 'default',
    destinationNamespace: text(at(spec, 'destination').namespace),
    driver: 'argocd',
    sync: syncOf(sync.status),
    health: healthOf(health.status) ?? 'Unknown',
    ...(message ? { message } : {}),
    revisions: revisionsOf(sync),
    resources: objects(status.resources).map(it => resourceOf(it)),
    ...(operation && { operation }),
    conditions: conditionsOf(status),
    history: historyOf(status),
    ...(reconciledAt === undefined ? {} : { comparedAt: reconciledAt }),
    ...(automated && { automated }),
  };
}

function resourceOf(resource: JsonObject): ResourceStatus {
  const health = at(resource, 'health');
  const status = healthOf(health.status);
  const hook = resource.hook === true;
  return {
    group: text(resource.group),
    kind: text(resource.kind),
    namespace: text(resource.namespace),
    name: text(resource.name),
    version: text(resource.version),
    ...(hook ? { hook } : { sync: syncOf(resource.status) }),
    ...(status ? { health: { status, message: text(health.message) } } : {}),
    ...(resource.requiresPruning === true ? { requiresPruning: true } : {}),
    ...(status === 'Missing' ? { missing: true } : {}),
    ...(typeof resource.syncWave === 'number' ? { wave: resource.syncWave } : {}),
  };
}

function operationOf(status: JsonObject, application: string, name: string): OperationState | undefined {
  const state = at(status, 'operationState');
  const startedAt = timeOf(state.startedAt);
  if (startedAt === undefined) return undefined;
  const finishedAt = timeOf(state.finishedAt);
  const operation = at(state, 'operation');
  const result = at(state, 'syncResult');
  const initiator = at(operation, 'initiatedBy');
  const phase = text(state.phase);
  return {
    id: `${name}-${startedAt}`,
    application,
    kind: 'sync',
    phase: phases.find(it => it === phase) ?? 'Error',
    message: text(state.message),
    startedAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    dryRun: at(operation, 'sync').dryRun === true,
    initiatedBy: text(initiator.username) || (initiator.automated === true ? 'automated sync' : ''),
    revisions: revisionsOf(result),
    ...(typeof state.retryCount === 'number' && state.retryCount > 0
      ? { retry: { count: state.retryCount, limit: numberOr(at(operation, 'retry').limit, 0) } }
      : {}),
    steps: objects(result.resources).map(stepOf),
  };
}

const phases = ['Running', 'Terminating', 'Succeeded', 'Failed', 'Error'] as const;

function stepOf(resource: JsonObject): OperationStep {
  const result = text(resource.status);
  const hookPhase = text(resource.hookPhase);
  const hook = text(resource.hookType) !== '';
  return {
    group: text(resource.group),
    kind: text(resource.kind),
    namespace: text(resource.namespace),
    name: text(resource.name),
    phase: text(resource.syncPhase) || 'Sync',
    wave: 0,
    hook,
    action: hook ? 'hook' : result === 'Pruned' ? 'prune' : result === 'PruneSkipped' ? 'keep' : 'update',
    state: stateOf(hookPhase, result),
    message: text(resource.message),
  };
}

function stateOf(hookPhase: string, result: string): OperationStep['state'] {
  if (hookPhase === 'Running') return 'running';
  if (hookPhase === 'Failed' || hookPhase === 'Error' || result === 'SyncFailed') return 'failed';
  if (result === 'PruneSkipped') return 'skipped';
  return result === '' && hookPhase === '' ? 'waiting' : 'succeeded';
}

/** Newest first, as trees show it; Argo CD keeps it the other way round. */
function historyOf(status: JsonObject): readonly HistoryEntry[] {
  return objects(status.history)
    .map((it): HistoryEntry => {
      const initiator = at(it, 'initiatedBy');
      const startedAt = timeOf(it.deployStartedAt);
      const sources = Array.isArray(it.sources) ? objects(it.sources) : isObject(it.source) ? [it.source] : [];
      return {
        id: numberOr(it.id, 0),
        deployedAt: timeOf(it.deployedAt) ?? 0,
        ...(startedAt === undefined ? {} : { startedAt }),
        revisions: revisionsOf(it),
        initiatedBy: text(initiator.username) || (initiator.automated === true ? 'automated sync' : ''),
        // Argo CD writes down only what succeeded.
        result: 'Succeeded',
        sources: sources.map(sourceText),
      };
    })
    .reverse();
}

/** One line: repository and path, or chart. */
export function sourceText(source: JsonObject): string {
  const chart = text(source.chart);
  const path = text(source.path);
  const inside = chart === '' ? path : chart;
  return inside === '' ? text(source.repoURL) : `${text(source.repoURL)} ${inside}`;
}

function conditionsOf(status: JsonObject): readonly Condition[] {
  return objects(status.conditions).map(it => ({ type: text(it.type), message: text(it.message) }));
}

/** argo-cd:pkg/apis/application/v1alpha1/types.go, IsAutomatedSyncEnabled: `automated: {}` is on. */
export function automatedOf(spec: JsonObject): ApplicationStatus['automated'] {
  const { automated } = at(spec, 'syncPolicy');
  if (!isObject(automated)) return undefined;
  return {
    prune: automated.prune === true,
    selfHeal: automated.selfHeal === true,
    on: automated.enabled !== false,
  };
}

function revisionsOf(value: JsonObject): readonly string[] {
  const many = Array.isArray(value.revisions)
    ? value.revisions.filter((it): it is string => typeof it === 'string')
    : [];
  if (many.length > 0) return many;
  return text(value.revision) === '' ? [] : [text(value.revision)];
}

function syncOf(value: unknown): SyncStatus {
  return value === 'Synced' || value === 'OutOfSync' ? value : 'Unknown';
}

function healthOf(value: unknown): HealthStatus | undefined {
  return healthStatuses.find(it => it === value);
}

/** RFC 3339 in UTC, as Kubernetes writes times; milliseconds since 1970. */
export function timeOf(value: Json | undefined): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOr = (value: unknown, other: number): number => (typeof value === 'number' ? value : other);
const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
function at(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isObject(found) ? found : {};
}
