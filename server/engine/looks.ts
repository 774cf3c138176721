import type { SourceFile } from '../core/documents/document.ts';
import type { Buffers } from './buffers.ts';
import type { FactStore, FactsView, Used } from './factStore.ts';
import { folderOf, isPath } from './paths.ts';
import type { Clock } from './ports.ts';
import { type Looked, type LookOptions, lookAt } from './runs.ts';
import type { Work } from './work.ts';
import { Cancelled, type FileFindings, type SetGeneration } from './workbench.ts';

/** One look at one text of one file. */
export interface Look {
  readonly file: string;
  readonly source: SourceFile;
  /** Of the buffer; `undefined` for a file on disk. */
  readonly version: number | undefined;
  readonly view: FactsView;
  readonly abort: AbortController;
  done: Promise<Looked>;
  /** The newest answer, partial or not. */
  latest: Looked | undefined;
  complete: boolean;
}

export interface LooksSurroundings {
  readonly clock: Clock;
  readonly work: Work;
  readonly buffers: Buffers;
  readonly facts: FactStore;
  /** Waiting time after a keystroke, in milliseconds. */
  readonly delay: number;
  readonly options: () => Pick<LookOptions, 'context' | 'generate'>;
  /** An open buffer, else the file on disk. */
  readonly source: (file: string) => Promise<SourceFile | undefined>;
  readonly openSource: (file: string) => SourceFile | undefined;
  /** A new text of an open file is about to be looked at. */
  readonly onStart: (file: string, source: SourceFile) => void;
  /** An open file has a new answer, partial or complete. */
  readonly onAnswer: (look: Look) => void;
  /** Any file has its complete answer. */
  readonly onComplete: (look: Look, looked: Looked) => void;
}

/** Applications of a large set that are rendered before the others: more than a screen shows. */
const firstScreen = 100;

/** Milliseconds after which half an answer is better than the one before. */
const patience = 250;

/** Closed files whose last answer is kept: what trees and links ask for again and again. */
const mostClosed = 24;

/** The newest answers about files: made after a pause in typing or when asked for, kept while nothing they depend on changes. */
export class Looks {
  readonly #around: LooksSurroundings;
  readonly #current = new Map<string, Look>();
  /** Answers of an older text, for what is drawn while the new one is worked on. */
  readonly #former = new Map<string, Look>();
  /** Looks that wait for a pause in typing; each gives up its waiting when called. */
  readonly #scheduled = new Map<string, () => void>();

  constructor(around: LooksSurroundings) {
    this.#around = around;
  }

  /** The text of an open file changed, or something that its answer depends on. */
  schedule(file: string): void {
    const { clock, delay, work } = this.#around;
    this.forget(file);
    // Counted before the former waiting ends, so that nobody sees an idle moment in between.
    const finish = work.begin();
    this.#unschedule(file);
    const timer = clock.after(delay, () => {
      work.run(async () => this.#start(file));
      this.#unschedule(file);
    });
    this.#scheduled.set(file, () => {
      timer.cancel();
      finish();
    });
  }

  /** Looks again at an open file; drops the answer about a closed one until somebody asks. */
  again(file: string): void {
    if (this.#around.buffers.has(file)) this.schedule(file);
    else this.forget(file);
  }

  allAgain(): void {
    for (const file of new Set([...this.#current.keys(), ...this.#around.buffers.files])) this.again(file);
  }

  againWhere(depends: (used: Used, look: Look) => boolean): void {
    for (const look of [...this.#current.values()]) if (depends(look.view.used, look)) this.again(look.file);
  }

  forget(file: string): void {
    const look = this.#current.get(file);
    if (!look) return;
    look.abort.abort();
    this.#current.delete(file);
    if (look.latest && this.#around.buffers.has(file)) this.#former.set(file, look);
  }

  closed(file: string): void {
    this.#unschedule(file);
    this.forget(file);
    this.#former.delete(file);
  }

  /** The complete answer about the newest text; `undefined` where there is no such file. */
  async settled(file: string, signal: AbortSignal | undefined): Promise<Look | undefined> {
    const look = await this.#lookOf(file, signal);
    if (look) await unlessAborted(look.done, signal);
    return look;
  }

  /** The newest answer that is there already. */
  latest(file: string, document: number): SetGeneration | undefined {
    for (const look of [this.#current.get(file), this.#former.get(file)]) {
      const found = look && this.setOf(look, document);
      if (found) return found;
    }
    return undefined;
  }

  setOf(look: Look, document: number): SetGeneration | undefined {
    const { file, version, complete, latest } = look;
    const generation = latest?.generations.get(document);
    const manifest = look.source.documents[document];
    if (!latest || !generation || !manifest) return undefined;
    const { namespace, name } = manifest;
    const findings = latest.findings.filter(it => it.document === document);
    const fresh = this.#current.get(file) === look;
    return { file, document, version, namespace, name, generation, findings, complete, fresh };
  }

  dispose(): void {
    for (const file of [...this.#scheduled.keys()]) this.#unschedule(file);
    for (const look of this.#current.values()) look.abort.abort();
  }

  #unschedule(file: string): void {
    this.#scheduled.get(file)?.();
    this.#scheduled.delete(file);
  }

  async #lookOf(file: string, signal: AbortSignal | undefined): Promise<Look | undefined> {
    if (signal?.aborted) throw new Cancelled();
    const known = this.#current.get(file);
    if (known) return known;
    if (this.#around.buffers.has(file)) {
      this.#unschedule(file);
      return this.#start(file);
    }
    const source = await this.#around.source(file);
    return source && (this.#current.get(file) ?? this.#look(file, source, undefined));
  }

  #start(file: string): Look | undefined {
    const source = this.#around.openSource(file);
    if (!source) return undefined;
    this.#around.onStart(file, source);
    return this.#look(file, source, this.#around.buffers.version(file));
  }

  #look(file: string, source: SourceFile, version: number | undefined): Look {
    const look: Look = {
      file,
      source,
      version,
      view: this.#around.facts.view({ near: nearOf(file), revision: undefined }),
      abort: new AbortController(),
      done: Promise.resolve({ findings: [], generations: new Map(), missing: [] }),
      latest: undefined,
      complete: false,
    };
    this.#current.set(file, look);
    this.#trim();
    look.done = this.#answer(look);
    this.#around.work.run(() => look.done);
    return look;
  }

  async #answer(look: Look): Promise<Looked> {
    const { buffers, facts, options, onComplete, clock } = this.#around;
    const looked = await lookAt(look.source, look.view, {
      ...options(),
      signal: look.abort.signal,
      firstScreen: buffers.has(look.file) ? firstScreen : undefined,
      onPartial: partial => this.#tellPart(look, partial),
      pause: () => new Promise(resolve => clock.after(10, resolve)),
    });
    this.#tell(look, looked, true);
    facts.trim();
    onComplete(look, looked);
    return looked;
  }

  /**
   * An answer that is not complete. Findings that vanish for a moment at every keystroke help nobody, so where there was an answer before,
   * it is replaced only by one that has at least the names, or when the complete one takes long.
   */
  #tellPart(look: Look, partial: Looked): void {
    if (partial.missing.length === 0 || !this.#former.has(look.file)) {
      this.#tell(look, partial, false);
      return;
    }
    this.#around.clock.after(patience, () => {
      if (!look.complete) this.#tell(look, look.latest ?? partial, false);
    });
  }

  #tell(look: Look, looked: Looked, complete: boolean): void {
    if (look.abort.signal.aborted) return;
    look.latest = looked;
    look.complete = complete;
    if (!this.#around.buffers.has(look.file)) return;
    this.#around.onAnswer(look);
    if (complete) this.#former.delete(look.file);
  }

  #trim(): void {
    const closed = [...this.#current.keys()].filter(file => !this.#around.buffers.has(file));
    for (const file of closed.slice(0, Math.max(0, closed.length - mostClosed))) this.#current.delete(file);
  }
}

export function findingsOf({ file, version, complete, source, latest }: Look): FileFindings {
  return { file, version, findings: latest?.findings ?? [], complete, source };
}

/** Folders whose own repository counts for a file. */
export function nearOf(file: string): readonly string[] {
  return isPath(file) ? [folderOf(file)] : [];
}

/** `done`, unless whoever waits gives up first. */
function unlessAborted<T>(done: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return done;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new Cancelled());
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    done.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
