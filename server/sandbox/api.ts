import { randomUUID } from 'node:crypto';
import { same } from '../core/diff/json.ts';
import { mergeStrategic } from '../core/diff/threeWay.ts';
import type { KubernetesTypes } from '../core/diff/types.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import { type Admission, admitted } from './admission.ts';
import type { SandboxClock } from './clock.ts';
import { customKinds } from './customResources.ts';
import { inertWarnings } from './inert.ts';
import { builtInKinds, type Kind, kindId } from './kinds.ts';
import { afterApply, afterUpdate, type Writer } from './managed.ts';
import { at, list, metadataOf, nameOf, namespaceOf, objects, text, timeText, uidOf, withMetadata } from './objects.ts';
import { jsonPatch, mergePatch } from './patches.ts';
import { alreadyExists, badRequest, conflict, forbidden, modified, notFound, Refusal } from './status.ts';
import { Store } from './store.ts';
import { decoded, type FieldValidation } from './typed.ts';
import { checkObject, isBeingDeleted } from './validate.ts';

export interface WriteRequest {
  readonly manager: string;
  readonly dryRun?: boolean;
  readonly validation?: FieldValidation;
  readonly subresource?: 'status' | 'scale';
}

export interface Written {
  readonly object: JsonObject;
  readonly created: boolean;
  readonly warnings: readonly string[];
}

export type Patch =
  | { readonly type: 'json'; readonly patch: Json }
  | { readonly type: 'merge' | 'strategic'; readonly patch: JsonObject }
  | { readonly type: 'apply'; readonly patch: JsonObject; readonly force: boolean };

export interface DeleteRequest {
  readonly propagation?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
}

/** Finalizers that the API server keeps by itself (garbage collection). */
const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';

/**
 * What a Kubernetes API server does with objects: decoding, defaults, validation, versions, field managers, deletion with finalizers. No
 * HTTP here, and no controllers.
 */
export class SandboxApi {
  readonly store = new Store();
  readonly types: KubernetesTypes;
  readonly clock: SandboxClock;
  readonly #admission: Admission;
  readonly #builtIn = new Map(builtInKinds.map(it => [kindId(it), it]));
  #custom: ReadonlyMap<string, readonly Kind[]> = new Map();

  constructor(types: KubernetesTypes, clock: SandboxClock) {
    this.types = types;
    this.clock = clock;
    this.#admission = admitted(this);
    this.store.subscribe(event => {
      if (event.kind === 'customresourcedefinitions.apiextensions.k8s.io') this.readDefinitions();
    });
  }

  /** Every kind that is served now. */
  kinds(): readonly Kind[] {
    return [...this.#builtIn.values(), ...[...this.#custom.values()].flat()];
  }

  /** By group, version and plural name. */
  kindAt(group: string, version: string, plural: string): Kind | undefined {
    const known = this.#builtIn.get(`${plural}.${group}`);
    if (known?.version === version) return known;
    return this.#custom.get(`${plural}.${group}`)?.find(it => it.version === version);
  }

  kindOf(apiVersion: string, kind: string): Kind | undefined {
    return this.kinds().find(it => it.apiVersion === apiVersion && it.kind === kind);
  }

  /** The kind that controllers speak of; throws a mistake of ours where it is not built in. */
  builtIn(plural: string, group = ''): Kind {
    const found = this.#builtIn.get(`${plural}.${group}`);
    if (!found) throw new Error(`no built-in resource ${plural}.${group}`);
    return found;
  }

  readDefinitions(): void {
    const definitions = this.store.list(this.builtIn('customresourcedefinitions', 'apiextensions.k8s.io'));
    this.#custom = customKinds(definitions);
  }

  get(kind: Kind, namespace: string, name: string): JsonObject {
    const found = this.store.get(kind, namespace, name);
    if (!found) throw notFound(kind, name);
    return inVersion(found, kind);
  }

  list(kind: Kind, namespace?: string): readonly JsonObject[] {
    return this.store.list(kind, namespace).map(it => inVersion(it, kind));
  }

  create(kind: Kind, namespace: string, given: JsonObject, request: WriteRequest): Written {
    const named = withGeneratedName(placed(given, kind, namespace));
    const name = nameOf(named);
    this.#checkNamespace(kind, namespaceOf(named), name);
    if (name !== '' && this.store.get(kind, namespaceOf(named), name)) throw alreadyExists(kind, name);
    const { object, warnings } = decoded(withoutServerFields(named), kind, this.types, request.validation ?? 'Ignore');
    const full = this.#admission.onCreate(kind, this.#born(withoutStatus(object, kind)));
    checkObject(kind, full, undefined);
    this.#admission.check(kind, full, undefined);
    const owned = afterUpdate(undefined, full, this.#writer(request), this.types);
    const said = [...warnings, ...inertWarnings(kind)];
    return { object: inVersion(this.#put(kind, owned, request), kind), created: true, warnings: said };
  }

  update(kind: Kind, namespace: string, name: string, given: JsonObject, request: WriteRequest): Written {
    const live = this.get(kind, namespace, name);
    const placedObject = placed(given, kind, namespace);
    if (nameOf(placedObject) !== name)
      throw badRequest(`the name of the object (${nameOf(placedObject)}) does not match the name on the URL (${name})`);
    const asked = text(metadataOf(given).resourceVersion);
    if (asked !== '' && asked !== text(metadataOf(live).resourceVersion)) throw modified(kind, name);
    const uid = uidOf(given);
    if (uid !== '' && uid !== uidOf(live))
      throw conflict(
        kind,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(live)}`,
      );
    return this.#replace(kind, live, placedObject, request);
  }

  patch(kind: Kind, namespace: string, name: string, patch: Patch, request: WriteRequest): Written {
    const live = this.store.get(kind, namespace, name);
    if (patch.type === 'apply') return this.#apply(kind, namespace, name, patch, live, request);
    if (!live) throw notFound(kind, name);
    const before = inVersion(live, kind);
    const next = patched(before, patch, kind, this.types);
    const asked = text(metadataOf(next).resourceVersion);
    if (asked !== '' && asked !== text(metadataOf(live).resourceVersion)) throw modified(kind, name);
    return this.#replace(kind, before, next, request);
  }

  /** Marks for deletion, or deletes at once where no finalizer holds the object. `undefined`: it is gone. */
  delete(kind: Kind, namespace: string, name: string, request: DeleteRequest = {}): JsonObject | undefined {
    const live = this.get(kind, namespace, name);
    if (request.uid !== undefined && request.uid !== uidOf(live))
      throw conflict(
        kind,
        name,
        `the UID in the precondition (${request.uid}) does not match the UID in record (${uidOf(live)}). The object might have been deleted and then recreated`,
      );
    if (request.dryRun) return live;
    const propagation = request.propagation ?? this.#usualPropagation(kind);
    const own = list(metadataOf(live).finalizers).filter(it => it !== orphanFinalizer && it !== foregroundFinalizer);
    const kept =
      propagation === 'Orphan'
        ? [...own, orphanFinalizer]
        : propagation === 'Foreground'
          ? [...own, foregroundFinalizer]
          : own;
    const lingers = kept.length > 0 || kind.kind === 'Namespace' || (kind.kind === 'Pod' && this.#endsSlowly(live));
    if (!lingers) {
      this.store.delete(kind, namespace, name);
      return undefined;
    }
    if (isBeingDeleted(live)) return live;
    const grace = kind.kind === 'Pod' ? 30 : 0;
    const marked = withMetadata(live, {
      deletionTimestamp: timeText(this.clock.now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
      finalizers: kept.length > 0 ? kept : undefined,
    });
    return this.store.put(kind, kind.kind === 'Namespace' ? { ...marked, status: { phase: 'Terminating' } } : marked);
  }

  /** For controllers: writes what `change` makes of the newest object, unless that is the same. */
  change(
    kind: Kind,
    object: JsonObject,
    change: (object: JsonObject) => JsonObject,
    manager = 'kube-controller-manager',
  ): JsonObject | undefined {
    const live = this.store.get(kind, namespaceOf(object), nameOf(object));
    if (!live || uidOf(live) !== uidOf(object)) return undefined;
    const next = change(live);
    if (same(next, live)) return live;
    const writer = { manager, operation: 'Update' as const, subresource: 'status', time: timeText(this.clock.now()) };
    const generation = specChanged(next, live, kind) ? number(metadataOf(live).generation) + 1 : undefined;
    const counted = generation === undefined ? next : withMetadata(next, { generation });
    return this.#store(kind, afterUpdate(live, counted, writer, this.types));
  }

  #apply(
    kind: Kind,
    namespace: string,
    name: string,
    { patch, force }: Extract<Patch, { type: 'apply' }>,
    live: JsonObject | undefined,
    request: WriteRequest,
  ): Written {
    if (request.manager === '')
      throw new Refusal(
        422,
        'Invalid',
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
        {
          group: 'meta.k8s.io',
          kind: 'PatchOptions',
          causes: [
            {
              reason: 'FieldValueRequired',
              message: 'Required value: is required for apply patch',
              field: 'fieldManager',
            },
          ],
        },
      );
    if (metadataOf(patch).managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
    const asked = text(metadataOf(patch).resourceVersion);
    if (asked !== '' && asked !== text(metadataOf(live ?? {}).resourceVersion)) throw modified(kind, name);
    const config = withMetadata(placed(patch, kind, namespace), { name, resourceVersion: undefined });
    const { object, warnings } = decoded(config, kind, this.types, request.validation ?? 'Ignore');
    // Only what the configuration says is owned; its types are those that were decoded.
    const said = kind.custom ? object : onlySaid(config, object);
    const before = live && inVersion(live, kind);
    if (!before) this.#checkNamespace(kind, namespaceOf(config), name);
    const writer = { ...this.#writer(request), operation: 'Apply' as const };
    const result = afterApply(before, said, writer, force, this.types);
    if (before && !result) return { object: before, created: false, warnings };
    if (before) return { ...this.#replace(kind, before, result ?? before, request, true), warnings };
    const full = decoded(withoutServerFields(result ?? said), kind, this.types, 'Ignore').object;
    const managed = { managedFields: metadataOf(result ?? said).managedFields ?? [] };
    const born = this.#admission.onCreate(kind, this.#born(withoutStatus(full, kind)));
    checkObject(kind, born, undefined);
    this.#admission.check(kind, born, undefined);
    const stored = this.#put(kind, withMetadata(born, managed), request);
    return { object: stored, created: true, warnings: [...warnings, ...inertWarnings(kind)] };
  }

  #replace(kind: Kind, live: JsonObject, given: JsonObject, request: WriteRequest, managed = false): Written {
    const { object, warnings } = decoded(given, kind, this.types, request.validation ?? 'Ignore');
    const kept = withMetadata(object, systemMetadata(live));
    const only = this.#admission.onUpdate(kind, partOf(kept, live, kind, request.subresource), live);
    checkObject(kind, only, live);
    this.#admission.check(kind, only, live);
    const generation = number(metadataOf(live).generation) + (specChanged(only, live, kind) ? 1 : 0);
    const counted = withMetadata(only, { generation: generation || undefined });
    const owned = managed
      ? withMetadata(counted, { managedFields: metadataOf(given).managedFields })
      : afterUpdate(live, counted, this.#writer(request), this.types);
    if (same(withoutTimes(owned), withoutTimes(live))) return { object: live, created: false, warnings };
    return { object: inVersion(this.#put(kind, owned, request), kind), created: false, warnings };
  }

  /** An object that waits for its deletion goes with its last finalizer. */
  #put(kind: Kind, object: JsonObject, { dryRun }: WriteRequest): JsonObject {
    if (dryRun) return object;
    return this.#store(kind, object);
  }

  #store(kind: Kind, object: JsonObject): JsonObject {
    const held = list(metadataOf(object).finalizers).length > 0 || kind.kind === 'Namespace' || kind.kind === 'Pod';
    if (isBeingDeleted(object) && !held) return this.store.delete(kind, namespaceOf(object), nameOf(object)) ?? object;
    return this.store.put(kind, object);
  }

  #born(object: JsonObject): JsonObject {
    return withMetadata(object, {
      uid: randomUUID(),
      creationTimestamp: timeText(this.clock.now()),
      // Kinds without a spec count no generations.
      ...(isObject(object.spec) ? { generation: 1 } : {}),
    });
  }

  #writer({ manager, subresource }: WriteRequest): Writer {
    return {
      manager: manager === '' ? 'unknown' : manager,
      operation: 'Update',
      subresource: subresource ?? '',
      time: timeText(this.clock.now()),
    };
  }

  #checkNamespace(kind: Kind, namespace: string, name: string): void {
    if (!kind.namespaced) return;
    if (namespace === '') throw badRequest('an empty namespace may not be set during creation');
    const found = this.store.get(this.builtIn('namespaces'), '', namespace);
    if (!found) throw notFound(this.builtIn('namespaces'), namespace);
    if (isBeingDeleted(found))
      throw forbidden(
        kind,
        name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
        [
          {
            reason: 'NamespaceTerminating',
            field: 'metadata.namespace',
            message: `namespace ${namespace} is being terminated`,
          },
        ],
      );
  }

  #usualPropagation(kind: Kind): string {
    return kind.kind === 'Job' && kind.group === 'batch' ? 'Background' : 'Background';
  }

  #endsSlowly(pod: JsonObject): boolean {
    return (
      text(at(pod, 'status').phase) === 'Running' &&
      at(pod, 'metadata', 'annotations')['fake.kubelet/stop-after'] !== undefined
    );
  }
}

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

function placed(object: JsonObject, kind: Kind, namespace: string): JsonObject {
  const own = namespaceOf(object);
  if (kind.namespaced && own !== '' && namespace !== '' && own !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const place = withMetadata(object, {
    namespace: kind.namespaced && namespace !== '' ? namespace : kind.namespaced && own !== '' ? own : undefined,
  });
  return { ...place, apiVersion: kind.apiVersion, kind: kind.kind };
}

function withGeneratedName(object: JsonObject): JsonObject {
  const { name, generateName } = metadataOf(object);
  if (text(name) !== '' || text(generateName) === '') return object;
  return withMetadata(object, { name: `${text(generateName)}${randomUUID().replaceAll('-', '').slice(0, 5)}` });
}

function withoutServerFields(object: JsonObject): JsonObject {
  return withMetadata(object, {
    uid: undefined,
    resourceVersion: undefined,
    creationTimestamp: undefined,
    generation: undefined,
    managedFields: undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  });
}

function systemMetadata(live: JsonObject): { readonly [key: string]: Json | undefined } {
  const {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    resourceVersion,
    managedFields,
  } = metadataOf(live);
  return {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    resourceVersion,
    managedFields,
  };
}

/** Status comes by its own path only, where the kind has one. */
function withoutStatus(object: JsonObject, kind: Kind): JsonObject {
  if (!kind.status) return object;
  const { status: _, ...rest } = object;
  return kind.custom ? rest : { ...rest, status: {} };
}

function partOf(next: JsonObject, live: JsonObject, kind: Kind, subresource: WriteRequest['subresource']): JsonObject {
  if (subresource === 'status') {
    const metadata = metadataOf(next);
    const status = next.status === undefined ? {} : { status: next.status };
    const { status: _, ...rest } = live;
    return { ...withMetadata(rest, { labels: metadata.labels, annotations: metadata.annotations }), ...status };
  }
  if (!kind.status) return next;
  const { status: _, ...rest } = next;
  return live.status === undefined ? rest : { ...rest, status: live.status };
}

function specChanged(next: JsonObject, live: JsonObject, kind: Kind): boolean {
  if (metadataOf(live).generation === undefined) return false;
  const part = ({ metadata: _, status: __, ...rest }: JsonObject): JsonObject => rest;
  const ending = metadataOf(next).deletionTimestamp !== metadataOf(live).deletionTimestamp;
  return (
    ending ||
    !same(
      kind.custom && !kind.status ? without(next) : part(next),
      kind.custom && !kind.status ? without(live) : part(live),
    )
  );
}

const without = ({ metadata: _, ...rest }: JsonObject): JsonObject => rest;

function withoutTimes(object: JsonObject): JsonObject {
  const entries = objects(metadataOf(object).managedFields).map(({ time: _, ...rest }) => rest);
  return withMetadata(object, { managedFields: entries, resourceVersion: undefined });
}

/** Values of what was said, with the types of what was decoded. */
function onlySaid(said: JsonObject, typed: JsonObject): JsonObject {
  const pick = (a: Json, b: Json | undefined): Json => {
    if (isObject(a) && isObject(b))
      return Object.fromEntries(
        Object.keys(a).flatMap(key => (b[key] === undefined ? [] : [[key, pick(a[key] ?? null, b[key])]])),
      );
    if (Array.isArray(a) && Array.isArray(b)) return a.map((it, i) => pick(it, b[i]));
    return b ?? a;
  };
  const picked = pick(said, typed);
  if (!isObject(picked)) return said;
  // `stringData` of a Secret is owned as it was said, and stored as `data`.
  const plain = said.kind === 'Secret' && said.stringData !== undefined ? { stringData: said.stringData } : {};
  return { ...picked, ...plain, apiVersion: said.apiVersion ?? '', kind: said.kind ?? '' };
}

function patched(
  before: JsonObject,
  patch: Exclude<Patch, { type: 'apply' }>,
  kind: Kind,
  types: KubernetesTypes,
): JsonObject {
  if (patch.type === 'json') return jsonPatch(before, patch.patch);
  if (patch.type === 'merge') return mergePatch(before, patch.patch);
  if (kind.custom)
    throw new Refusal(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  return mergeStrategic(before, patch.patch, types);
}

/** Versions of a custom kind differ in nothing but their name here: conversion is None. */
function inVersion(object: JsonObject, kind: Kind): JsonObject {
  return object.apiVersion === kind.apiVersion ? object : { ...object, apiVersion: kind.apiVersion };
}
