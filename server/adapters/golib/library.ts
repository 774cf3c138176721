import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { LibraryCall, LibraryResult } from '../../core/facts/facts.ts';
import { isObject, type Json } from '../../core/text/json.ts';
import type { Library, Log } from '../../engine/ports.ts';
import { decodeAnswer, encodeRequest } from './frames.ts';
import { Host, type Outcome, type Place } from './host.ts';
import { RegisteredParameters } from './parameters.ts';
import { warmCalls } from './warm.ts';

export interface GolibOptions {
  /** Path of `light.wasm.br` (or of an uncompressed `.wasm`). */
  readonly wasm: string;
  /** The bundled worker; by default `worker.mjs` beside the module, where the build puts it. */
  readonly worker?: string;
  readonly log?: Log;
  /** Where several share one compiled module: given how to compile it, answers it. */
  readonly compiled?: (compile: () => Promise<WebAssembly.Module>) => Promise<WebAssembly.Module>;
  /** What `warmUp` runs; by default what a preview of an ApplicationSet does. */
  readonly warm?: readonly LibraryCall[];
}

type CallOptions = NonNullable<Parameters<Library['call']>[1]>;

/** Longest that one call, or one template with one parameter set, may take when the caller does not say. Most take microseconds. */
const defaultDeadlineMs = 4_000;
/** A machine that has just started an editor is busy, and nobody waits. */
const warmDeadlineMs = 90_000;
/** A request of many quick steps may take this many deadlines as a whole. */
const requestDeadlines = 15;
/** Runaways that are found and set aside in one request; each costs a deadline, and nobody waits for more. */
const mostRunaways = 4;

/**
 * The libraries that Argo CD links, in WebAssembly, in one worker thread. Requests run one after the other. A call that does not end
 * takes the thread with it; the thread is replaced and the request runs again without the culprit, whose answer says what happened:
 * for `templates` one template, for every other operation the call.
 */
export class Golib implements Library {
  readonly #options: GolibOptions;
  readonly #registered = new RegisteredParameters();
  #module: Promise<WebAssembly.Module> | undefined;
  #host: Host | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(options: GolibOptions) {
    this.#options = options;
  }

  /** The answers are of use to nobody but tests. */
  async warmUp(): Promise<readonly LibraryResult[]> {
    return this.call(this.#options.warm ?? warmCalls.light, { deadlineMs: warmDeadlineMs });
  }

  /** Rejects with the signal's reason when it is aborted; never otherwise. */
  call(calls: readonly LibraryCall[], options: CallOptions = {}): Promise<readonly LibraryResult[]> {
    if (calls.length === 0) return Promise.resolve([]);
    const turn = this.#last.then(() => this.#answer(calls, options));
    this.#last = turn.catch(() => undefined);
    return options.signal === undefined ? turn : orAborted(turn, options.signal);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#host?.end();
    this.#host = undefined;
  }

  async #answer(calls: readonly LibraryCall[], options: CallOptions): Promise<readonly LibraryResult[]> {
    const request = new Request(calls);
    while (!request.done) {
      options.signal?.throwIfAborted();
      if (this.#disposed) return request.refuseRest('The template library was closed.');
      try {
        await this.#attempt(request, options);
      } catch (error) {
        if (this.#disposed) continue;
        this.#options.log?.error('The template library failed.', error);
        await this.#drop();
        return request.refuseRest(`The template library could not run: ${messageOf(error)}`);
      }
    }
    options.signal?.throwIfAborted();
    return request.results();
  }

  async #attempt(request: Request, options: CallOptions): Promise<void> {
    const host = await this.#hostOrNew();
    const { calls, skip } = this.#registered.prepare(request.open());
    const stepMs = options.deadlineMs ?? defaultDeadlineMs;
    const outcome = await host.run(encodeRequest(calls), {
      stepMs,
      requestMs: stepMs * requestDeadlines,
      signal: options.signal,
    });
    if (outcome.kind === 'answer') {
      request.accept(decodeAnswer(outcome.answer).slice(skip));
      return;
    }
    await this.#drop();
    // The loop says why: aborted, or closed while it ran.
    if (options.signal?.aborted || this.#disposed) return;
    this.#options.log?.warn(`A call of the template library ${outcome.why}; its worker was replaced.`);
    request.blame(outcome, skip, host.fresh);
  }

  async #hostOrNew(): Promise<Host> {
    if (this.#host?.alive) return this.#host;
    const make = () => compile(this.#options.wasm);
    this.#module ??= this.#options.compiled?.(make) ?? make();
    let module: WebAssembly.Module;
    try {
      module = await this.#module;
    } catch (error) {
      this.#module = undefined;
      throw error;
    }
    if (this.#host?.alive) return this.#host;
    if (this.#disposed) throw new Error('it was closed');
    this.#registered.forget();
    this.#host = new Host(this.#options.worker ?? path.join(path.dirname(this.#options.wasm), 'worker.mjs'), module);
    return this.#host;
  }

  async #drop(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.end();
  }
}

/** One batch on its way: which calls still need an answer, and what was found out about those that cannot have one. */
class Request {
  readonly #calls: readonly LibraryCall[];
  readonly #results: (LibraryResult | undefined)[];
  /** By call: templates that were set aside. */
  readonly #stopped = new Map<number, { readonly template: number; readonly message: string }[]>();
  #runaways = 0;
  #retriedForMemory = false;

  constructor(calls: readonly LibraryCall[]) {
    this.#calls = calls;
    this.#results = calls.map(() => undefined);
  }

  get done(): boolean {
    return this.#results.every(result => result !== undefined);
  }

  open(): readonly LibraryCall[] {
    return this.#openIndexes().map(index => this.#callAt(index));
  }

  accept(results: readonly LibraryResult[]): void {
    this.#openIndexes().forEach((index, at) => {
      this.#results[index] = results[at] ?? { ok: false, error: 'The template library gave no answer.' };
    });
  }

  blame(outcome: Extract<Outcome, { kind: 'ended' }>, skip: number, fresh: boolean): void {
    // Memory may have been filled by earlier requests: a second try in a new worker tells.
    if (outcome.by === 'memory' && !fresh && !this.#retriedForMemory) {
      this.#retriedForMemory = true;
      return;
    }
    const index = this.#openIndexes()[outcome.at.call - skip];
    const message = `${outcome.why} and was stopped`;
    if (index === undefined) {
      // The request itself was too much.
      this.refuseRest(`The parameters of this call could not be read: the library ${message}.`);
      return;
    }
    this.#setAside(index, outcome.at, message);
    if (++this.#runaways >= mostRunaways) {
      this.refuseRest(`Not run, because ${mostRunaways} other calls of the same request had to be stopped.`);
    }
  }

  refuseRest(error: string): readonly LibraryResult[] {
    for (const index of this.#openIndexes()) this.#results[index] = { ok: false, error };
    return this.results();
  }

  results(): readonly LibraryResult[] {
    return this.#results.map(result => result ?? { ok: false, error: 'The template library gave no answer.' });
  }

  #setAside(index: number, at: Place, message: string): void {
    const known = this.#stopped.get(index) ?? [];
    const template = templateAt(this.#calls[index], at.item);
    // Blamed twice: it was not the template, or not it alone.
    if (template === undefined || known.some(it => it.template === at.item)) {
      this.#results[index] = { ok: false, error: `This call ${message}.` };
      return;
    }
    this.#stopped.set(index, [...known, { template: at.item, message: `The template ${template} ${message}.` }]);
  }

  #openIndexes(): readonly number[] {
    return this.#results.flatMap((result, index) => (result === undefined ? [index] : []));
  }

  #callAt(index: number): LibraryCall {
    const call = this.#calls[index] ?? { op: '', args: null };
    const stopped = this.#stopped.get(index);
    return stopped === undefined || !isObject(call.args) ? call : { op: call.op, args: { ...call.args, stopped } };
  }
}

function templateAt(call: LibraryCall | undefined, item: number): string | undefined {
  if (call?.op !== 'templates' || !isObject(call.args)) return undefined;
  const templates: Json | undefined = call.args.templates;
  const text: unknown = Array.isArray(templates) ? templates[item] : undefined;
  return typeof text === 'string' ? text : undefined;
}

async function compile(file: string): Promise<WebAssembly.Module> {
  const bytes = await readFile(file);
  return WebAssembly.compile(file.endsWith('.br') ? await promisify(brotliDecompress)(bytes) : bytes);
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
