import type { Health } from '../../core/health/health.ts';
import { healthScriptFor } from '../../core/model/argocdSettings.ts';
import { instanceName } from '../../core/model/tracking.ts';
import type { Rendering } from '../../core/render/rendering.ts';
import type { ApplicationStatus, Condition } from '../../core/status/application.ts';
import { automatedOf } from '../../core/status/fromArgocd.ts';
import { type ObservedStatus, type OwnedObject, observedStatus } from '../../core/status/observed.ts';
import { managesNamespace, type Pairs, pairsOf, targetKey } from '../../core/sync/pairs.ts';
import { groupOf, keyOf, keyText, kindOf, metadataOf, type ResourceKey } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import type { ClusterFailure } from '../cluster.ts';
import type { Compared, Comparer } from '../compare/comparer.ts';
import { healthOf } from '../health.ts';
import type { LiveCache } from '../live.ts';
import type { Library } from '../ports.ts';
import type { Renderer, RenderOptions } from '../render.ts';
import type { DeclaredApplication } from './declared.ts';
import { destinationOf } from './destinations.ts';
import type { Connected } from './session.ts';

export interface ObservePorts {
  readonly renderer: Renderer;
  readonly library: Library;
  readonly controllerNamespace: string;
}

/** Where one Application lives. */
export interface Place {
  readonly connected: Connected;
  readonly live: LiveCache;
  readonly comparer: Comparer;
}

/** Everything seen of one Application at one time: what plans and differences begin with. */
export interface Observation {
  readonly application: JsonObject;
  readonly rendering: Rendering;
  readonly pairs: Pairs;
  /** By position of the pair. */
  readonly compared: readonly Compared[];
  readonly status: ObservedStatus;
  readonly notes: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface ObserveOptions
  extends Pick<RenderOptions, 'content' | 'revisions' | 'near' | 'fresh' | 'fetch' | 'signal'> {}

/**
 * Renders, pairs with what lives, compares and judges. What cannot be known is in `notes` and `conditions`; a cluster that fails is thrown as
 * `ClusterFailure`.
 */
export async function observe(
  application: JsonObject,
  place: Place,
  ports: ObservePorts,
  options: ObserveOptions = {},
): Promise<Observation> {
  const { connected, live } = place;
  const { settings } = connected;
  const [rendering] = await Promise.all([renderFor(application, connected, ports, options), live.ready()]);
  const isNamespaced = (group: string, kind: string): boolean | undefined => {
    const scope = connected.scopeOf(group, kind);
    return scope && scope === 'Namespaced';
  };
  const destination = destinationOf(application);
  const rendered = rendering.manifests.map(it => it.object);
  await live.need(rendered.map(it => ({ group: groupOf(it), kind: kindOf(it) })));
  const instance = instanceOf(application, ports.controllerNamespace);
  const where = { namespace: destination.namespace, isNamespaced };
  const found = new Map<string, JsonObject>();
  for (const it of live.tracked(instance)) found.set(keyText(keyOf(it)), it);
  for (const it of rendered) {
    const key = targetKey(it, where);
    const object = live.get(key);
    if (object) found.set(keyText(key), object);
  }
  const targets = withManagedNamespace(rendered, application, live);
  const pairs = pairsOf({ targets, live: found, instance, tracking: settings.tracking, ...where });
  const compared = await place.comparer.compare(pairs, { application, settings, signal: options.signal });
  const owned = ownedBelow(pairs, live);
  const objects = [...pairs.pairs.map(it => it.live), ...owned.map(it => it.object)].filter(it => it !== undefined);
  const healths = await healthOf(objects, ports.library, it => healthScriptFor(settings, groupOf(it), kindOf(it)));
  const byObject = new Map(objects.map((it, i) => [it, healths[i]]));
  const status = observedStatus({
    pairs,
    modified: compared.map(it => it.modified),
    targetsUnknown: rendering.error !== undefined || rendering.unknown.length > 0 || rendering.missing.length > 0,
    owned,
    healthOf: (it): Health | undefined => byObject.get(it),
    self: keyOf(application),
    qualifiedName: qualifiedName(application),
    isHidden: it => live.hides(it.key),
    managedNamespace: it => managesNamespace(it, application),
  });
  return {
    application,
    rendering,
    pairs,
    compared,
    status,
    notes: notesOf(rendering, compared, place),
    conditions: [...renderConditions(rendering), ...status.conditions],
  };
}

/** What an Application would apply to this cluster. */
export function renderFor(
  application: JsonObject,
  { discovery, settings, scopeOf }: Connected,
  { renderer, controllerNamespace }: ObservePorts,
  options: ObserveOptions,
): Promise<Rendering> {
  const { tracking } = settings;
  return renderer.renderApplication(application, {
    ...options,
    kubeVersion: discovery.gitVersion,
    apiVersions: discovery.apiVersions,
    scopes: scopeOf,
    settings: {
      controllerNamespace,
      trackingMethod: tracking.method,
      appLabelKey: tracking.labelKey,
      installationId: tracking.installationId,
      kustomizeBuildOptions: settings.kustomizeBuildOptions,
      kustomizeVersions: settings.kustomizeVersions,
      valuesFileSchemes: settings.valuesFileSchemes,
    },
  });
}

/** The record that front doors show; what the rest of the engine knows besides is added by whoever calls. */
export function statusFrom(
  observation: Observation,
  known: Pick<ApplicationStatus, 'id' | 'cluster' | 'history'> & {
    readonly declared: DeclaredApplication | undefined;
    readonly operation: ApplicationStatus['operation'];
    readonly automatedOn: boolean;
    /** By position of the pair: where its manifest stands. */
    readonly files: readonly (string | undefined)[];
    readonly comparedAt: number;
  },
): ApplicationStatus {
  const { application, status, rendering } = observation;
  const metadata = metadataOf(application);
  const spec = isObject(application.spec) ? application.spec : {};
  const automated = automatedOf(spec);
  const [first] = observation.conditions;
  const { declared, operation, automatedOn, files, ...rest } = known;
  return {
    ...rest,
    namespace: textOf(metadata.namespace),
    name: textOf(metadata.name),
    project: textOf(spec.project) || 'default',
    destinationNamespace: destinationOf(application).namespace,
    driver: 'direct',
    ...(declared && { declared: placeOf(declared) }),
    sync: status.sync,
    health: status.health,
    ...(first && { message: first.message }),
    revisions: rendering.revisions,
    resources: status.resources.map((it, i) => (files[i] === undefined ? it : { ...it, file: files[i] })),
    ...(operation && { operation }),
    conditions: observation.conditions,
    phase: rendering.error === undefined ? 'ready' : 'renderFailed',
    notes: observation.notes,
    ...(automated && { automated: { ...automated, on: automatedOn } }),
  };
}

export function placeOf({ file, document, set }: DeclaredApplication): NonNullable<ApplicationStatus['declared']> {
  return { file, document, ...(set === undefined ? {} : { set }) };
}

function renderConditions(rendering: Rendering): readonly Condition[] {
  const failed =
    rendering.error === undefined
      ? []
      : [{ type: 'ComparisonError', message: `Failed to load target state: ${rendering.error}` }];
  const told = rendering.findings
    .filter(it => it.code === 'repeated-resource')
    .map(it => ({ type: 'RepeatedResourceWarning', message: it.message }));
  return [...failed, ...told];
}

function notesOf(rendering: Rendering, compared: readonly Compared[], { connected, live }: Place): readonly string[] {
  return [
    ...new Set([
      ...rendering.unknown.map(it => it.why),
      ...compared.flatMap(it => it.note ?? []),
      ...connected.notes,
      ...unseen(live.forbidden),
    ]),
  ];
}

/** One sentence, however many kinds it is about: somebody with few rights may list next to nothing cluster-wide. */
function unseen(failures: readonly ClusterFailure[]): readonly string[] {
  const [first, ...others] = failures;
  if (!first) return [];
  if (others.length === 0) return [`${first.message}. What lies there is not seen.`];
  const kinds = failures.map(it => /resource "([^"]+)"/.exec(it.message)?.[1] ?? it.about);
  const some = `${[...new Set(kinds)].sort().slice(0, 5).join(', ')}${kinds.length > 5 ? ', …' : ''}`;
  return [
    `${failures.length} kinds may not be listed in the whole cluster (${some}): ${first.message}. They are seen only in the namespaces of Applications, as far as permissions go there.`,
  ];
}

function ownedBelow(pairs: Pairs, live: LiveCache): readonly OwnedObject[] {
  const found: OwnedObject[] = [];
  const seen = new Set<string>(pairs.pairs.flatMap(it => (it.live ? [keyText(it.key)] : [])));
  const visit = (object: JsonObject): void => {
    const { uid } = metadataOf(object);
    const parent: ResourceKey = keyOf(object);
    for (const child of typeof uid === 'string' ? live.owned(uid) : []) {
      const key = keyText(keyOf(child));
      if (seen.has(key)) continue;
      seen.add(key);
      found.push({ object: child, parent });
      visit(child);
    }
  };
  for (const { live: object } of pairs.pairs) if (object) visit(object);
  return found;
}

/** Argo CD compares the namespace whose metadata it keeps though no manifest has it (argo-cd:controller/sync_namespace.go). */
function withManagedNamespace(
  targets: readonly JsonObject[],
  application: JsonObject,
  live: LiveCache,
): readonly JsonObject[] {
  const { namespace } = destinationOf(application);
  const spec = isObject(application.spec) ? application.spec : {};
  const policy = isObject(spec.syncPolicy) ? spec.syncPolicy : {};
  const metadata = policy.managedNamespaceMetadata;
  const exists = live.get({ group: '', kind: 'Namespace', namespace: '', name: namespace });
  if (!isObject(metadata) || namespace === '' || !exists) return targets;
  if (targets.some(it => managesNamespace(it, application))) return targets;
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  return [
    ...targets,
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        ...(isObject(metadata.labels) ? { labels: metadata.labels } : {}),
        annotations: { ...annotations, 'argocd.argoproj.io/sync-options': 'ServerSideApply=true' },
      },
    },
  ];
}

export function instanceOf(application: JsonObject, controllerNamespace: string): string {
  const { namespace, name } = metadataOf(application);
  return instanceName({ namespace: textOf(namespace), name: textOf(name) }, controllerNamespace);
}

function qualifiedName(application: JsonObject): string {
  const { namespace, name } = metadataOf(application);
  return textOf(namespace) === '' ? textOf(name) : `${textOf(namespace)}/${textOf(name)}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
