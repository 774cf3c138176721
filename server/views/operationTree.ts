import type { ApplicationStatus, OperationState, OperationStep } from '../core/status/application.ts';
import { keyText } from '../core/sync/resource.ts';
import type { DeliveryNode, OperationLine, OperationView } from '../protocol/delivery.ts';
import { doneOf, isRunning, type Mark, progressWords } from './marks.ts';
import { idOf, partsOf } from './treeIds.ts';

export const operationId = (id: string): string => idOf(['operation', id]);

/** Running ones first, then the newest; below each its steps in the order in which they run. */
export function operationChildren(
  operations: readonly OperationState[],
  nameOf: (application: string) => string,
  parent?: string,
): readonly DeliveryNode[] {
  if (parent === undefined)
    return [...operations]
      .sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || b.startedAt - a.startedAt)
      .map(it => operationNode(it, nameOf(it.application)));
  const [kind, id] = partsOf(parent);
  const operation = kind === 'operation' ? operations.find(it => it.id === id) : undefined;
  return operation ? operation.steps.map((it, i) => stepNode(operation, it, i)) : [];
}

const kindWords = { sync: 'Sync', rollback: 'Rollback', delete: 'Delete' } as const;

const phaseMarks: Readonly<Record<OperationState['phase'], Mark>> = {
  Running: { icon: 'loading~spin' },
  Terminating: { icon: 'loading~spin' },
  Succeeded: { icon: 'pass', color: 'gitopsWorkbench.healthy' },
  Failed: { icon: 'error', color: 'gitopsWorkbench.degraded' },
  Error: { icon: 'error', color: 'gitopsWorkbench.degraded' },
};

export function operationNode(operation: OperationState, name: string): DeliveryNode {
  const { id, application, kind, phase, message, steps, dryRun, initiatedBy, retry } = operation;
  const running = isRunning(operation);
  const label = `${kindWords[kind]} ${name}${dryRun ? ' (dry run)' : ''}`;
  const description = running
    ? `${progressWords(operation)}${retry && retry.count > 0 ? `, retry ${retry.count} of ${retry.limit}` : ''}`
    : `${phase} · ${clock(operation.finishedAt ?? operation.startedAt).slice(11, 16)} UTC`;
  return {
    id: operationId(id),
    label,
    description,
    tooltip: [`${phase}: ${message}`, `by ${initiatedBy}, begun ${clock(operation.startedAt)}`, ...operation.revisions]
      .filter(it => it !== '')
      .join('\n'),
    ...phaseMarks[phase],
    context: `operation ${running ? 'running' : 'over'}`,
    // Also before its steps are known: the editor unfolds no line that it has seen as a leaf.
    children: running ? 'expanded' : steps.length === 0 ? 'none' : phase === 'Succeeded' ? 'collapsed' : 'expanded',
    accessibility: `${label}, ${description}${message === '' ? '' : `, ${message}`}`,
    application,
  };
}

const stepMarks: Readonly<Record<OperationStep['state'], Mark>> = {
  waiting: { icon: 'circle-outline' },
  running: { icon: 'loading~spin' },
  succeeded: { icon: 'pass', color: 'gitopsWorkbench.healthy' },
  failed: { icon: 'error', color: 'gitopsWorkbench.degraded' },
  skipped: { icon: 'debug-step-over' },
};

/** In an operation that is over nothing runs: what was applied and not waited for to the end stays applied. */
const stateIn = (operation: OperationState, { state }: OperationStep): OperationStep['state'] =>
  state === 'running' && !isRunning(operation) ? 'succeeded' : state;

function stepNode(operation: OperationState, step: OperationStep, i: number): DeliveryNode {
  const { group, kind, namespace, name, phase, wave, message, action, log } = step;
  const state = stateIn(operation, step);
  const where = [phase, wave === 0 ? '' : `wave ${wave}`].filter(it => it !== '').join(' ');
  const description = [kind, action, where, message].filter(it => it !== '').join(' · ');
  return {
    id: idOf(['step', operation.id, String(i)]),
    label: name,
    description,
    tooltip: [`${kind} ${namespace === '' ? name : `${namespace}/${name}`}`, `${where}: ${action}`, message, log]
      .filter(it => it !== undefined && it !== '')
      .join('\n'),
    ...stepMarks[state],
    context: `step ${state} resource live${group === '' && kind === 'Pod' ? ' pod' : ''}`,
    children: 'none',
    accessibility: `${kind} ${name}, ${state}, ${description}`,
    application: operation.application,
    resource: { group, kind, namespace, name },
  };
}

/** What the plan's panel shows of an operation while it runs and after. */
export function operationView(operation: OperationState, name: string): OperationView {
  const { id, application, kind, phase, message, steps, dryRun, retry } = operation;
  return {
    id,
    application,
    title: `${kindWords[kind]} ${name}${dryRun ? ' (dry run)' : ''}`,
    phase,
    message: retry && retry.count > 0 ? `${message} (retry ${retry.count} of ${retry.limit})` : message,
    running: isRunning(operation),
    done: doneOf(operation),
    steps: steps.map(
      (it): OperationLine => ({
        id: lineId(it),
        state: stateIn(operation, it),
        message: it.message,
        ...(it.log !== undefined && { log: it.log }),
      }),
    ),
  };
}

/** The same for a line of the plan and its step of the operation. */
export const lineId = (step: Pick<OperationStep, 'phase' | 'group' | 'kind' | 'namespace' | 'name'>): string =>
  `${step.phase} ${keyText(step)}`;

/** `2026-11-21 09:15:02` in UTC: the same for everybody who reads a picture of it. */
export const clock = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export const nameFrom =
  (applications: readonly ApplicationStatus[]) =>
  (id: string): string =>
    applications.find(it => it.id === id)?.name ?? id.slice(id.lastIndexOf('/') + 1);
