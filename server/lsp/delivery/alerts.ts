import type { ApplicationStatus, OperationState } from '../../core/status/application.ts';
import type { DeliveryAlert } from '../../protocol/delivery.ts';
import { isRunning, wantsALook } from '../../views/marks.ts';

/**
 * The few things that are worth interrupting somebody for: an operation of this session that failed, and an Application that was well and
 * has not been for a while. Everything else is to be seen in the views.
 */
export class Alerts {
  readonly #tell: (alert: DeliveryAlert) => void;
  readonly #now: (id: string) => ApplicationStatus | undefined;
  readonly #well = new Set<string>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<string>();
  /** 0: never. */
  delaySeconds = 60;

  constructor(tell: (alert: DeliveryAlert) => void, now: (id: string) => ApplicationStatus | undefined) {
    this.#tell = tell;
    this.#now = now;
  }

  application(status: ApplicationStatus): void {
    const { id } = status;
    if (status.phase === 'loading') return;
    if (!wantsALook(status)) {
      if (status.phase === 'ready' && status.health === 'Healthy' && status.sync === 'Synced') this.#well.add(id);
      this.#stop(id);
      return;
    }
    if (!this.#well.has(id) || this.#waiting.has(id) || this.delaySeconds === 0) return;
    const timer = setTimeout(() => this.#due(id), this.delaySeconds * 1000);
    timer.unref();
    this.#waiting.set(id, timer);
  }

  operation(operation: OperationState, name: string): void {
    const { id, application, kind, phase, message } = operation;
    if (isRunning(operation)) {
      this.#running.add(id);
      return;
    }
    // What was over before we looked is no news.
    if (!this.#running.delete(id) || phase === 'Succeeded') return;
    const what = { sync: 'Sync', rollback: 'Rollback', delete: 'Deletion' }[kind];
    this.#tell({
      severity: 'error',
      message: `${what} of ${name} did not succeed: ${message}`,
      application,
      action: 'show',
    });
  }

  removed(id: string): void {
    this.#stop(id);
    this.#well.delete(id);
  }

  dispose(): void {
    for (const id of [...this.#waiting.keys()]) this.#stop(id);
  }

  #due(id: string): void {
    this.#waiting.delete(id);
    const status = this.#now(id);
    if (!status || !wantsALook(status)) return;
    // It may still be on its way there.
    if (status.operation && isRunning(status.operation)) {
      this.application(status);
      return;
    }
    this.#well.delete(id);
    this.#tell({
      severity: 'warning',
      message: `${status.name} in ${status.cluster} has been ${status.health}, ${status.sync} for ${this.delaySeconds} seconds.${status.message ? ` ${status.message}` : ''}`,
      application: id,
      action: 'plan',
    });
  }

  #stop(id: string): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
  }
}
