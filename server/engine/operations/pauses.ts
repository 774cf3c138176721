import type { Clock } from '../ports.ts';

/** Waiting that a clock in a test can turn, and that ends at once when the work is called off. */
export interface Pauses {
  now(): number;
  /** Rejects with the signal's reason. */
  pause(milliseconds: number): Promise<void>;
}

export function pausesOn(clock: Clock, signal: AbortSignal): Pauses {
  return {
    now: () => clock.now(),
    pause: milliseconds =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const stop = (): void => {
          timer.cancel();
          reject(signal.reason);
        };
        const timer = clock.after(milliseconds, () => {
          signal.removeEventListener('abort', stop);
          resolve();
        });
        signal.addEventListener('abort', stop, { once: true });
      }),
  };
}
