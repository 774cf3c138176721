import type { SourceFile } from '../core/documents/document.ts';
import { parseFile } from '../core/documents/parse.ts';

interface Buffer {
  readonly text: string;
  readonly version: number;
  /** Parsed when first asked for. */
  source: SourceFile | undefined;
  /** The last version that was parsed, for the documents that did not change. */
  readonly previous: SourceFile | undefined;
}

/** The texts that an editor has open; each version is parsed at most once. */
export class Buffers {
  readonly #open = new Map<string, Buffer>();

  set(file: string, text: string, version: number): void {
    const before = this.#open.get(file);
    this.#open.set(file, { text, version, source: undefined, previous: before?.source ?? before?.previous });
  }

  delete(file: string): boolean {
    return this.#open.delete(file);
  }

  has(file: string): boolean {
    return this.#open.has(file);
  }

  get files(): readonly string[] {
    return [...this.#open.keys()];
  }

  text(file: string): string | undefined {
    return this.#open.get(file)?.text;
  }

  version(file: string): number | undefined {
    return this.#open.get(file)?.version;
  }

  source(file: string, maxLength: number): SourceFile | undefined {
    const buffer = this.#open.get(file);
    if (!buffer) return undefined;
    const { text, previous } = buffer;
    buffer.source ??= parseFile(file, text, { maxLength, ...(previous ? { previous } : {}) });
    return buffer.source;
  }
}
