import type { FactKind, Facts, FactTypes, Known, LibraryResult, Missing, TreeOf } from '../core/facts/facts.ts';
import { createRenderingStore, type RenderingStore } from '../core/facts/renderings.ts';
import { expand, type GenerateOptions } from '../core/generate/expand.ts';
import type { Generation } from '../core/generate/generation.ts';
import type { Json, JsonObject } from '../core/text/json.ts';
import type { Library } from './ports.ts';
import { answerRenderings } from './renderings.ts';

/** Where the facts of one set come from. Everything answers at once; what waits is asked of the library. */
export interface GenerateSources {
  readonly tree: (of: TreeOf) => Known<'tree'>;
  readonly file: (of: TreeOf & { readonly path: string }) => Known<'file'>;
  readonly clusters: () => Known<'clusters'>;
  readonly projects: () => Known<'projects'>;
  readonly samples?: (generator: string, spec: Json) => Known<'samples'>;
}

export interface GenerateAllOptions extends GenerateOptions {
  /** Keeps results between calls; one of its own otherwise. */
  readonly renderings?: RenderingStore;
}

/** Nested generators need a few rounds each; nothing that ends needs this many. */
const MOST_ROUNDS = 60;

/** Generates one set completely: asks, answers what is missing, asks again. For front doors and tests that have all sources at hand. */
export async function generateAll(
  applicationSet: JsonObject,
  sources: GenerateSources,
  library: Library,
  options: GenerateAllOptions = {},
): Promise<Generation> {
  const renderings = options.renderings ?? createRenderingStore();
  const answers = new Map<string, LibraryResult>();
  const facts = factsOf(sources, renderings, answers);
  let generation = expand(applicationSet, facts, options);
  for (let round = 0; generation.missing.length > 0 && round < MOST_ROUNDS; round++) {
    await Promise.all([answerRenderings(renderings, library), answerCalls(generation.missing, answers, library)]);
    generation = expand(applicationSet, facts, options);
  }
  return generation;
}

function factsOf(
  sources: GenerateSources,
  renderings: RenderingStore,
  answers: ReadonlyMap<string, LibraryResult>,
): Facts {
  const noSamples = { unavailable: true as const, why: 'No sample parameters are given for this generator.' };
  const get = (kind: FactKind, of: never): unknown => {
    switch (kind) {
      case 'tree':
        return sources.tree(of);
      case 'file':
        return sources.file(of);
      case 'clusters':
        return sources.clusters();
      case 'projects':
        return sources.projects();
      case 'samples': {
        const { generator, spec } = of as FactTypes['samples']['of'];
        return sources.samples?.(generator, spec) ?? noSamples;
      }
      case 'library':
        return answers.get(JSON.stringify(of));
      default:
        return undefined;
    }
  };
  return { renderings, get: get as Facts['get'] };
}

async function answerCalls(
  missing: readonly Missing[],
  answers: Map<string, LibraryResult>,
  library: Library,
): Promise<void> {
  const calls = missing.flatMap(it => (it.kind === 'library' ? [it.of] : []));
  if (calls.length === 0) return;
  const results = await library.call(calls);
  calls.forEach((call, at) => {
    answers.set(JSON.stringify(call), results[at] ?? { ok: false, error: 'The library gave no answer.' });
  });
}
