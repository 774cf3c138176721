import { type ExecuteParams, type ExecuteResult, executeRequest } from '../../protocol/delivery.ts';
import { operationView } from '../../views/operationTree.ts';
import { refusalNote } from '../../views/plan.ts';
import type { Feature } from '../feature.ts';

/** Runs a plan that a person accepted. */
export const execute: Feature<ExecuteParams, ExecuteResult> = {
  name: 'execute',
  method: executeRequest,
  capabilities: {},
  neutral: refused('failed', 'The operation could not be started; the log "GitOps Workbench" says why.'),
  handle: async ({ delivery }, { ticket }) => {
    const plan = delivery?.planOf(ticket);
    if (!delivery || !plan) return refused('planGone', 'This plan is not known any more. Plan again.');
    if (!delivery.trusted) return refused('untrusted', 'Nobody trusts this folder; nothing of it is applied.');
    const answer = await delivery.delivery.execute(plan);
    return answer.kind === 'started'
      ? { kind: 'started', operation: operationView(answer.operation, delivery.nameOf(plan.application)) }
      : { kind: 'refused', refusals: answer.refusals.map(refusalNote) };
  },
};

function refused(guard: string, message: string): ExecuteResult {
  return { kind: 'refused', refusals: [{ guard, message }] };
}
