/** What panels and their pages say to each other. */
import type {
  GraphView,
  OperationView,
  PlanNote,
  PlanOptions,
  PlanView,
  ResourceName,
} from '../../server/protocol/delivery.ts';

export type ToPlanPage =
  | { readonly kind: 'planning'; readonly title: string; readonly options: PlanOptions }
  | { readonly kind: 'plan'; readonly plan: PlanView }
  | { readonly kind: 'refused'; readonly refusals: readonly PlanNote[] }
  | { readonly kind: 'operation'; readonly operation: OperationView }
  | { readonly kind: 'problem'; readonly message: string };

export type FromPlanPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'replan'; readonly options: PlanOptions }
  | { readonly kind: 'accept'; readonly ticket: string }
  | { readonly kind: 'confirmPrune' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'diff'; readonly resource?: ResourceName };

export type ToGraphPage = { readonly kind: 'graph'; readonly graph: GraphView } | { readonly kind: 'gone' };
export type FromGraphPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'open'; readonly resource: ResourceName }
  | { readonly kind: 'refresh' };
