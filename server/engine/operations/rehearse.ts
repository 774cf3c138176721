import { applyAction, type Outcome } from '../../core/sync/actions.ts';
import { objectOf } from '../../core/sync/order.ts';
import { hasSyncOption, isNamespace, keyText, metadataOf, namespaceOf } from '../../core/sync/resource.ts';
import type { SyncTask } from '../../core/sync/tasks.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import { abreast } from '../abreast.ts';
import { type Cluster, ClusterFailure } from '../cluster.ts';
import { requestsAbreast } from '../compare/live.ts';
import { fieldManager, type Prediction } from '../compare/predict.ts';
import { conflictsOf, type FieldConflict, failureText, isForeign, isWeather } from './failures.ts';
import { inScope, objectKey } from './perform.ts';
import { decidedPart, namespaceKey, type Prepared, placedKey } from './prepare.ts';

/** What the API server says of one task now, without doing it. */
export interface Rehearsal {
  readonly outcome: Outcome;
  /** Why the server would not take it. */
  readonly failure?: ClusterFailure;
  /** Fields that others manage and the sync would change. */
  readonly conflicts: readonly FieldConflict[];
  /** Whether anything would change; `undefined`: nobody was asked. */
  readonly changes?: boolean;
}

const mostKept = 20_000;

/**
 * Asks the API server of everything that a plan would apply, once per version of the live object and its target. What cannot be asked yet
 * (its kind or its namespace comes with the same sync) has no rehearsal.
 */
export class Rehearsals {
  readonly #kept = new Map<string, Rehearsal>();

  /** By `objectKey` of the target. */
  async of(
    prepared: Prepared,
    tasks: readonly SyncTask[],
    lives: ReadonlyMap<string, JsonObject>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Rehearsal>> {
    const { namespace } = prepared;
    const noNamespace = namespace !== '' && !lives.has(keyText(namespaceKey(namespace)));
    const made = new Set(
      tasks
        .flatMap(it => (it.target && isNamespace(it.target) && !it.live ? [objectOf(it)] : []))
        .map(it => String(metadataOf(it).name)),
    );
    if (noNamespace) made.add(namespace);
    const askable = tasks.filter(
      it =>
        it.target && !it.skipDryRun && it.refusal === undefined && !made.has(namespaceOf(inTaskScope(it, prepared))),
    );
    const found = new Map<string, Rehearsal>();
    await abreast(askable, requestsAbreast, async task => {
      const one = await this.#one(task, prepared, signal);
      const anew = one.failure?.reason === 'invalid' && isRecreated(task, prepared);
      found.set(objectKey(objectOf(task)), anew ? await rehearseAnew(task, prepared, one, signal) : one);
    });
    return found;
  }

  async #one(task: SyncTask, prepared: Prepared, signal: AbortSignal): Promise<Rehearsal> {
    const { target = {}, live } = task;
    const { uid = '', resourceVersion = '' } = metadataOf(live ?? {});
    const { cluster } = prepared.place.connected;
    const validated = prepared.options.validate && !hasSyncOption(target, 'Validate=false');
    const prediction = live && prepared.predictions.get(keyText(placedKey(target, prepared)));
    if (prediction) return fromPrediction(prediction, target, live, validated);
    const id = `${cluster.name} ${objectKey(target)} ${uid} ${resourceVersion} ${validated} ${fingerprint(target)}`;
    const known = this.#kept.get(id);
    if (known) return known;
    const rehearsal = await rehearse(inTaskScope(task, prepared), live, cluster, validated, signal);
    if (this.#kept.size >= mostKept) this.#kept.clear();
    // A creation has no version that would tell when its answer is old.
    if (live) this.#kept.set(id, rehearsal);
    return rehearsal;
  }
}

/** The comparison has asked the same question; a second time would cost as much and say nothing else. */
function fromPrediction(prediction: Prediction, target: JsonObject, live: JsonObject, validated: boolean): Rehearsal {
  if (prediction.kind !== 'predicted') return refusedRehearsal(prediction.failure, target);
  const { object, warnings, conflict } = prediction;
  const wrong = validated ? warnings.filter(it => /^(unknown|duplicate) field/.test(it)) : [];
  if (wrong.length > 0)
    return refusedRehearsal(
      new ClusterFailure('invalid', objectKey(target), `strict decoding error: ${wrong.join(', ')}`),
      target,
    );
  const changes = decidedPart(object) !== decidedPart(live);
  return {
    outcome: { kind: 'done', message: `${changes ? 'configured' : 'unchanged'} (dry run)` },
    conflicts: conflict ? conflictsOf(conflict).filter(isForeign) : [],
    changes,
  };
}

function refusedRehearsal(failure: ClusterFailure, object: JsonObject): Rehearsal {
  const message = failureText(failure, object);
  // What depends on the moment may have changed when its turn comes; what the object itself is has not.
  const lasting = failure.reason === 'invalid';
  return { outcome: lasting ? { kind: 'failed', message } : { kind: 'done', message }, failure, conflicts: [] };
}

/** As `perform` does it: forced, what cannot be changed is deleted and made anew. */
function isRecreated(task: SyncTask, { options }: Prepared): boolean {
  const apply = applyAction(task, options, false);
  return apply.kind === 'apply' && apply.force && task.live !== undefined && !['update', 'create'].includes(apply.how);
}

/**
 * What cannot become of the living object may still be a good new one. That is asked under another name, because its own is taken; whoever
 * is not told before the deletion that the new object is no good has lost the old one.
 */
async function rehearseAnew(
  task: SyncTask,
  prepared: Prepared,
  refused: Rehearsal,
  signal: AbortSignal,
): Promise<Rehearsal> {
  const object = inTaskScope(task, prepared);
  const { name, ...metadata } = metadataOf(object);
  const renamed = { ...object, metadata: { ...metadata, generateName: `${String(name).slice(0, 50)}-` } };
  const options = { dryRun: true, fieldManager, signal } as const;
  try {
    await prepared.place.connected.cluster.write({ verb: 'create', object: renamed }, options);
  } catch (cause) {
    if (!(cause instanceof ClusterFailure) || isWeather(cause)) throw cause;
    // Ports and addresses that the living object still holds.
    if (!/already allocated/.test(cause.message)) return refused;
  }
  return { outcome: { kind: 'done', message: 'recreated (dry run)' }, conflicts: [], changes: true };
}

function inTaskScope(task: SyncTask, { place }: Prepared): JsonObject {
  return inScope(objectOf(task), {
    isNamespaced: (group, kind) => {
      const scope = place.connected.scopeOf(group, kind);
      return scope && scope === 'Namespaced';
    },
  });
}

async function rehearse(
  object: JsonObject,
  live: JsonObject | undefined,
  cluster: Cluster,
  validated: boolean,
  signal: AbortSignal,
): Promise<Rehearsal> {
  const options = { dryRun: true, fieldManager, fieldValidation: validated ? 'Strict' : 'Ignore', signal } as const;
  const ask = async (force: boolean, conflicts: readonly FieldConflict[]): Promise<Rehearsal> => {
    const { object: after } = await cluster.write({ verb: 'apply', object, ...(force && { force }) }, options);
    const changes = !live || decidedPart(after) !== decidedPart(live);
    const what = live ? (changes ? 'configured' : 'unchanged') : 'created';
    return { outcome: { kind: 'done', message: `${what} (dry run)` }, conflicts, changes };
  };
  try {
    return await ask(false, []).catch(async cause => {
      if (!(cause instanceof ClusterFailure) || cause.reason !== 'conflict') throw cause;
      return ask(true, conflictsOf(cause).filter(isForeign));
    });
  } catch (cause) {
    if (!(cause instanceof ClusterFailure) || isWeather(cause)) throw cause;
    return refusedRehearsal(cause, object);
  }
}
