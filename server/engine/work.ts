import type { Log } from './ports.ts';
import { Cancelled } from './workbench.ts';

/** What is under way in the background, and the one guard around it: nobody waits for it, so nobody else would hear of a mistake of ours. */
export class Work {
  readonly #log: Log;
  #underWay = 0;
  #idlers: (() => void)[] = [];
  #ended = false;

  constructor(log: Log) {
    this.#log = log;
  }

  run(work: () => Promise<unknown>): void {
    const finish = this.begin();
    work()
      .catch(cause => {
        if (!(cause instanceof Cancelled) && !this.#ended) this.#log.error('Work in the background failed.', cause);
      })
      .finally(finish);
  }

  /** Something waits for its time; call the answer once, when it begins or is given up. */
  begin(): () => void {
    this.#underWay += 1;
    let open = true;
    return () => {
      if (open) this.#finished();
      open = false;
    };
  }

  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise(resolve => this.#idlers.push(resolve));
  }

  /** What fails from now on fails because everything is being closed. */
  end(): void {
    this.#ended = true;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  #finished(): void {
    this.#underWay -= 1;
    if (this.#underWay > 0) return;
    const idlers = this.#idlers;
    this.#idlers = [];
    for (const resolve of idlers) resolve();
  }
}
