import { Worker } from 'node:worker_threads';
import { type FromWorker, slots, type ToWorker, type WorkerStart } from './messages.ts';

/** How one request ended. `at` is where the worker was: which call, and what inside it (`item`, `round`: a template and a parameter set). */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Uint8Array }
  | { readonly kind: 'ended'; readonly by: 'deadline' | 'memory' | 'crash'; readonly why: string; readonly at: Place };

export interface Place {
  readonly call: number;
  readonly item: number;
  readonly round: number;
}

export interface RunLimits {
  /** The longest that one step may take. */
  readonly stepMs: number;
  /** The longest that the whole request may take; the step it is in then is blamed. */
  readonly requestMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One worker thread with one instance of the module, from its start to its death. Runs one request at a time. */
export class Host {
  readonly #worker: Worker;
  readonly #progress: Int32Array;
  readonly #ready: Promise<void>;
  #dead = false;
  #requests = 0;
  #settle: ((message: FromWorker) => void) | undefined;

  constructor(script: string | URL, module: WebAssembly.Module) {
    const shared = new SharedArrayBuffer(4 * slots.count);
    this.#progress = new Int32Array(shared);
    const workerData: WorkerStart = { module, shared };
    // Go's stack lies in linear memory, but runtime calls nest on the thread's own; deep recursion in a template needs room there.
    this.#worker = new Worker(script, {
      workerData,
      resourceLimits: { stackSizeMb: 16 },
      env: {},
      argv: [],
      execArgv: [],
    });
    this.#ready = this.#started();
    // Whoever waits for `run` sees the failure; a worker that was only warmed up may fail unseen.
    this.#ready.catch(() => undefined);
    this.#worker.unref();
  }

  /** False once the thread has ended; such a host is thrown away. */
  get alive(): boolean {
    return !this.#dead;
  }

  /** True until the first request: nothing that it dies of can be blamed on what was there before. */
  get fresh(): boolean {
    return this.#requests <= 1;
  }

  async run(request: Uint8Array<ArrayBuffer>, limits: RunLimits): Promise<Outcome> {
    this.#worker.ref();
    try {
      await this.#ready;
      return await this.#run(request, limits);
    } finally {
      this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }

  async #run(request: Uint8Array<ArrayBuffer>, limits: RunLimits): Promise<Outcome> {
    const id = ++this.#requests;
    Atomics.store(this.#progress, slots.cancel, 0);
    // Until the first call begins nothing can be blamed on any.
    Atomics.store(this.#progress, slots.call, -1);
    const cancel = (): void => void Atomics.store(this.#progress, slots.cancel, 1);
    limits.signal?.addEventListener('abort', cancel, { once: true });
    const watch = new AbortController();
    try {
      const answered = new Promise<FromWorker>(resolve => {
        this.#settle = resolve;
      });
      const message: ToWorker = { id, request };
      this.#worker.postMessage(message, [request.buffer]);
      const first = await Promise.race([answered, this.#watch(limits, watch.signal)]);
      return first.kind === 'answer' ? { kind: 'answer', answer: first.answer } : await this.#ended(first);
    } finally {
      watch.abort();
      limits.signal?.removeEventListener('abort', cancel);
      this.#settle = undefined;
    }
  }

  #started(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        this.#dead = true;
        reject(new Error(why));
        this.#settle?.({ kind: 'died', why, lastWords: '' });
      };
      this.#worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'died' && this.#settle === undefined)
          fail(`${message.why} ${message.lastWords}`.trim());
        else this.#settle?.(message);
      });
      this.#worker.on('error', error => fail(error.message));
      this.#worker.on('exit', () => fail('the worker ended'));
    });
  }

  /** Resolves when the worker has made no step for too long. */
  #watch(limits: RunLimits, stop: AbortSignal): Promise<{ readonly kind: 'deadline'; readonly why: string }> {
    return new Promise(resolve => {
      const interval = Math.max(5, Math.min(100, limits.stepMs / 8));
      let seen = -1;
      let stalled = 0;
      let total = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        const now = performance.now();
        // When this thread was busy itself, the answer may be waiting unread; such time is not counted against the worker.
        const passed = Math.min(now - last, 2 * interval);
        last = now;
        total += passed;
        const steps = Atomics.load(this.#progress, slots.steps);
        stalled = steps === seen ? stalled + passed : 0;
        seen = steps;
        if (stalled >= limits.stepMs) resolve({ kind: 'deadline', why: `took longer than ${seconds(limits.stepMs)}` });
        else if (total >= limits.requestMs)
          resolve({ kind: 'deadline', why: `was still running after ${seconds(limits.requestMs)}` });
      }, interval);
      stop.addEventListener('abort', () => clearInterval(timer), { once: true });
    });
  }

  async #ended(how: FromWorker | { readonly kind: 'deadline'; readonly why: string }): Promise<Outcome> {
    const at = {
      call: Atomics.load(this.#progress, slots.call),
      item: Atomics.load(this.#progress, slots.item),
      round: Atomics.load(this.#progress, slots.round),
    };
    await this.end();
    if (how.kind === 'deadline') return { kind: 'ended', by: 'deadline', why: how.why, at };
    if (how.kind === 'died' && /out of memory|cannot allocate memory/.test(how.lastWords)) {
      return { kind: 'ended', by: 'memory', why: 'ran out of memory', at };
    }
    const why = how.kind === 'died' ? `crashed (${firstLine(how.lastWords) || how.why})` : 'crashed';
    return { kind: 'ended', by: 'crash', why, at };
  }
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
