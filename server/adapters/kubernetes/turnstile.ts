/** Lets so many pass at once; the others wait in the order in which they came, or go away. */
export class Turnstile {
  readonly #width: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  async pass<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#inside < this.#width) this.#inside += 1;
    else await this.#turn(signal);
    try {
      return await run();
    } finally {
      const [next] = this.#waiting;
      // The place goes from hand to hand, so that nobody slips in between.
      if (next) next();
      else this.#inside -= 1;
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        this.#waiting.delete(enter);
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(enter);
        reject(signal?.reason);
      };
      this.#waiting.add(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
