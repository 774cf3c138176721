import type { SourceFile } from '../core/documents/document.ts';
import type { GenerateOptions } from '../core/generate/context.ts';
import type { Generation } from '../core/generate/generation.ts';
import type { ApplicationNames } from './applicationNames.ts';
import type { FactStore } from './factStore.ts';
import { nearOf } from './looks.ts';
import { generateSet } from './runs.ts';
import type { Work } from './work.ts';

export interface ClosedSetsSurroundings {
  readonly work: Work;
  readonly facts: FactStore;
  readonly names: ApplicationNames;
  readonly options: () => GenerateOptions;
  readonly source: (file: string) => Promise<SourceFile | undefined>;
  readonly isOpen: (file: string) => boolean;
  /** Names that other files may collide with are others now. */
  readonly onNames: () => void;
}

/** Generates the sets of files that nobody has open, one after the other, for their names alone. */
export class ClosedSets {
  readonly #around: ClosedSetsSurroundings;
  readonly #waiting = new Set<string>();
  #running = false;

  constructor(around: ClosedSetsSurroundings) {
    this.#around = around;
  }

  add(files: readonly string[]): void {
    for (const file of files) this.#waiting.add(file);
    const { work, names, onNames } = this.#around;
    if (work.hasEnded || this.#running || this.#waiting.size === 0) return;
    this.#running = true;
    const before = names.changes;
    work.run(async () => {
      try {
        for (const file of this.#waiting) {
          this.#waiting.delete(file);
          // Open files are looked at anyway, and remembered then.
          if (!this.#around.isOpen(file) && !work.hasEnded) await this.#generate(file);
        }
      } finally {
        this.#running = false;
      }
      if (names.changes !== before) onNames();
    });
  }

  remove(file: string): void {
    this.#waiting.delete(file);
  }

  async #generate(file: string): Promise<void> {
    const { facts, names, options } = this.#around;
    const source = await this.#around.source(file);
    if (!source) return;
    const generations = new Map<number, Generation>();
    for (const document of source.documents) {
      const view = facts.view({ near: nearOf(file), revision: undefined });
      const generation = await generateSet(document, view, { generate: options() });
      if (generation) generations.set(document.index, generation);
    }
    names.remember(source, generations);
  }
}
