import type { ApplicationStatus } from '../core/status/application.ts';
import { keyWords } from '../core/sync/resource.ts';
import type { PlanStep, Refusal, SyncPlan } from '../engine/delivery.ts';
import type { DiffSide, PlanLine, PlanNote, PlanOptions, PlanView } from '../protocol/delivery.ts';
import { short } from './applicationNodes.ts';
import { lineId } from './operationTree.ts';

/** What the panel shows: refusals and warnings first, then the steps in the order in which they run. */
export function planView(plan: SyncPlan, application: ApplicationStatus, options: PlanOptions): PlanView {
  const { kind, dryRun, steps, refusals, warnings, revisions } = plan;
  const verb = { sync: 'Sync', rollback: 'Roll back', delete: 'Delete' }[kind];
  const against = againstOf(plan, options);
  const entry = options.entry === undefined ? '' : ` to entry ${options.entry} of its history`;
  return {
    ticket: plan.ticket,
    application: application.id,
    title: `${verb} ${application.name}${entry}${dryRun ? ' (dry run)' : ''}`,
    subtitle: [
      `${application.namespace}/${application.name} in ${plan.cluster}`,
      revisions.length > 0 ? revisions.map(short).join(', ') : '',
    ]
      .filter(it => it !== '')
      .join(' · '),
    options,
    refusals: refusals.map(refusalNote),
    warnings,
    steps: steps.map(it => lineOf(it, against !== undefined)),
    ...(against && { against }),
    summary: summaryOf(steps),
    destructive: dryRun ? [] : destructiveOf(plan, options),
    accept: dryRun ? 'Dry Run' : { sync: 'Sync', rollback: 'Roll Back', delete: 'Delete' }[kind],
  };
}

export function refusalNote({ guard, message, about }: Refusal): PlanNote {
  const named = about && keyWords(about);
  return { guard, message, ...(named !== undefined && !message.includes(named) && { about: named }) };
}

/** A sync applies what it was planned from; a rollback, what its entry recorded; a deletion compares with nothing. */
function againstOf({ kind }: SyncPlan, options: PlanOptions): DiffSide | undefined {
  switch (kind) {
    case 'sync':
      return options.content ?? 'buffers';
    case 'rollback':
      return options.entry === undefined ? undefined : { entry: options.entry };
    case 'delete':
      return undefined;
  }
}

const differing: ReadonlySet<string> = new Set(['create', 'update', 'replace', 'recreate', 'prune']);

function lineOf(step: PlanStep, comparable: boolean): PlanLine {
  const { group, kind, namespace, name, phase, wave, hook, action, reason } = step;
  return {
    id: lineId(step),
    resource: { group, kind, namespace, name },
    phase,
    wave,
    hook,
    action,
    reason,
    diff: comparable && !hook && differing.has(action),
  };
}

const nouns: readonly (readonly [string, string, string])[] = [
  ['create', 'create', 'creates'],
  ['update', 'change', 'changes'],
  ['replace', 'replacement', 'replacements'],
  ['recreate', 'recreation', 'recreations'],
  ['prune', 'deletion', 'deletions'],
  ['hook', 'hook', 'hooks'],
  ['unchanged', 'unchanged', 'unchanged'],
  ['keep', 'kept', 'kept'],
  ['skip', 'skipped', 'skipped'],
];

export function summaryOf(steps: readonly Pick<PlanStep, 'action'>[]): string {
  const told = nouns.flatMap(([action, one, many]) => {
    const count = steps.filter(it => it.action === action).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return told.join(', ') || 'nothing to do';
}

/** Only what takes something away is asked about once more; each sentence names what goes. */
function destructiveOf({ kind, steps }: SyncPlan, { force }: PlanOptions): readonly string[] {
  const named = (action: string): string | undefined => {
    const found = steps.filter(it => it.action === action).map(it => `${it.kind} ${it.name}`);
    const more = found.length > 5 ? ` and ${found.length - 5} more` : '';
    return found.length === 0 ? undefined : `${found.slice(0, 5).join(', ')}${more}`;
  };
  const [pruned, recreated, replaced] = [named('prune'), named('recreate'), named('replace')];
  return [
    ...(pruned === undefined ? [] : [`Deletes ${pruned}.`]),
    ...(recreated === undefined ? [] : [`Deletes and makes anew ${recreated}.`]),
    ...(replaced === undefined ? [] : [`Replaces ${replaced}${force ? ', with force' : ''}.`]),
    ...(kind === 'delete' && pruned === undefined ? ['Deletes the Application; its resources stay.'] : []),
  ];
}
