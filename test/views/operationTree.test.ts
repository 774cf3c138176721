import { expect, it } from 'vitest';
import type { OperationState } from '../../server/core/status/application.ts';
import { operationChildren, operationView } from '../../server/views/operationTree.ts';
import { operationOf, resourceOf } from '../support/memoryDelivery.ts';

const applied = {
  ...resourceOf('ConfigMap', 'one'),
  ...{ phase: 'Sync', wave: 0, hook: false, action: 'create' as const, state: 'running' as const, message: 'created' },
};

const lines = (operation: OperationState, parent?: string) => operationChildren([operation], () => 'web', parent);

it('an operation that runs is unfolded, also before its steps are known', () => {
  expect(lines(operationOf('staging|argocd/web'))[0]?.children).toBe('expanded');
});

it('nothing runs in an operation that is over', () => {
  const running = operationOf('staging|argocd/web', { steps: [applied] });
  const over: OperationState = { ...running, phase: 'Failed', message: 'Operation terminated', finishedAt: 2_000 };
  const stateOf = (operation: OperationState) => {
    const [step] = lines(operation, lines(operation)[0]?.id);
    expect(operationView(operation, 'web').steps[0]?.state).toBe(step?.accessibility.split(', ')[1]);
    return step?.accessibility.split(', ')[1];
  };
  expect([stateOf(running), stateOf(over)]).toEqual(['running', 'succeeded']);
});
