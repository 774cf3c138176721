import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { metadataOf, type ResourceKey } from './resource.ts';

/**
 * Where an Argo CD drives an Application, everything is asked of it by patches of the Application object, which has no status subresource.
 * Each patch names the version of the object that it was decided on, so that two requests cannot both win.
 */
export interface AskedSync {
  readonly user: string;
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly syncOptions: readonly string[];
  readonly resources: readonly ResourceKey[];
  /** In place of the manifest's `targetRevision`. */
  readonly revision?: string;
}

export type Asked =
  | { readonly kind: 'patch'; readonly patch: JsonObject }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * A new operation. The old state is taken away with it: a state that is not complete would make the controller go on with the **old**
 * operation (argo-cd:util/argo/argo.go, SetAppOperation). Sync options and retry are not taken over from `spec` by the controller, so they
 * are copied.
 */
export function syncPatch(application: JsonObject, asked: AskedSync): Asked {
  const spec = at(application, 'spec');
  const sources = Array.isArray(spec.sources) && spec.sources.length > 0 ? spec.sources : undefined;
  const revision =
    asked.revision === undefined
      ? {}
      : sources
        ? { revisions: sources.map(() => asked.revision ?? '') }
        : { revision: asked.revision };
  return operationPatch(application, asked.user, {
    ...revision,
    prune: asked.prune,
    dryRun: asked.dryRun,
    syncOptions: mergedOptions(at(spec, 'syncPolicy').syncOptions, asked.syncOptions),
    syncStrategy: { hook: { force: asked.force } },
    ...(asked.resources.length > 0
      ? { resources: asked.resources.map(({ group, kind, namespace, name }) => ({ group, kind, namespace, name })) }
      : {}),
  });
}

/** argo-cd:server/application/application.go, Rollback */
export function rollbackPatch(
  application: JsonObject,
  entry: number,
  asked: Pick<AskedSync, 'user' | 'prune' | 'dryRun'>,
): Asked {
  const policy = at(at(application, 'spec'), 'syncPolicy');
  if (metadataOf(application).deletionTimestamp !== undefined) return refused('application is deleting');
  if (isObject(policy.automated) && policy.automated.enabled !== false)
    return refused('rollback cannot be initiated when auto-sync is enabled');
  const { history } = at(application, 'status');
  const found = (Array.isArray(history) ? history : []).filter(isObject).find(it => it.id === entry);
  if (!found)
    return refused(`application ${String(metadataOf(application).name)} does not have deployment with id ${entry}`);
  const { revision, revisions, source, sources } = found;
  return operationPatch(application, asked.user, {
    ...(revision === undefined ? {} : { revision }),
    ...(revisions === undefined ? {} : { revisions }),
    ...(source === undefined ? {} : { source }),
    ...(sources === undefined ? {} : { sources }),
    prune: asked.prune,
    dryRun: asked.dryRun,
    syncOptions: mergedOptions(policy.syncOptions, []),
    syncStrategy: { apply: {} },
  });
}

function operationPatch(application: JsonObject, username: string, sync: JsonObject): Asked {
  if (isObject(application.operation)) return refused('another operation is already in progress');
  const { retry } = at(at(application, 'spec'), 'syncPolicy');
  return patched(application, {
    operation: { initiatedBy: { username }, sync, ...(isObject(retry) ? { retry } : {}) },
    // A merge patch makes `status` where there is none, which the CRD would take for a status without its required parts.
    ...(isObject(application.status) ? { status: { operationState: null } } : {}),
  });
}

/** argo-cd:server/application/application.go, TerminateOperation */
export function terminatePatch(application: JsonObject): Asked {
  if (!isObject(application.operation) || !isObject(at(application, 'status').operationState))
    return refused('Unable to terminate operation. No operation is in progress');
  return patched(application, { status: { operationState: { phase: 'Terminating' } } });
}

/** The controller takes the annotation away when it has looked. */
export function refreshPatch(hard: boolean): JsonObject {
  return { metadata: { annotations: { 'argocd.argoproj.io/refresh': hard ? 'hard' : 'normal' } } };
}

const cascadeFinalizer = 'resources-finalizer.argocd.argoproj.io';

/** Which finalizers the Application must carry before it is deleted; without one of ours its resources stay. */
export function deletePatch(application: JsonObject, cascade: 'foreground' | 'background' | 'none'): Asked {
  const { finalizers } = metadataOf(application);
  const others = (Array.isArray(finalizers) ? finalizers : []).filter(
    it => typeof it === 'string' && it !== cascadeFinalizer && !it.startsWith(`${cascadeFinalizer}/`),
  );
  const own = { foreground: [cascadeFinalizer], background: [`${cascadeFinalizer}/background`], none: [] }[cascade];
  return patched(application, { metadata: { finalizers: [...others, ...own] } });
}

function patched(application: JsonObject, patch: JsonObject): Asked {
  const { resourceVersion } = metadataOf(application);
  const metadata = isObject(patch.metadata) ? patch.metadata : {};
  return {
    kind: 'patch',
    patch: { ...patch, metadata: { ...metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) } },
  };
}

function mergedOptions(own: Json | undefined, asked: readonly string[]): readonly string[] {
  const nameOf = (option: string): string => option.split('=')[0] ?? '';
  const names = new Set(asked.map(nameOf));
  const kept = (Array.isArray(own) ? own : []).filter(
    (it): it is string => typeof it === 'string' && !names.has(nameOf(it)),
  );
  return [...kept, ...asked];
}

const refused = (message: string): Asked => ({ kind: 'refused', message });
function at(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isObject(found) ? found : {};
}
