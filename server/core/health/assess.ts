import type { FactKind, Facts, Missing } from '../facts/facts.ts';
import { isUnavailable } from '../facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { objectAt, textAt } from './fields.ts';
import { type Health, type HealthStatus, health, healthStatuses } from './health.ts';
import { healthKinds } from './kinds/index.ts';

/** A script of argocd-cm (`resource.customizations.health.<group_Kind>`). */
export interface HealthScript {
  readonly script: string;
  readonly useOpenLibs: boolean;
}

export interface Assessment {
  /** `undefined`: a kind without health, which counts for nothing; never the same as Healthy. */
  readonly health: Health | undefined;
  readonly missing: readonly Missing[];
}

const nothing: readonly Missing[] = [];

/**
 * Health of one live object, in Argo CD's order (argo-cd:gitops-engine/pkg/health/health.go): being deleted, then the operator's own
 * script, then the bundled script of its kind, then the built-in check, then none. Scripts run in the library, so they are facts.
 */
export function assess(object: JsonObject, facts: Facts, customized?: HealthScript): Assessment {
  if (isBeingDeleted(object)) return { health: health('Progressing', 'Pending deletion'), missing: nothing };
  const bundled = customized ? undefined : bundledScript(object, facts);
  if (bundled === 'missing') return { health: undefined, missing: [scriptFact(object)] };
  const script = customized ?? (bundled === undefined ? undefined : { script: bundled, useOpenLibs: true });
  if (script) return runScript(object, script, facts);
  return { health: builtIn(object), missing: nothing };
}

function isBeingDeleted(object: JsonObject): boolean {
  const metadata = objectAt(object, 'metadata');
  if (metadata.deletionTimestamp === undefined || metadata.deletionTimestamp === null) return false;
  // A hook that waits for its own finalizer has ended its work; its health still says how.
  const finalizers = metadata.finalizers;
  return !(Array.isArray(finalizers) && finalizers.includes('argocd.argoproj.io/hook-finalizer'));
}

export function groupOf(object: JsonObject): string {
  const apiVersion = textAt(object, 'apiVersion');
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

function builtIn(object: JsonObject): Health | undefined {
  const group = groupOf(object);
  const kind = textAt(object, 'kind');
  const found = healthKinds.find(it => it.group === group && it.kind === kind);
  if (!found) return undefined;
  const apiVersion = textAt(object, 'apiVersion');
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  if (!found.versions.includes('*') && !found.versions.includes(version)) {
    const gvk = `${group === '' ? '' : group}/${version}, Kind=${kind}`;
    return health('Unknown', `unsupported ${found.word ?? kind} GVK: ${gvk}`);
  }
  return found.assess(object);
}

const scriptFact = (object: JsonObject): Missing & { readonly kind: 'library' } => ({
  kind: 'library',
  of: { op: 'luaScript', args: { group: groupOf(object), kind: textAt(object, 'kind') } },
});

function bundledScript(object: JsonObject, facts: Facts): string | undefined | 'missing' {
  const fact = scriptFact(object);
  const known = facts.get('library' satisfies FactKind, fact.of);
  if (known === undefined) return 'missing';
  if (isUnavailable(known) || !known.ok || !isObject(known.value)) return undefined;
  return typeof known.value.script === 'string' ? known.value.script : undefined;
}

function runScript(object: JsonObject, { script, useOpenLibs }: HealthScript, facts: Facts): Assessment {
  const of = { op: 'lua', args: { script, obj: object as Json, openLibs: useOpenLibs } };
  const known = facts.get('library', of);
  if (known === undefined) return { health: undefined, missing: [{ kind: 'library', of }] };
  if (isUnavailable(known)) return { health: health('Unknown', known.why), missing: nothing };
  return { health: known.ok ? scriptResult(known.value) : health('Unknown', known.error), missing: nothing };
}

/** argo-cd:util/lua/lua.go: an unknown status is Unknown with Argo CD's sentence; nothing returned means no health. */
function scriptResult(value: Json): Health | undefined {
  if (!isObject(value) || Object.keys(value).length === 0) return undefined;
  if (typeof value.error === 'string') return health('Unknown', value.error);
  const status = textAt(value, 'status');
  if (isStatus(status)) return health(status, textAt(value, 'message'));
  return health('Unknown', 'Lua returned an invalid health status');
}

function isStatus(text: string): text is HealthStatus {
  return (healthStatuses as readonly string[]).includes(text);
}
