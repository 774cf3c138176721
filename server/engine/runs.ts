import { checkFile } from '../core/checks/check.ts';
import type { CheckContext } from '../core/checks/rule.ts';
import type { ManifestDocument, SourceFile } from '../core/documents/document.ts';
import type { Missing } from '../core/facts/facts.ts';
import type { GenerateOptions } from '../core/generate/context.ts';
import { expand } from '../core/generate/expand.ts';
import type { Generation } from '../core/generate/generation.ts';
import type { Finding } from '../core/text/finding.ts';
import { isObject } from '../core/text/json.ts';
import type { FactsView } from './factStore.ts';
import { settle } from './settle.ts';

/** What looking at a file gave: its findings, and what each of its ApplicationSets generates. */
export interface Looked {
  readonly findings: readonly Finding[];
  /** By position of the document. */
  readonly generations: ReadonlyMap<number, Generation>;
  readonly missing: readonly Missing[];
}

export type LookContext = Omit<CheckContext, 'facts' | 'generation'>;

export interface LookOptions {
  readonly context: LookContext;
  readonly generate: GenerateOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onPartial?: (looked: Looked) => void;
  /** Tell the names of all Applications, and so many of them in full, before the rest is worked out. */
  readonly firstScreen?: number | undefined;
  /** Lets whoever was told of the first screen ask for it, before the rest keeps the thread busy. */
  readonly pause?: () => Promise<void>;
}

/** Checks a file and generates its sets, with every obtainable fact; what is known early is told first. */
export async function lookAt(source: SourceFile, view: FactsView, options: LookOptions): Promise<Looked> {
  const { firstScreen, signal, onPartial } = options;
  const hasSets = source.documents.some(isApplicationSet);
  if (firstScreen === undefined || !hasSets) return settle(() => lookOnce(source, view, options), view, options);
  const windowed = { ...options, generate: { ...options.generate, window: firstScreen } };
  const first = await settle(() => lookOnce(source, view, windowed), view, {
    signal,
    ...(onPartial ? { onPartial } : {}),
  });
  // Nothing was left out: this is the answer.
  if (![...first.generations.values()].some(it => it.applications.some(one => one.partial))) return first;
  onPartial?.(first);
  await options.pause?.();
  return settle(() => lookOnce(source, view, options), view, { signal });
}

/** Generates one set of a file. */
export async function generateSet(
  document: ManifestDocument,
  view: FactsView,
  options: { readonly generate: GenerateOptions; readonly signal?: AbortSignal | undefined },
): Promise<Generation | undefined> {
  const { value } = document;
  if (!isApplicationSet(document) || !isObject(value)) return undefined;
  return settle(() => expand(value, view, options.generate), view, options);
}

export function isApplicationSet(document: ManifestDocument): boolean {
  return document.kind === 'ApplicationSet' && document.apiVersion === 'argoproj.io/v1alpha1';
}

function lookOnce(source: SourceFile, view: FactsView, { context, generate }: LookOptions): Looked {
  const generations = new Map<number, Generation>();
  const generation = (document: ManifestDocument): Generation | undefined => {
    const known = generations.get(document.index);
    if (known) return known;
    const { value } = document;
    if (!isApplicationSet(document) || !isObject(value)) return undefined;
    const made = expand(value, view, generate);
    generations.set(document.index, made);
    return made;
  };
  const { findings, missing } = checkFile(source, { ...context, facts: view, generation });
  // A set that no rule looked at (all of them off) is previewed all the same.
  const generated = source.content === 'manifests' ? source.documents.flatMap(it => generation(it) ?? []) : [];
  return { findings, generations, missing: distinct([...missing, ...generated.flatMap(it => it.missing)]) };
}

function distinct(missing: readonly Missing[]): readonly Missing[] {
  // Rules pass on the very objects of the generation they looked at.
  return [...new Set(missing)];
}
