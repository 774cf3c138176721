import type { ManifestDocument, SourceFile } from '../core/documents/document.ts';
import { find } from '../core/documents/nodes.ts';
import { isKustomizationFile, patchFilesOf } from '../core/model/kustomization.ts';
import { isObject, type Json } from '../core/text/json.ts';
import { enginesNamedBy } from './engines.ts';
import type { IndexEntry } from './workbench.ts';

/**
 * What every YAML file of the workspace holds, in summaries: a 10,000-file repository must fit beside its editor, so texts and trees of nodes
 * are let go as soon as they are read.
 */
export class ManifestIndex {
  readonly #byFile = new Map<string, readonly IndexEntry[]>();
  readonly #byKind = new Map<string, Set<string>>();

  /** Returns whether anything that others can see has changed. */
  set(file: string, entries: readonly IndexEntry[]): boolean {
    const before = this.#byFile.get(file) ?? [];
    if (before.length === 0 && entries.length === 0) return false;
    if (before.length === entries.length && JSON.stringify(before) === JSON.stringify(entries)) return false;
    for (const { kind } of before) this.#byKind.get(kind)?.delete(file);
    if (entries.length === 0) this.#byFile.delete(file);
    else this.#byFile.set(file, entries);
    for (const { kind } of entries) {
      const files = this.#byKind.get(kind) ?? new Set();
      files.add(file);
      this.#byKind.set(kind, files);
    }
    return true;
  }

  get files(): Iterable<string> {
    return this.#byFile.keys();
  }

  entriesOf(file: string): readonly IndexEntry[] {
    return this.#byFile.get(file) ?? [];
  }

  lookup(wanted: {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly file?: string;
  }): readonly IndexEntry[] {
    const files =
      wanted.file !== undefined
        ? [wanted.file]
        : wanted.kind !== undefined
          ? [...(this.#byKind.get(wanted.kind) ?? [])]
          : [...this.#byFile.keys()];
    return files
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      .flatMap(file => this.entriesOf(file))
      .filter(
        it =>
          (wanted.kind === undefined || it.kind === wanted.kind) &&
          (wanted.name === undefined || it.name === wanted.name) &&
          (wanted.namespace === undefined || it.namespace === wanted.namespace),
      );
  }
}

/** Kinds that cross-file questions are about; everything else needs no entry. */
const indexed: ReadonlySet<string> = new Set([
  'Application',
  'ApplicationSet',
  'AppProject',
  'Rollout',
  'AnalysisTemplate',
  'ClusterAnalysisTemplate',
]);

/**
 * Whether a text can hold anything indexed: a search costs a thousandth of a parse, and most files of a repository are Deployments and values.
 * Every indexed kind names the group, every Argo CD Secret the label; a kustomization is known by its file's name.
 */
export function mayHoldIndexed(file: string, text: string): boolean {
  return text.includes('argoproj.io') || isKustomizationFile(file);
}

export function entriesOf(source: SourceFile): readonly IndexEntry[] {
  const { file, documents } = source;
  const entries = documents.flatMap(document => entryOf(file, document) ?? []);
  return isKustomizationFile(file) ? [...entries, ...kustomizationsOf(source)] : entries;
}

/** Only for the files that it lays over others; most name neither `kind` nor `metadata.name`. */
function kustomizationsOf({ file, documents }: SourceFile): readonly IndexEntry[] {
  return documents.flatMap(({ index, value }) => {
    const patches = patchFilesOf(value);
    if (patches.length === 0) return [];
    const apiVersion = 'kustomize.config.k8s.io/v1beta1';
    return [
      { file, document: index, apiVersion, kind: 'Kustomization', namespace: undefined, name: '', value: { patches } },
    ];
  });
}

function entryOf(file: string, document: ManifestDocument): IndexEntry | undefined {
  const { apiVersion, kind, name, namespace } = document;
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const base = { file, document: document.index, apiVersion, kind, namespace, name };
  if (apiVersion === 'argoproj.io/v1alpha1' && indexed.has(kind)) {
    if (kind === 'AppProject') return { ...base, value: copyOf(document.value) };
    const engines = kind.startsWith('Application') ? enginesNamedBy(document.value) : [];
    return engines.length > 0 ? { ...base, value: { engines } } : base;
  }
  if (apiVersion !== 'v1' || kind !== 'Secret') return undefined;
  const secretType = secretTypeOf(document);
  if (secretType === undefined) return undefined;
  return secretType === 'cluster' ? { ...base, secretType, value: copyOf(document.value) } : { ...base, secretType };
}

function secretTypeOf(document: ManifestDocument): IndexEntry['secretType'] {
  if (!find(document.yaml, '/metadata/labels/argocd.argoproj.io~1secret-type')) return undefined;
  const { value } = document;
  const metadata = isObject(value) ? value.metadata : undefined;
  const labels = isObject(metadata) ? metadata.labels : undefined;
  const type = isObject(labels) ? labels['argocd.argoproj.io/secret-type'] : undefined;
  return type === 'cluster' || type === 'repository' || type === 'repo-creds' || type === 'repo-write-creds'
    ? type
    : undefined;
}

/** V8 keeps the whole text of a file alive for every part of it that is kept. */
function copyOf(value: Json): Json {
  return JSON.parse(JSON.stringify(value));
}
