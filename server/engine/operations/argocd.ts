import type { OperationState, PlanAction } from '../../core/status/application.ts';
import { fromArgocd } from '../../core/status/fromArgocd.ts';
import { nameOf, namespaceOf } from '../../core/sync/resource.ts';
import {
  type Asked,
  deletePatch,
  refreshPatch,
  rollbackPatch,
  syncPatch,
  terminatePatch,
} from '../../core/sync/throughArgocd.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { type Cluster, ClusterFailure, type ObjectRef } from '../cluster.ts';
import type { PlanRequest, PlanStep, Refusal } from '../delivery.ts';
import { means } from './prepare.ts';
import { manager } from './store.ts';

/** An Application that an Argo CD drives, asked through its object; nothing else in the cluster is touched. */
export interface DrivenApplication {
  readonly cluster: Cluster;
  readonly ref: ObjectRef;
}

export function drivenApplication(cluster: Cluster, application: JsonObject): DrivenApplication {
  const ref = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    namespace: namespaceOf(application),
    name: nameOf(application),
  };
  return { cluster, ref };
}

/** What Argo CD itself last said it would do; it compares with its own checkout, so our manifests do not count here. */
export function drivenPlan(
  { cluster, ref }: DrivenApplication,
  application: JsonObject,
  request: PlanRequest,
  user: string,
): {
  readonly steps: readonly PlanStep[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
} {
  const { resources } = fromArgocd(cluster.name, application);
  const { resources: chosen = [] } = request;
  const own = resources.filter(it => chosen.length === 0 || chosen.some(one => means(one, it)));
  const steps = own.map((it): PlanStep => {
    const { action, reason } = drivenAction(it, request);
    return {
      ...{ group: it.group, kind: it.kind, namespace: it.namespace, name: it.name },
      apiVersion: it.group === '' ? it.version : `${it.group}/${it.version}`,
      phase: 'Sync',
      wave: it.wave ?? 0,
      hook: it.hook ?? false,
      action,
      reason,
    };
  });
  const asked = request.kind === 'delete' ? undefined : patchFor(application, request, user);
  const refusals = asked?.kind === 'refused' ? [{ guard: 'argocd', message: `${asked.message}.` }] : [];
  const told = `Argo CD carries this out: ${ref.namespace}/${ref.name} in ${cluster.name}.`;
  const unsaved =
    request.content === undefined ? [] : ['Argo CD reads its own checkout; edits that are not pushed do not count.'];
  return { steps: steps.sort((a, b) => a.wave - b.wave), refusals, warnings: [told, ...unsaved] };
}

function drivenAction(
  resource: ReturnType<typeof fromArgocd>['resources'][number],
  request: PlanRequest,
): { readonly action: PlanAction; readonly reason: string } {
  if (request.kind === 'delete')
    return request.cascade === 'none'
      ? { action: 'keep', reason: 'no cascade' }
      : { action: 'prune', reason: 'deleted with its Application' };
  if (resource.hook) return { action: 'hook', reason: 'hook' };
  if (resource.requiresPruning)
    return request.prune
      ? { action: 'prune', reason: 'not in the manifests any more' }
      : { action: 'keep', reason: 'pruning is off' };
  if (resource.missing) return { action: 'create', reason: 'not in the cluster' };
  return resource.sync === 'Synced'
    ? { action: 'unchanged', reason: 'in sync' }
    : { action: 'update', reason: 'differs' };
}

function patchFor(application: JsonObject, request: PlanRequest, user: string): Asked {
  const { prune = false, dryRun = false, force = false, syncOptions = [], resources = [] } = request;
  if (request.kind === 'rollback') return rollbackPatch(application, request.entry ?? -1, { user, prune, dryRun });
  const { content } = request;
  return syncPatch(application, {
    ...{ user, prune, dryRun, force, resources },
    syncOptions: [...syncOptions, ...(request.replace ? ['Replace=true'] : [])],
    ...(typeof content === 'object' ? { revision: content.revision } : {}),
  });
}

/** Answers why not, where it could not be asked. */
export async function askSync(
  driven: DrivenApplication,
  request: PlanRequest,
  user: string,
): Promise<string | undefined> {
  return askedWith(driven, application => patchFor(application, request, user));
}

export async function askTerminate(driven: DrivenApplication): Promise<string | undefined> {
  return askedWith(driven, terminatePatch);
}

export async function askRefresh({ cluster, ref }: DrivenApplication, hard: boolean): Promise<void> {
  await cluster.write({ verb: 'patch', ref, type: 'merge', patch: refreshPatch(hard) }, { fieldManager: manager });
}

export async function askDelete(
  driven: DrivenApplication,
  cascade: NonNullable<PlanRequest['cascade']>,
): Promise<string | undefined> {
  const why = await askedWith(driven, application => deletePatch(application, cascade));
  if (why === undefined) await driven.cluster.delete(driven.ref);
  return why;
}

const mostTries = 10;

/** Of a lost race the loser decides anew: somebody's operation may be running now. */
async function askedWith(
  { cluster, ref }: DrivenApplication,
  decide: (application: JsonObject) => Asked,
): Promise<string | undefined> {
  for (let tried = 1; ; tried++) {
    const application = await cluster.get(ref);
    if (!application) return `the Application ${ref.namespace}/${ref.name} is gone`;
    const asked = decide(application);
    if (asked.kind === 'refused') return asked.message;
    try {
      await cluster.write({ verb: 'patch', ref, type: 'merge', patch: asked.patch }, { fieldManager: manager });
      return undefined;
    } catch (cause) {
      if (!(cause instanceof ClusterFailure) || cause.reason !== 'conflict' || tried >= mostTries) throw cause;
    }
  }
}

/**
 * How the operation stands that was asked for; `undefined` until the controller has begun it. The state before it was taken away with the
 * request, so whatever state there is, is its own; times would not tell, because clocks differ. `gone`: the Application was deleted.
 */
export async function drivenState({ cluster, ref }: DrivenApplication): Promise<OperationState | 'gone' | undefined> {
  const application = await cluster.get(ref);
  if (!application) return 'gone';
  const { operation } = fromArgocd(cluster.name, application);
  if (!operation) return undefined;
  // A retry that waits is phase Running with a finish time.
  const runs = isObject(application.operation) || operation.phase === 'Running' || operation.phase === 'Terminating';
  const { finishedAt, ...rest } = operation;
  return runs ? rest : { ...rest, finishedAt: finishedAt ?? operation.startedAt };
}
