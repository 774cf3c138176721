import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import { isToolCall, Tools } from '../../server/adapters/golib/tools.ts';
import type { Facts, LibraryCall, LibraryResult, Missing, Tree, TreeOf } from '../../server/core/facts/facts.ts';
import { repositoryContent } from '../../server/core/render/content.ts';
import { defaultRenderSettings, type SourceType } from '../../server/core/render/rendering.ts';
import { renderSource } from '../../server/core/render/source.ts';
import { Refused, Waiting } from '../../server/core/render/stop.ts';
import type { Json, JsonObject } from '../../server/core/text/json.ts';
import type { Library } from '../../server/engine/ports.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { judge, passed, type Verdict } from '../support/conformance.ts';

interface Case {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly symlinks?: Readonly<Record<string, string>>;
  readonly source: JsonObject;
  readonly appName: string;
  readonly namespace: string;
  readonly project: string;
  readonly revision: string;
  readonly appLabelKey?: string;
  readonly trackingMethod?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly kustomizeOptions?: { readonly buildOptions?: string };
  readonly enabledSourceTypes?: Readonly<Record<string, boolean>>;
}

interface Answer {
  readonly sourceType?: SourceType;
  readonly manifests?: readonly JsonObject[] | null;
  readonly commands?: readonly string[] | null;
  readonly error?: string;
}

let library: Library;
let tools: Library;
beforeAll(async () => {
  const wasm = await buildGolib();
  library = new Golib({ wasm });
  tools = new Tools({ wasm: wasm.replace('light', 'heavy') });
}, 600_000);
afterAll(() => Promise.all([library.dispose(), tools.dispose()]));

describe('sources become the manifests that the repo server makes of them', () => {
  for (const tool of ['directory', 'kustomize', 'helm']) {
    it(tool, async () => {
      const tally = await judge<Case, Answer>(`render-${tool}`, async (given, expected) =>
        verdict(await answer(given), expected),
      );
      expect(tally.failures).toEqual([]);
    });
  }
});

function verdict(ours: Answer, theirs: Answer): Verdict {
  if (inOrder(ours.error ?? '') !== inOrder(theirs.error ?? ''))
    return { kind: 'fail', difference: `error: ours ${ours.error ?? 'none'}, Argo CD's ${theirs.error ?? 'none'}` };
  if (theirs.error !== undefined) return passed;
  for (const part of ['sourceType', 'manifests', 'commands'] as const) {
    const [left, right] = [comparable(ours, part), comparable(theirs, part)];
    if (!isDeepStrictEqual(left, right))
      return {
        kind: 'fail',
        difference: `${part}: ours ${JSON.stringify(left)}, Argo CD's ${JSON.stringify(right)}`,
      };
  }
  return passed;
}

function comparable(answer: Answer, part: 'sourceType' | 'manifests' | 'commands'): Json {
  if (part === 'commands') return (answer.commands ?? []).map(words);
  return (answer[part] ?? []) as Json;
}

/** Labels, annotations and parameters are maps in Go, which gives them in another order each time. */
const words = (command: string) => command.split(' ').sort().join(' ');

/** The command that an error names. */
const inOrder = (error: string) => error.replace(/`[^`]*`/, words);

async function answer(given: Case): Promise<Answer> {
  const facts = new GivenFacts(given);
  const content = { repoURL: String(given.source.repoURL), revision: given.revision };
  for (;;) {
    try {
      const { manifests, ...rest } = renderSource(
        {
          source: given.source,
          content: repositoryContent(content, facts),
          appName: given.appName,
          namespace: given.namespace,
          project: given.project,
          revision: given.revision,
          kubeVersion: given.kubeVersion ?? '',
          apiVersions: given.apiVersions ?? [],
          refs: undefined,
          settings: {
            ...defaultRenderSettings,
            appLabelKey: given.appLabelKey ?? '',
            trackingMethod: given.trackingMethod ?? '',
            kustomizeBuildOptions: given.kustomizeOptions?.buildOptions,
            enabledSourceTypes: given.enabledSourceTypes,
            // The repo server alone is asked; which schemes are allowed is a setting that it was not told.
            valuesFileSchemes: [],
          },
        },
        facts,
      );
      return { ...rest, manifests: manifests.map(it => it.object) };
    } catch (cause) {
      if (cause instanceof Waiting) await facts.fetch(cause.missing);
      else if (cause instanceof Refused) return { error: cause.message };
      else throw cause;
    }
  }
}

class GivenFacts implements Facts {
  readonly #given: Case;
  readonly #tree: Tree;
  readonly #answers = new Map<string, LibraryResult>();

  constructor(given: Case) {
    this.#given = given;
    const links = given.symlinks ?? {};
    this.#tree = { files: [...Object.keys(given.files), ...Object.keys(links)].sort(), links };
  }

  get = ((kind: string, of: never): unknown => {
    if (kind === 'tree') return this.#tree;
    if (kind === 'file') return this.#given.files[(of as TreeOf & { path: string }).path];
    return this.#answers.get(JSON.stringify(of));
  }) as Facts['get'];

  async fetch(missing: readonly Missing[]): Promise<void> {
    const calls = missing.map((it): LibraryCall => {
      if (it.kind !== 'library') throw new Error(`nobody has ${JSON.stringify(it)}`);
      return it.of;
    });
    const asked = [calls.filter(it => !isToolCall(it)), calls.filter(isToolCall)] as const;
    const answers = await Promise.all([library.call(asked[0]), tools.call(asked[1])]);
    for (const [which, some] of asked.entries())
      for (const [at, call] of some.entries()) {
        const result = answers[which]?.[at];
        if (result) this.#answers.set(JSON.stringify(call), result);
      }
  }
}
