import { keyText, type ResourceKey } from '../../core/sync/resource.ts';
import type { PlanRequest, Refusal, SyncPlan } from '../delivery.ts';
import type { DrivenApplication } from './argocd.ts';
import type { FieldConflict } from './failures.ts';
import { decidedPart, type Prepared } from './prepare.ts';
import type { StoredHistory } from './record.ts';
import type { Rehearsal } from './rehearse.ts';

/** What an accepted plan needs to run; the plan itself is plain data and travels. */
export type Ticket = DirectTicket | DrivenTicket;

/** Of an Application that an Argo CD drives: it decides when it begins. */
export interface DrivenTicket {
  readonly plan: SyncPlan;
  readonly driven: DrivenApplication;
  readonly request: PlanRequest;
}

export interface DirectTicket {
  readonly plan: SyncPlan;
  readonly prepared: Prepared;
  /** By `objectKey` of the target. */
  readonly rehearsed: ReadonlyMap<string, Rehearsal>;
  /** Of a rollback. */
  readonly entry?: StoredHistory;
}

const mostTickets = 50;

export class Tickets {
  readonly #tickets = new Map<string, Ticket>();
  #next = 1;

  constructor(session: string) {
    this.#session = session;
  }

  readonly #session: string;

  name(): string {
    const name = `${this.#session}-${this.#next}`;
    this.#next += 1;
    return name;
  }

  keep(ticket: Ticket): void {
    this.#tickets.set(ticket.plan.ticket, ticket);
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size > mostTickets && oldest !== undefined) this.#tickets.delete(oldest);
  }

  get(name: string): Ticket | undefined {
    return this.#tickets.get(name);
  }

  /** A plan runs once. */
  use(name: string): void {
    this.#tickets.delete(name);
  }
}

/** What makes a plan another one than the person has read. */
export function leftBehind(planned: Prepared, now: Prepared): readonly Refusal[] {
  if (planned.fingerprint !== now.fingerprint)
    return [{ guard: 'outdated', message: 'The manifests changed after this plan was made. Make the plan again.' }];
  const before = livesOf(planned);
  const after = livesOf(now);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    key => before.get(key)?.text !== after.get(key)?.text,
  );
  return changed.slice(0, mostNamed).map(key => {
    const about = (after.get(key) ?? before.get(key))?.key;
    const what = !before.has(key) ? 'appeared' : !after.has(key) ? 'disappeared' : 'changed';
    return {
      guard: 'outdated',
      message: `${about?.kind} ${about?.name} ${what} in the cluster after this plan was made. Make the plan again.`,
      ...(about && { about }),
    };
  });
}

const mostNamed = 10;

function livesOf({ pairs }: Prepared): ReadonlyMap<string, { readonly key: ResourceKey; readonly text: string }> {
  return new Map(pairs.flatMap(({ key, live }) => (live ? [[keyText(key), { key, text: decidedPart(live) }]] : [])));
}

/** Whether exactly these fields of others were in the plan. */
export function acceptedConflicts(conflicts: readonly FieldConflict[], rehearsal: Rehearsal | undefined): boolean {
  const accepted = new Set((rehearsal?.conflicts ?? []).map(it => `${it.manager} ${it.field}`));
  return conflicts.every(it => accepted.has(`${it.manager} ${it.field}`));
}
