import type { PlanRequest } from '../../engine/delivery.ts';
import { type PlanOptions, type PlanParams, type PlanView, planRequest } from '../../protocol/delivery.ts';
import { planView } from '../../views/plan.ts';
import type { Feature } from '../feature.ts';

/** What a sync, a rollback or a deletion would do. Writes nothing. */
export const plan: Feature<PlanParams, PlanView | null> = {
  name: 'plan',
  method: planRequest,
  capabilities: {},
  neutral: null,
  handle: async ({ delivery }, { application, options }, signal) => {
    const status = delivery?.delivery.application(application);
    if (!delivery || !status) return null;
    const made = await delivery.delivery.plan(application, requestOf(options), signal);
    delivery.keep(made);
    return planView(made, status, options);
  },
};

/** The panel's words are those of the engine; whoever accepts is who the engine says it is. */
const requestOf = (options: PlanOptions): PlanRequest => options;
