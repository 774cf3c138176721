import { parseFile } from '../core/documents/parse.ts';
import { entriesOf, type ManifestIndex, mayHoldIndexed } from './manifestIndex.ts';
import type { Clock, FileSystem } from './ports.ts';
import type { Settings } from './settings.ts';

export interface IndexingPorts {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly index: ManifestIndex;
  readonly settings: () => Settings;
  /** Text of an open buffer: it counts in place of the file. */
  readonly buffer: (file: string) => string | undefined;
  readonly onProgress: (done: number, finished: boolean) => void;
  readonly onChanged: (files: readonly string[]) => void;
}

/** Files read ahead of the one that is parsed. */
const ahead = 32;
/** Longest that other work waits for the index, in milliseconds. */
const slice = 25;

/** Reads the manifests of the opened folders into the index, in slices so that an editor is answered meanwhile. */
export class Indexing {
  readonly #ports: IndexingPorts;
  #listed = new Set<string>();
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #finished = true;

  constructor(ports: IndexingPorts) {
    this.#ports = ports;
  }

  get isFinished(): boolean {
    return this.#finished;
  }

  /** Every manifest file of the folders, in code unit order. */
  get files(): readonly string[] {
    return [...this.#listed].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** `roots`: folders, or single files. Reading starts anew. */
  start(roots: readonly string[]): void {
    this.#running?.abort.abort();
    const abort = new AbortController();
    this.#finished = roots.length === 0;
    const done = this.#run(roots, abort.signal);
    this.#running = { abort, done };
  }

  async whenFinished(): Promise<void> {
    // Folders may change while one waits for the former ones.
    for (let run = this.#running; run; run = this.#running) {
      await run.done;
      if (run === this.#running) return;
    }
  }

  stop(): void {
    this.#running?.abort.abort();
  }

  /** A file appeared or changed; `isManifest` says whether the folders list it. Returns whether the index changed. */
  async refresh(file: string): Promise<boolean> {
    const { files, index, settings, buffer } = this.#ports;
    const text = buffer(file) ?? (await files.read(file, settings().maxFileSize));
    if (text === undefined) return this.remove(file);
    this.#listed.add(file);
    return index.set(file, text === 'tooLarge' ? [] : entriesIn(file, text));
  }

  remove(file: string): boolean {
    this.#listed.delete(file);
    return this.#ports.index.set(file, []);
  }

  isListed(file: string): boolean {
    return this.#listed.has(file);
  }

  async #run(roots: readonly string[], signal: AbortSignal): Promise<void> {
    const { index, onChanged, onProgress, clock } = this.#ports;
    const changed: string[] = [];
    const seen = new Set<string>();
    let sliceStart = clock.now();
    for await (const { file, entries } of this.#read(roots, signal)) {
      if (signal.aborted) return;
      seen.add(file);
      if (index.set(file, entries())) changed.push(file);
      if (clock.now() - sliceStart > slice) {
        onProgress(seen.size, false);
        await pause(clock);
        sliceStart = clock.now();
      }
    }
    if (signal.aborted) return;
    for (const file of [...index.files]) if (!seen.has(file) && index.set(file, [])) changed.push(file);
    this.#listed = seen;
    this.#finished = true;
    onProgress(seen.size, true);
    if (changed.length > 0) onChanged(changed);
  }

  /** Files in order, with some reads under way ahead of the one that is handed out. */
  async *#read(roots: readonly string[], signal: AbortSignal) {
    const { files, settings, buffer } = this.#ports;
    const waiting: { readonly file: string; readonly text: Promise<string | 'tooLarge' | undefined> }[] = [];
    const take = async () => {
      const next = waiting.shift();
      const text = await next?.text;
      return next && text !== undefined ? { file: next.file, entries: () => entriesIn(next.file, text) } : undefined;
    };
    const seen = new Set<string>();
    for (const root of roots) {
      for await (const file of this.#list(root, signal)) {
        // Folders may lie inside each other.
        if (seen.has(file)) continue;
        seen.add(file);
        const open = buffer(file);
        waiting.push({
          file,
          text: open === undefined ? files.read(file, settings().maxFileSize) : Promise.resolve(open),
        });
        if (waiting.length < ahead) continue;
        const ready = await take();
        if (ready) yield ready;
      }
    }
    while (waiting.length > 0) {
      const ready = await take();
      if (ready) yield ready;
    }
  }

  async *#list(root: string, signal: AbortSignal): AsyncIterable<string> {
    const { files, settings } = this.#ports;
    if ((await files.kindOf(root)) === 'file') yield root;
    else yield* files.listManifests(root, { exclude: settings().exclude, signal });
  }
}

function entriesIn(file: string, text: string) {
  return text !== 'tooLarge' && mayHoldIndexed(file, text) ? entriesOf(parseFile(file, text)) : [];
}

/** Lets everything that waits run first. */
function pause(clock: Clock): Promise<void> {
  return new Promise(resolve => clock.after(0, () => resolve()));
}
