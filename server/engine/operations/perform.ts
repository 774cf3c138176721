import type { KubernetesTypes } from '../../core/diff/types.ts';
import type { Outcome, SyncAction } from '../../core/sync/actions.ts';
import {
  apiVersionOf,
  groupOf,
  isCustomResourceDefinition,
  isNamespace,
  keyOf,
  keyText,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  withMetadata,
} from '../../core/sync/resource.ts';
import { hookFinalizer } from '../../core/sync/tasks.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { abreast } from '../abreast.ts';
import {
  type Cluster,
  ClusterFailure,
  type DeleteOptions,
  type ObjectRef,
  type Write,
  type Written,
} from '../cluster.ts';
import { requestsAbreast } from '../compare/live.ts';
import { fieldManager } from '../compare/predict.ts';
import { clientSideApply } from './clientSide.ts';
import { conflictsOf, type FieldConflict, failureText, isForeign, isWeather } from './failures.ts';
import { patiently } from './patience.ts';
import type { Pauses } from './pauses.ts';
import { untilServed } from './served.ts';

export interface PerformSubject {
  readonly cluster: Cluster;
  /** `undefined`: the server does not say. */
  readonly isNamespaced: (group: string, kind: string) => boolean | undefined;
  readonly propagation: NonNullable<DeleteOptions['propagation']>;
  /** Fields of other managers that the person saw in the plan and accepted to take over. */
  readonly isAccepted: (object: JsonObject, conflicts: readonly FieldConflict[]) => boolean;
  /** What the plan's dry run said of an object, for the dry run that precedes a sync. */
  readonly rehearsed: (object: JsonObject) => Outcome | undefined;
  readonly pauses: Pauses;
  readonly types: () => KubernetesTypes;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** An object as the server answered it, or gone. */
  readonly wrote: (object: JsonObject) => void;
  readonly deleted: (object: JsonObject) => void;
  readonly progress: (action: SyncAction, outcome: Outcome | undefined) => void;
}

/**
 * Carries out what a pass wants done at once. What the server refuses becomes a failed outcome; a cluster that does not answer is thrown,
 * after patience ran out. Nothing is written twice without a look at the object in between.
 */
export async function perform(actions: readonly SyncAction[], subject: PerformSubject): Promise<readonly Outcome[]> {
  const outcomes = await abreast(actions, requestsAbreast, async action => {
    subject.signal.throwIfAborted();
    subject.progress(action, undefined);
    const outcome = await one(action, subject);
    subject.progress(action, outcome);
    return outcome;
  });
  const definitions = actions.filter(
    (it, i) => isRealApply(it) && outcomes[i]?.kind === 'done' && isCustomResourceDefinition(it.object),
  );
  await abreast(definitions, requestsAbreast, it =>
    untilServed(it.object, { ...subject, now: () => seen(it.object, subject) }),
  );
  return outcomes;
}

const isRealApply = (action: SyncAction): boolean => action.kind === 'apply' && !action.dryRun;

async function one(action: SyncAction, subject: PerformSubject): Promise<Outcome> {
  try {
    switch (action.kind) {
      case 'apply':
        return action.dryRun ? await rehearse(action, subject) : await apply(action, subject);
      case 'prune':
        return await remove(action.object, subject, subject.propagation);
      case 'deleteHook':
        return await remove(action.object, subject, subject.propagation);
      case 'removeHookFinalizer':
        return await release(action.object, subject);
      case 'look':
        return (await seen(action.object, subject)) ? { kind: 'done', message: '' } : { kind: 'missing' };
    }
  } catch (cause) {
    if (!(cause instanceof ClusterFailure) || isWeather(cause)) throw cause;
    return { kind: 'failed', message: failureText(cause, action.object) };
  }
}

type Apply = Extract<SyncAction, { readonly kind: 'apply' }>;

/** The plan has asked already; a second time would cost as much as the sync itself and say the same. */
async function rehearse({ object, live, how, force }: Apply, subject: PerformSubject): Promise<Outcome> {
  const known = subject.rehearsed(object);
  // What cannot be changed is what force and replace are for.
  if (live && (force || how === 'replace') && known?.kind === 'failed')
    return { kind: 'done', message: messageOf(object, 'recreated (dry run)') };
  return known ?? { kind: 'done', message: messageOf(object, live ? 'configured (dry run)' : 'created (dry run)') };
}

async function apply(action: Apply, subject: PerformSubject): Promise<Outcome> {
  const placed = { ...action, object: inScope(action.object, subject) };
  try {
    return done(await written(placed, subject), placed);
  } catch (cause) {
    const recreatable = cause instanceof ClusterFailure && (cause.reason === 'invalid' || cause.reason === 'conflict');
    if (!recreatable || !action.force || !action.live || action.how === 'update' || action.how === 'create')
      throw cause;
    return done(await recreated(placed, subject), placed, 'recreated');
  }

  function done({ object }: Written, { live }: Apply, how?: string): Outcome {
    subject.wrote(object);
    return { kind: 'done', message: messageOf(object, how ?? changeOf(object, live)) };
  }
}

async function written(action: Apply, subject: PerformSubject): Promise<Written> {
  const { object, live, how } = action;
  const validation = action.validate ? ('Strict' as const) : ('Ignore' as const);
  const send = (write: Write) =>
    subject.cluster.write(write, { fieldManager, fieldValidation: validation, signal: subject.signal });
  switch (how) {
    case 'serverSideApply':
      return patiently(subject, () => applied(object, send, subject));
    case 'apply':
      return patiently(subject, () =>
        clientSideApply(object, subject.cluster, { types: subject.types(), validation, signal: subject.signal }),
      );
    case 'create':
      return patiently(
        subject,
        () => send({ verb: 'create', object }),
        () => madeMeanwhile(object, live, subject),
      );
    case 'update':
      return patiently(subject, () => updated(object, send, subject));
    case 'replace':
      return action.force ? recreated(action, subject) : patiently(subject, () => updated(object, send, subject));
  }
}

/** Others' fields are taken only where the person accepted exactly that. */
async function applied(object: JsonObject, send: (write: Write) => Promise<Written>, subject: PerformSubject) {
  try {
    return await send({ verb: 'apply', object });
  } catch (cause) {
    if (!(cause instanceof ClusterFailure) || cause.reason !== 'conflict' || cause.causes.length === 0) throw cause;
    const foreign = conflictsOf(cause).filter(isForeign);
    if (foreign.length > 0 && !subject.isAccepted(object, foreign)) throw cause;
    return send({ verb: 'apply', object, force: true });
  }
}

/** As kubectl's replace: whatever version is there now is written over. */
async function updated(object: JsonObject, send: (write: Write) => Promise<Written>, subject: PerformSubject) {
  const now = await subject.cluster.get(refOf(object, subject), { signal: subject.signal });
  if (!now) return send({ verb: 'create', object });
  const { resourceVersion = '' } = metadataOf(now);
  return send({ verb: 'update', object: withMetadata(object, { resourceVersion }) });
}

async function recreated({ object, live }: Apply, subject: PerformSubject): Promise<Written> {
  const former = live ?? (await seen(object, subject));
  if (former) {
    const outcome = await remove(former, subject, 'Background');
    if (outcome.kind === 'failed') throw new ClusterFailure('conflict', nameOf(former), outcome.message);
    await untilGone(former, subject);
  }
  return patiently(
    subject,
    () => subject.cluster.write({ verb: 'create', object }, { fieldManager, signal: subject.signal }),
    () => madeMeanwhile(object, former, subject),
  );
}

/** After a lost answer: an object that was not there, or not this one, was made by the request that was lost. */
async function madeMeanwhile(
  object: JsonObject,
  former: JsonObject | undefined,
  subject: PerformSubject,
): Promise<Written | undefined> {
  const now = await seen(object, subject);
  if (!now || metadataOf(now).uid === metadataOf(former ?? {}).uid) return undefined;
  return { object: now, warnings: [], created: true };
}

async function remove(
  object: JsonObject,
  subject: PerformSubject,
  propagation: PerformSubject['propagation'],
): Promise<Outcome> {
  const { uid } = metadataOf(object);
  const options = { propagation, ...(typeof uid === 'string' ? { uid } : {}), signal: subject.signal };
  const ref = refOf(object, subject);
  try {
    const { gone } = await patiently(
      subject,
      () => subject.cluster.delete(ref, options),
      async () => {
        const now = await seen(object, subject);
        const going = !now || metadataOf(now).uid !== uid || metadataOf(now).deletionTimestamp !== undefined;
        return going ? { gone: false, warnings: [] } : undefined;
      },
    );
    subject.deleted(object);
    return gone ? { kind: 'missing' } : { kind: 'done', message: '' };
  } catch (cause) {
    // Another object took its name meanwhile: the one that was to go is gone.
    if (cause instanceof ClusterFailure && cause.reason === 'conflict') return { kind: 'missing' };
    throw cause;
  }
}

/** Lets an ended hook go, if it is to go. */
async function release(object: JsonObject, subject: PerformSubject): Promise<Outcome> {
  const ref = refOf(object, subject);
  return patiently(subject, async () => {
    const now = await subject.cluster.get(ref, { signal: subject.signal });
    if (!now || metadataOf(now).uid !== metadataOf(object).uid) return { kind: 'missing' };
    const { finalizers, resourceVersion = '' } = metadataOf(now);
    const left = (Array.isArray(finalizers) ? finalizers : []).filter(it => it !== hookFinalizer);
    const patch = { metadata: { resourceVersion, finalizers: left } };
    const { object: after } = await subject.cluster.write(
      { verb: 'patch', ref, type: 'merge', patch },
      { fieldManager, signal: subject.signal },
    );
    subject.wrote(after);
    return { kind: 'done', message: '' };
  });
}

async function untilGone(object: JsonObject, subject: PerformSubject): Promise<void> {
  const until = subject.pauses.now() + subject.patienceMs;
  for (;;) {
    const now = await seen(object, subject);
    if (!now || metadataOf(now).uid !== metadataOf(object).uid) return;
    if (subject.pauses.now() > until) {
      const { finalizers } = metadataOf(now);
      const held =
        Array.isArray(finalizers) && finalizers.length > 0 ? `; finalizers hold it: ${finalizers.join(', ')}` : '';
      throw new ClusterFailure(
        'conflict',
        nameOf(object),
        `${kindOf(object)} ${nameOf(object)} is not gone yet${held}`,
      );
    }
    await subject.pauses.pause(200);
  }
}

function seen(object: JsonObject, subject: PerformSubject): Promise<JsonObject | undefined> {
  return subject.cluster.get(refOf(object, subject), { signal: subject.signal });
}

export function refOf(object: JsonObject, { isNamespaced }: Pick<PerformSubject, 'isNamespaced'>): ObjectRef {
  const clusterScoped = isNamespaced(groupOf(object), kindOf(object)) === false || isNamespace(object);
  return {
    apiVersion: apiVersionOf(object),
    kind: kindOf(object),
    namespace: clusterScoped ? '' : namespaceOf(object),
    name: nameOf(object),
  };
}

/** Targets of cluster-scoped kinds were given the destination's namespace. */
export function inScope(object: JsonObject, subject: Pick<PerformSubject, 'isNamespaced'>): JsonObject {
  if (refOf(object, subject).namespace !== '' || namespaceOf(object) === '') return object;
  const { namespace: _, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}

/** As kubectl says it: `deployment.apps/web configured`. */
function messageOf(object: JsonObject, what: string): string {
  const group = groupOf(object);
  return `${kindOf(object).toLowerCase()}${group === '' ? '' : `.${group}`}/${nameOf(object)} ${what}`;
}

function changeOf(object: JsonObject, live: JsonObject | undefined): string {
  if (!live || metadataOf(live).uid !== metadataOf(object).uid) return 'created';
  return metadataOf(live).resourceVersion === metadataOf(object).resourceVersion ? 'unchanged' : 'configured';
}

export const objectKey = (object: JsonObject): string => keyText(keyOf(object));
