import type { JsonObject } from '../text/json.ts';
import type { Pass, SyncAction } from './actions.ts';
import { objectOf, waveOfTask } from './order.ts';
import type { PassEnd } from './pass.ts';
import { Desk, type PassSubject } from './records.ts';
import {
  annotationItems,
  groupOf,
  isCustomResourceDefinition,
  kindOf,
  metadataOf,
  nameOf,
  syncOptionValue,
} from './resource.ts';
import type { SyncTask } from './tasks.ts';
import { waitingText } from './words.ts';

/** Why an object stays when its Application is deleted; `undefined`: it goes (argo-cd:controller/appcontroller.go, shouldBeDeleted). */
export function keptBecause(
  live: JsonObject,
  application: { readonly uid: unknown; readonly deleteOption: string },
): string | undefined {
  if (isCustomResourceDefinition(live)) return 'a definition takes all its objects along, so it stays';
  if (groupOf(live) === 'argoproj.io' && kindOf(live) === 'Application' && metadataOf(live).uid === application.uid)
    return 'the Application itself';
  if ((syncOptionValue(live, 'Delete') ?? application.deleteOption) === 'false') return 'Delete=false keeps it';
  if (annotationItems(live, 'helm.sh/resource-policy').includes('keep')) return 'helm.sh/resource-policy: keep';
  return undefined;
}

/**
 * One pass of deleting everything: the highest wave that is left, and only when that is gone the next. Works on tasks without targets that
 * keep their own waves.
 */
export function* deletionPass(subject: PassSubject): Pass<PassEnd> {
  const desk = new Desk(subject);
  const left = subject.tasks.filter(it => it.live);
  settleGone(desk, left);
  const wave = Math.max(...left.map(waveOfTask));
  const group = left.filter(it => waveOfTask(it) === wave);
  if (group.length === 0) return { phase: 'Succeeded', message: 'deleted', records: desk.records };
  if (subject.options.dryRun) {
    for (const task of left)
      desk.record(task, { status: 'Pruned', operation: 'Succeeded', message: 'deleted (dry run)' });
    return { phase: 'Succeeded', message: 'deleted (dry run)', records: desk.records };
  }
  const doomed = group.filter(it => !metadataOf(it.live ?? {}).deletionTimestamp);
  const outcomes =
    doomed.length > 0 ? yield doomed.map((it): SyncAction => ({ kind: 'prune', object: it.live ?? {} })) : [];
  const wrong: string[] = [];
  for (const task of group) {
    const outcome = outcomes[doomed.indexOf(task)];
    if (outcome?.kind === 'failed') {
      wrong.push(`${kindOf(objectOf(task))}/${nameOf(objectOf(task))}: ${outcome.message}`);
      desk.record(task, { status: 'SyncFailed', operation: 'Failed', message: outcome.message });
    } else desk.record(task, { status: 'Pruned', operation: 'Running', message: holding(task) });
  }
  if (wrong.length > 0)
    return { phase: 'Failed', message: `not everything could be deleted: ${wrong.join('; ')}`, records: desk.records };
  return { phase: 'Running', message: waitingText(group, 'deletion'), records: desk.records };
}

function settleGone(desk: Desk, left: readonly SyncTask[]): void {
  const living = new Set(left.map(it => desk.recordOf(it)).filter(it => it !== undefined));
  for (const [key, record] of desk.records)
    if (record.operation === 'Running' && !living.has(record))
      desk.records.set(key, { ...record, operation: 'Succeeded', message: 'deleted' });
}

/** A finalizer that nobody serves holds an object for ever; people have to see which. */
function holding({ live = {} }: SyncTask): string {
  const { finalizers, deletionTimestamp } = metadataOf(live);
  const held = Array.isArray(finalizers) && finalizers.length > 0 && deletionTimestamp !== undefined;
  return held ? `waiting for its finalizers: ${finalizers.join(', ')}` : 'deleting';
}
