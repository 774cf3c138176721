import type { PlanStep, PlanSubject, Refusal } from '../plan.ts';

/** Something that refuses a plan, or that a person has to know before accepting it. One file each, listed in index.ts. */
export interface Guard {
  /** Stable: refusals carry it. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  check(plan: GuardedPlan): Verdict;
}

export interface GuardedPlan extends PlanSubject {
  /** One for each task, in order. */
  readonly steps: readonly PlanStep[];
}

export interface Verdict {
  readonly refusals?: readonly Refusal[];
  readonly warnings?: readonly string[];
}
