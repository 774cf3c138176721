import type { ApplicationStatus, Condition } from '../../core/status/application.ts';
import { type AutoSyncSubject, autoSyncDecision } from '../../core/sync/autoSync.ts';
import { metadataOf } from '../../core/sync/resource.ts';
import { fingerprint } from '../../core/text/fingerprint.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import type { Observation } from '../delivery/observe.ts';
import type { PlanRequest } from '../delivery.ts';
import type { Clock, Log } from '../ports.ts';
import { Cancelled } from '../workbench.ts';
import type { Operations } from './operations.ts';

export interface AutomationPorts {
  readonly operations: Operations;
  /** The user turned the embedded loop on for this Application. */
  readonly isOn: (id: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Compares again after a time. */
  readonly again: (id: string) => void;
}

export interface AutomationSubject {
  readonly status: ApplicationStatus;
  readonly observation: Observation;
}

type Last = NonNullable<AutoSyncSubject['last']> & { readonly operation: string };

/**
 * The embedded loop: `syncPolicy.automated` of Applications for which the user turned it on, and of no others. It is asked after each
 * comparison, decides by `autoSyncDecision`, and syncs by the same plans and operations as people do.
 */
export class Automation {
  readonly #ports: AutomationPorts;
  readonly #last = new Map<string, Last>();
  /** Self-heals in a row that the running operation would make. */
  readonly #attempts = new Map<string, number>();
  readonly #busy = new Set<string>();
  readonly #waiting = new Map<string, { cancel(): void }>();

  constructor(ports: AutomationPorts) {
    this.#ports = ports;
  }

  /** What is to be shown because of it: why the loop does not sync. */
  consider({ status, observation }: AutomationSubject): readonly Condition[] {
    const { id } = status;
    this.#waiting.get(id)?.cancel();
    if (!this.#ports.isOn(id) || this.#busy.has(id) || status.phase !== 'ready') return [];
    const content = fingerprint(observation.rendering.manifests.map(it => it.object));
    this.#learn(status, content);
    const last = this.#last.get(id);
    const decision = autoSyncDecision({
      ...subjectOf(status, observation.application, this.#ports.clock.now()),
      desired: { revisions: status.revisions, content },
      ...(last && { last }),
    });
    switch (decision.kind) {
      case 'nothing':
        return [];
      case 'refused':
        return [{ type: 'SyncError', message: decision.message }];
      case 'later':
        this.#later(id, decision.afterMs);
        return [];
      case 'sync': {
        const { prune, resources, selfHealAttempts } = decision;
        const request: PlanRequest = {
          ...{ prune, automated: true, initiatedBy: 'automated sync' },
          // Whoever begins to type now shall not find it in the cluster.
          content: 'workTree',
          ...(resources && { resources }),
        };
        this.#attempts.set(id, selfHealAttempts);
        this.#sync(status, content, request);
        return [];
      }
    }
  }

  dispose(): void {
    for (const it of this.#waiting.values()) it.cancel();
  }

  /** What the newest operation that has ended came to, whoever began it. */
  #learn({ id, operation, revisions }: ApplicationStatus, content: string): void {
    if (!operation || operation.finishedAt === undefined || operation.dryRun) return;
    if (this.#last.get(id)?.operation === operation.id) return;
    this.#last.set(id, {
      operation: operation.id,
      revisions: operation.revisions,
      // It has just ended, so what is wanted now is what it brought, if the revisions are the same.
      content: operation.revisions.join() === revisions.join() ? content : '',
      succeeded: operation.phase === 'Succeeded',
      message: operation.message,
      finishedAt: operation.finishedAt,
      selfHealAttempts: operation.initiatedBy === 'automated sync' ? (this.#attempts.get(id) ?? 0) : 0,
    });
  }

  #sync({ id, revisions }: ApplicationStatus, content: string, request: PlanRequest): void {
    const failed = (message: string): void => {
      const finishedAt = this.#ports.clock.now();
      const of = { operation: '', revisions, content, succeeded: false, message, finishedAt };
      this.#last.set(id, { ...of, selfHealAttempts: this.#attempts.get(id) ?? 0 });
    };
    const run = async (): Promise<number> => {
      const plan = await this.#ports.operations.plan(id, request);
      const answer = plan.refusals.length > 0 ? undefined : await this.#ports.operations.execute(plan);
      const refusals = answer?.kind === 'refused' ? answer.refusals : plan.refusals;
      // Somebody else syncs: nobody tells us when that ends.
      if (refusals.some(it => it.guard === 'operationRunning')) return busyAgainMs;
      if (refusals.some(it => it.guard !== 'outdated')) failed(refusals.map(it => it.message).join('; '));
      return 0;
    };
    this.#busy.add(id);
    void run()
      .catch(cause => {
        if (!(cause instanceof Cancelled)) this.#ports.log.error(`The automated sync of ${id} failed.`, cause);
        return busyAgainMs;
      })
      .then(afterMs => {
        this.#busy.delete(id);
        // The end of an operation makes the desk look again by itself.
        if (!this.#ports.operations.isRunning(id)) this.#later(id, afterMs);
      });
  }

  #later(id: string, afterMs: number): void {
    this.#waiting.get(id)?.cancel();
    this.#waiting.set(
      id,
      this.#ports.clock.after(afterMs, () => this.#ports.again(id)),
    );
  }
}

const busyAgainMs = 10_000;

function subjectOf(
  status: ApplicationStatus,
  application: JsonObject,
  now: number,
): Omit<AutoSyncSubject, 'desired' | 'last'> {
  const spec = isObject(application.spec) ? application.spec : {};
  const policy = isObject(spec.syncPolicy) ? spec.syncPolicy : {};
  const { automated } = policy;
  return {
    ...(isObject(automated)
      ? {
          automated: {
            prune: automated.prune === true,
            selfHeal: automated.selfHeal === true,
            allowEmpty: automated.allowEmpty === true,
            enabled: automated.enabled !== false,
            on: true,
          },
        }
      : {}),
    sync: status.sync,
    operationRuns: status.operation !== undefined && status.operation.finishedAt === undefined,
    deleting: metadataOf(application).deletionTimestamp !== undefined,
    resources: status.resources
      .filter(it => it.parent === undefined)
      .map(({ group, kind, namespace, name, sync, requiresPruning = false, hook = false }) => ({
        ...{ group, kind, namespace, name, requiresPruning },
        synced: sync !== 'OutOfSync' && sync !== 'Unknown',
        hook,
      })),
    now,
  };
}
