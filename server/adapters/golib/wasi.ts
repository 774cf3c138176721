import { randomFillSync } from 'node:crypto';

/**
 * As much of WASI preview 1 as a Go program asks for, and no more of the world than a clock, random bytes and a place for last
 * words: no files, no environment, no network, no processes. Whatever else is called answers "not supported".
 */
export interface Wasi {
  readonly imports: Record<string, WebAssembly.ImportFunction>;
  /** Must be called before the instance's first function. */
  attach(memory: WebAssembly.Memory): void;
  /** What Go printed, which is why it died if it did; the first few kilobytes. */
  lastWords(): string;
}

const success = 0;
const badFile = 8;
const notSupported = 52;
const longestLastWords = 4096;
/** Packages that log look at the program's name when they start, and take it for granted. */
const programName = new TextEncoder().encode('golib\0');

export function createWasi(module: WebAssembly.Module): Wasi {
  let memory: WebAssembly.Memory | undefined;
  let words = '';
  const bytes = (): Uint8Array => new Uint8Array(memory?.buffer ?? new ArrayBuffer(0));
  const view = (): DataView => new DataView(memory?.buffer ?? new ArrayBuffer(0));

  const known: Record<string, (...args: number[]) => number> = {
    args_sizes_get: (count = 0, size = 0) => writeTwo(view(), count, 1, size, programName.length),
    args_get: (addresses = 0, texts = 0) => {
      view().setUint32(addresses, texts, true);
      bytes().set(programName, texts);
      return success;
    },
    environ_sizes_get: (count = 0, size = 0) => writeTwo(view(), count, 0, size, 0),
    environ_get: () => success,
    random_get: (at = 0, length = 0) => {
      randomFillSync(bytes(), at, length);
      return success;
    },
    sched_yield: () => success,
    fd_fdstat_get: (file = 0, at = 0) => {
      if (file > 2) return badFile;
      const characterDevice = 2;
      bytes().fill(0, at, at + 24);
      view().setUint8(at, characterDevice);
      return success;
    },
    fd_fdstat_set_flags: () => success,
    fd_prestat_get: () => badFile,
    fd_prestat_dir_name: () => badFile,
    fd_close: () => badFile,
    fd_write: (_file = 0, vectors = 0, count = 0, written = 0) => {
      let total = 0;
      for (let i = 0; i < count; i++) {
        const at = view().getUint32(vectors + 8 * i, true);
        const length = view().getUint32(vectors + 8 * i + 4, true);
        total += length;
        if (words.length < longestLastWords) words += new TextDecoder().decode(bytes().slice(at, at + length));
      }
      view().setUint32(written, total, true);
      return success;
    },
    // Whoever sleeps is woken at once: nothing else runs in the module meanwhile.
    poll_oneoff: (subscriptions = 0, events = 0, count = 0, fired = 0) => {
      const memoryView = view();
      for (let i = 0; i < count; i++) {
        const from = subscriptions + 48 * i;
        const to = events + 32 * i;
        bytes().fill(0, to, to + 32);
        memoryView.setBigUint64(to, memoryView.getBigUint64(from, true), true);
        memoryView.setUint8(to + 10, memoryView.getUint8(from + 8));
      }
      memoryView.setUint32(fired, count, true);
      return success;
    },
    proc_exit: (code = 0) => {
      throw new Exit(code);
    },
  };
  const clock = (id: number, _precision: bigint, at: number): number => {
    const realTime = 0;
    const now = id === realTime ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint();
    view().setBigUint64(at, now, true);
    return success;
  };

  const imports: Record<string, WebAssembly.ImportFunction> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (from !== 'wasi_snapshot_preview1') continue;
    imports[name] = name === 'clock_time_get' ? clock : (known[name] ?? (() => notSupported));
  }
  return {
    imports,
    attach: it => {
      memory = it;
    },
    lastWords: () => words,
  };
}

/** Go ended the program; the instance cannot be used again. */
export class Exit extends Error {
  constructor(code: number) {
    super(`the program ended with status ${code}`);
  }
}

function writeTwo(view: DataView, firstAt: number, first: number, secondAt: number, second: number): number {
  view.setUint32(firstAt, first, true);
  view.setUint32(secondAt, second, true);
  return success;
}
