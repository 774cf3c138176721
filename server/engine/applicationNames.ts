import type { KnownApplication } from '../core/checks/rule.ts';
import type { SourceFile } from '../core/documents/document.ts';
import type { Generation } from '../core/generate/generation.ts';
import { isObject } from '../core/text/json.ts';
import type { ManifestIndex } from './manifestIndex.ts';

interface GeneratedName {
  /** `namespace/name`. */
  readonly name: string;
  readonly document: number;
  readonly generatedBy: string;
}

/** Every Application of the workspace by name: written by hand (from the index), and generated (from the last look at each set). */
export class ApplicationNames {
  readonly #index: ManifestIndex;
  readonly #generated = new Map<string, readonly GeneratedName[]>();
  #byName: ReadonlyMap<string, readonly KnownApplication[]> | undefined;
  #changes = 0;

  constructor(index: ManifestIndex) {
    this.#index = index;
  }

  /** Grows whenever generated names change. */
  get changes(): number {
    return this.#changes;
  }

  named(namespace: string, name: string): readonly KnownApplication[] {
    this.#byName ??= this.#collect();
    return this.#byName.get(`${namespace}/${name}`) ?? [];
  }

  /** What the sets of a file generate now. */
  remember(source: SourceFile, generations: ReadonlyMap<number, Generation>): void {
    const { file } = source;
    const list = [...generations].flatMap(([document, generation]) => namesOf(source, document, generation));
    if (areSame(this.#generated.get(file) ?? [], list)) return;
    if (list.length === 0) this.#generated.delete(file);
    else this.#generated.set(file, list);
    this.#byName = undefined;
    this.#changes += 1;
  }

  indexChanged(files: readonly string[]): void {
    this.#byName = undefined;
    for (const file of files) if (this.#index.entriesOf(file).length === 0) this.#generated.delete(file);
  }

  #collect(): ReadonlyMap<string, readonly KnownApplication[]> {
    const names = new Map<string, KnownApplication[]>();
    const add = (name: string, application: KnownApplication) => {
      const known = names.get(name);
      if (known) known.push(application);
      else names.set(name, [application]);
    };
    for (const { file, document, namespace, name } of this.#index.lookup({ kind: 'Application' }))
      add(`${namespace ?? ''}/${name}`, { file, document });
    for (const [file, list] of this.#generated)
      for (const { name, document, generatedBy } of list) add(name, { file, document, generatedBy });
    return names;
  }
}

function areSame(a: readonly GeneratedName[], b: readonly GeneratedName[]): boolean {
  return (
    a.length === b.length &&
    a.every((it, at) => {
      const other = b[at];
      return it.name === other?.name && it.document === other.document && it.generatedBy === other.generatedBy;
    })
  );
}

function namesOf(source: SourceFile, document: number, generation: Generation): readonly GeneratedName[] {
  const generatedBy = source.documents[document]?.name ?? '';
  return generation.applications.flatMap(({ application }) => {
    const { metadata } = application;
    if (!isObject(metadata) || typeof metadata.name !== 'string') return [];
    const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : '';
    return [{ name: `${namespace}/${metadata.name}`, document, generatedBy }];
  });
}
