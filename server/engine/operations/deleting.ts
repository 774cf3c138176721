import { keptBecause } from '../../core/sync/deletion.ts';
import type { Pair } from '../../core/sync/pairs.ts';
import type { Plan, PlanStep, Refusal } from '../../core/sync/plan.ts';
import {
  annotationItems,
  apiVersionOf,
  keyText,
  metadataOf,
  nameOf,
  namespaceOf,
  syncOptionValue,
} from '../../core/sync/resource.ts';
import type { SyncTask } from '../../core/sync/tasks.ts';
import { waveOf } from '../../core/sync/waves.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { type Cluster, ClusterFailure } from '../cluster.ts';
import type { Observation } from '../delivery/observe.ts';
import type { Prepared } from './prepare.ts';

/** What goes: everything live that is the Application's, but what has to stay. */
export function doomedPairs({ application, pairs }: Observation, cascade: string): readonly Pair[] {
  if (cascade === 'none') return [];
  const about = aboutDeletion(application);
  return pairs.pairs.flatMap(({ key, live, wave, uncounted }) =>
    live && uncounted !== 'copied' && keptBecause(live, about) === undefined
      ? [{ key, live, wave, requiresPruning: true }]
      : [],
  );
}

/** Highest wave first, which is the reverse of how they were made. */
export function deletionTasks({ pairs }: Prepared, lives: ReadonlyMap<string, JsonObject>): readonly SyncTask[] {
  const order = ({ live = {} }: SyncTask): string => `${String(live.kind)} ${namespaceOf(live)}/${nameOf(live)}`;
  return pairs
    .flatMap(({ key, live: planned }): readonly SyncTask[] => {
      const live = lives.get(keyText(key));
      // Made anew by somebody under its name: not what the person agreed to.
      const same = live && planned && metadataOf(live).uid === metadataOf(planned).uid;
      return same ? [{ phase: 'Sync', live, wave: waveOf(planned) }] : [];
    })
    .sort((a, b) => (b.wave ?? 0) - (a.wave ?? 0) || (order(a) < order(b) ? -1 : 1));
}

export function deletionPlanned(
  prepared: Prepared,
  { application, pairs }: Observation,
  tasks: readonly SyncTask[],
): Plan {
  const { cascade = 'foreground' } = prepared.request;
  const about = aboutDeletion(application);
  const step = (live: JsonObject, wave: number, of: Pick<PlanStep, 'action' | 'reason'>): PlanStep => ({
    ...keyOfLive(live, pairs.pairs),
    apiVersion: apiVersionOf(live),
    phase: 'Sync',
    wave,
    hook: false,
    ...of,
  });
  const goes = tasks.flatMap(({ live, wave }) =>
    live ? [step(live, wave ?? 0, { action: 'prune', reason: 'deleted with its Application' })] : [],
  );
  const stays = pairs.pairs.flatMap(({ live, wave, uncounted }) => {
    if (!live || uncounted === 'copied') return [];
    const reason = cascade === 'none' ? 'resources stay (no cascade)' : keptBecause(live, about);
    return reason === undefined ? [] : [step(live, wave, { action: 'keep', reason })];
  });
  const hooks = pairs.hooks.filter(it =>
    annotationItems(it, 'argocd.argoproj.io/hook').some(one => /^(Pre|Post)Delete$/.test(one)),
  );
  return {
    steps: [...goes, ...stays],
    refusals: prepared.options.pruneConfirmed ? [] : tasks.flatMap(it => unconfirmed(it, about.deleteOption)),
    warnings: [
      `${goes.length} resources are deleted, ${stays.length} stay.`,
      ...(hooks.length > 0 ? ['PreDelete and PostDelete hooks do not run: only an Argo CD runs them.'] : []),
    ],
  };
}

function unconfirmed({ live = {} }: SyncTask, option: string): readonly Refusal[] {
  if ((syncOptionValue(live, 'Delete') ?? option) !== 'confirm') return [];
  return [
    {
      guard: 'deleteUnconfirmed',
      message: `Deleting ${String(live.kind)} ${nameOf(live)} wants a confirmation (Delete=confirm).`,
    },
  ];
}

function keyOfLive(live: JsonObject, pairs: readonly Pair[]): Pair['key'] {
  return (
    pairs.find(it => it.live === live)?.key ?? {
      group: '',
      kind: String(live.kind),
      namespace: namespaceOf(live),
      name: nameOf(live),
    }
  );
}

function aboutDeletion(application: JsonObject): { readonly uid: unknown; readonly deleteOption: string } {
  const spec = isObject(application.spec) ? application.spec : {};
  const policy = isObject(spec.syncPolicy) ? spec.syncPolicy : {};
  const options = Array.isArray(policy.syncOptions) ? policy.syncOptions : [];
  const option = options.find((it): it is string => typeof it === 'string' && it.startsWith('Delete='));
  return { uid: metadataOf(application).uid, deleteOption: option?.slice('Delete='.length) ?? '' };
}

/**
 * The Application object of a cluster without an Argo CD: nobody would ever serve Argo CD's finalizer there, so it goes first. Absent kinds and
 * objects are what most such clusters have.
 */
export async function deleteApplicationObject(cluster: Cluster, application: JsonObject): Promise<void> {
  const { kinds } = await cluster.discover();
  if (!kinds.some(it => it.apiVersion === 'argoproj.io/v1alpha1' && it.kind === 'Application')) return;
  const ref = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    namespace: namespaceOf(application),
    name: nameOf(application),
  };
  const now = await cluster.get(ref);
  if (!now) return;
  const { finalizers, uid } = metadataOf(now);
  const left = (Array.isArray(finalizers) ? finalizers : []).filter(
    it => typeof it === 'string' && !/finalizer\.argocd\.argoproj\.io/.test(it),
  );
  try {
    await cluster.write({ verb: 'patch', ref, type: 'merge', patch: { metadata: { finalizers: left } } });
    await cluster.delete(ref, typeof uid === 'string' ? { uid } : {});
  } catch (cause) {
    if (!(cause instanceof ClusterFailure) || cause.reason !== 'notFound') throw cause;
  }
}
