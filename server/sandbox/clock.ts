/** Time of a sandbox: the real one, or one that tests turn by hand. */
export interface SandboxClock {
  /** Milliseconds since 1970. */
  now(): number;
  after(milliseconds: number, run: () => void): { cancel(): void };
}

export const realClock: SandboxClock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** Stands still until it is advanced; alarms ring in their order, and those that they set ring as well when their time falls inside. */
export class ManualClock implements SandboxClock {
  #now: number;
  #alarms: Alarm[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): { cancel(): void } {
    const alarm = { at: this.#now + Math.max(0, milliseconds), run };
    this.#alarms.push(alarm);
    return {
      cancel: () => {
        this.#alarms = this.#alarms.filter(it => it !== alarm);
      },
    };
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#alarms.filter(it => it.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#alarms = this.#alarms.filter(it => it !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}
