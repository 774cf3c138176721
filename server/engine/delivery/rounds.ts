import type { Log } from '../ports.ts';

/** Work by name, a few at once; what is asked for while it waits is done once, while it runs once more afterwards. */
export class Rounds {
  readonly #width: number;
  readonly #log: Log;
  readonly #run: (name: string, signal: AbortSignal) => Promise<void>;
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #running = new Map<string, { readonly done: (() => void)[] }>();
  readonly #abort = new AbortController();

  constructor(width: number, log: Log, run: (name: string, signal: AbortSignal) => Promise<void>) {
    this.#width = width;
    this.#log = log;
    this.#run = run;
  }

  /** Resolves when a round that began after this call has ended, however it ended. `first`: before everything else that waits. */
  ask(name: string, options: { readonly first?: boolean } = {}): Promise<void> {
    return new Promise(resolve => {
      const waiters = this.#waiting.get(name) ?? [];
      waiters.push(resolve);
      if (options.first) {
        const others = [...this.#waiting].filter(([it]) => it !== name);
        this.#waiting.clear();
        this.#waiting.set(name, waiters);
        for (const [it, of] of others) this.#waiting.set(it, of);
      } else this.#waiting.set(name, waiters);
      this.#next();
    });
  }

  get idle(): boolean {
    return this.#waiting.size === 0 && this.#running.size === 0;
  }

  end(): void {
    this.#abort.abort();
    for (const waiters of this.#waiting.values()) for (const it of waiters) it();
    this.#waiting.clear();
  }

  #next(): void {
    for (const [name, done] of this.#waiting) {
      if (this.#running.size >= this.#width) return;
      if (this.#running.has(name) || this.#abort.signal.aborted) continue;
      this.#waiting.delete(name);
      this.#running.set(name, { done });
      this.#run(name, this.#abort.signal)
        .catch(cause => {
          if (!this.#abort.signal.aborted) this.#log.error(`Work on ${name} failed.`, cause);
        })
        .finally(() => {
          this.#running.delete(name);
          for (const it of done) it();
          this.#next();
        });
    }
  }
}
