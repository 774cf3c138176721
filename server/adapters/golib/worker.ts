import { parentPort, workerData } from 'node:worker_threads';
import { type FromWorker, slots, type ToWorker, type WorkerStart } from './messages.ts';
import { createWasi } from './wasi.ts';

/**
 * Runs one instance of the module. It answers one request after the other and tells through shared memory what it is about to do,
 * because a thread that is busy in WebAssembly hears no message. A dead instance ends the thread; the host starts another.
 */

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  gitops_alloc(length: number): number;
  gitops_call(length: number): number;
  gitops_result(): number;
  gitops_free(): void;
}

const { module, shared } = workerData as WorkerStart;
const progress = new Int32Array(shared);
const wasi = createWasi(module);

function start(): Exports {
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: wasi.imports,
    gitops: {
      /** Answers 1 where the host wants the request to end. */
      progress: (call: number, item: number, round: number): number => {
        Atomics.store(progress, slots.call, call);
        Atomics.store(progress, slots.item, item);
        Atomics.store(progress, slots.round, round);
        Atomics.add(progress, slots.steps, 1);
        return Atomics.load(progress, slots.cancel);
      },
    },
  });
  const exports = instance.exports as unknown as Exports;
  wasi.attach(exports.memory);
  exports._initialize();
  return exports;
}

function run(exports: Exports, request: Uint8Array): Uint8Array<ArrayBuffer> {
  const address = exports.gitops_alloc(request.length) >>> 0;
  new Uint8Array(exports.memory.buffer, address, request.length).set(request);
  const length = exports.gitops_call(request.length) >>> 0;
  const answer = new Uint8Array(exports.memory.buffer, exports.gitops_result() >>> 0, length).slice();
  exports.gitops_free();
  return answer;
}

function reply(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

try {
  const exports = start();
  reply({ kind: 'ready' });
  parentPort?.on('message', ({ id, request }: ToWorker) => {
    try {
      const answer = run(exports, request);
      Atomics.add(progress, slots.steps, 1);
      reply({ kind: 'answer', id, answer }, [answer.buffer]);
    } catch (error) {
      // Memory of a dead instance is in no state to be used again.
      reply({ kind: 'died', why: describe(error), lastWords: wasi.lastWords() });
      parentPort?.close();
    }
  });
} catch (error) {
  reply({ kind: 'died', why: describe(error), lastWords: wasi.lastWords() });
}
