import { describe, expect, it } from 'vitest';
import type { PlanStep, SyncPlan } from '../../server/engine/delivery.ts';
import { planView } from '../../server/views/plan.ts';
import { applicationOf, resourceOf } from '../support/memoryDelivery.ts';

const step = (action: PlanStep['action'], kind: string, name: string, more: Partial<PlanStep> = {}): PlanStep => {
  const { group, namespace } = resourceOf(kind, name);
  return {
    group,
    kind,
    namespace,
    name,
    apiVersion: 'v1',
    phase: 'Sync',
    wave: 0,
    hook: false,
    action,
    reason: '',
    ...more,
  };
};

const planOf = (steps: readonly PlanStep[], more: Partial<SyncPlan> = {}): SyncPlan => ({
  ...{ ticket: 't', application: 'staging|argocd/web', cluster: 'staging', kind: 'sync', dryRun: false },
  ...{ revisions: ['0123456789012345678901234567890123456789'], steps, refusals: [], warnings: [] },
  ...more,
});

const view = (plan: SyncPlan, options = {}) => planView(plan, applicationOf('web'), { kind: plan.kind, ...options });

describe('a plan', () => {
  it('is summed up in words', () => {
    const shown = view(
      planOf([step('create', 'Service', 'a'), step('update', 'Deployment', 'b'), step('update', 'ConfigMap', 'c')]),
    );
    expect(shown.summary).toBe('1 create, 2 changes');
    expect(shown.subtitle).toBe('argocd/web in staging · 01234567');
  });

  it('asks once more only where something is taken away, and names it', () => {
    expect(view(planOf([step('create', 'Service', 'a')])).destructive).toEqual([]);
    expect(view(planOf([step('prune', 'Service', 'a'), step('recreate', 'Job', 'b')])).destructive).toEqual([
      'Deletes Service a.',
      'Deletes and makes anew Job b.',
    ]);
  });

  it('takes nothing away in a dry run', () => {
    const shown = view(planOf([step('prune', 'Service', 'a')], { dryRun: true }));
    expect([shown.destructive, shown.accept]).toEqual([[], 'Dry Run']);
  });

  it('is compared with what it applies: the editor, a chosen content, an entry of the history, or nothing', () => {
    const one = [step('update', 'Deployment', 'web')];
    expect(view(planOf(one)).against).toBe('buffers');
    expect(view(planOf(one), { content: 'staged' }).against).toBe('staged');
    expect(view(planOf(one, { kind: 'rollback' }), { entry: 3 }).against).toEqual({ entry: 3 });
    expect(view(planOf(one, { kind: 'delete' })).steps[0]?.diff).toBe(false);
  });

  it('offers no difference of a hook', () => {
    const shown = view(planOf([step('hook', 'Job', 'migrate', { hook: true }), step('update', 'Deployment', 'web')]));
    expect(shown.steps.map(it => it.diff)).toEqual([false, true]);
  });
});
