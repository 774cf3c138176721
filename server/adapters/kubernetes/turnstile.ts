/** Lets so many pass at once; the others wait in the order in which they came. */
export class Turnstile {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  async pass<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#inside < this.#width) this.#inside += 1;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
    try {
      signal?.throwIfAborted();
      return await run();
    } finally {
      const next = this.#waiting.shift();
      // The place goes from hand to hand, so that nobody slips in between.
      if (next) next();
      else this.#inside -= 1;
    }
  }
}
