import type { LibraryCall, LibraryResult } from '../../core/facts/facts.ts';
import type { Library, Log } from '../../engine/ports.ts';
import { Golib } from './library.ts';
import { warmCalls } from './warm.ts';

export interface ToolsOptions {
  /** Path of `heavy.wasm.br`. */
  readonly wasm: string;
  readonly log?: Log;
}

type CallOptions = NonNullable<Parameters<Library['call']>[1]>;

/** A rendering that takes longer is ended; Argo CD's own limit is 90 seconds (ARGOCD_EXEC_TIMEOUT). */
const deadlineMs = 90_000;

type Engine = Exclude<keyof typeof warmCalls, 'light'>;

const engines: Readonly<Record<string, Engine>> = {
  helmTemplate: 'helm',
  kustomizeBuild: 'kustomize',
  kustomizeEdit: 'kustomize',
  jsonnet: 'jsonnet',
};

/** Whether a call is for these engines, and not for the light module. */
export function isToolCall({ op }: LibraryCall): boolean {
  return engines[op] !== undefined;
}

/**
 * Helm, Kustomize and Jsonnet. Each engine has a worker of its own, started by its first call: a chart that runs away or out of memory takes
 * no kustomization with it. The compiled module is shared.
 */
export class Tools implements Library {
  readonly #options: ToolsOptions;
  readonly #engines = new Map<Engine, Golib>();
  readonly #warm = new Map<Engine, Promise<readonly LibraryResult[]>>();
  #module: Promise<WebAssembly.Module> | undefined;

  constructor(options: ToolsOptions) {
    this.#options = options;
  }

  /** Each engine once: what it read then stays with it. */
  async warmUp(only: readonly string[] = Object.values(engines)): Promise<readonly LibraryResult[]> {
    const wanted = [...new Set(Object.values(engines))].filter(it => only.includes(it));
    const answers = wanted.map(it => {
      const begun = this.#warm.get(it) ?? this.#engine(it).warmUp();
      this.#warm.set(it, begun);
      return begun;
    });
    return (await Promise.all(answers)).flat();
  }

  async call(calls: readonly LibraryCall[], options: CallOptions = {}): Promise<readonly LibraryResult[]> {
    const results: LibraryResult[] = new Array(calls.length);
    const byEngine = new Map<Engine, number[]>();
    for (const [at, { op }] of calls.entries()) {
      const engine = engines[op];
      if (engine === undefined) results[at] = { ok: false, error: `no tool has an operation named "${op}"` };
      else byEngine.set(engine, [...(byEngine.get(engine) ?? []), at]);
    }
    await Promise.all(
      [...byEngine].map(async ([engine, positions]) => {
        const asked = positions.flatMap(at => calls[at] ?? []);
        const answers = await this.#engine(engine).call(asked, { deadlineMs, ...options });
        for (const [i, at] of positions.entries())
          results[at] = answers[i] ?? { ok: false, error: 'The tool gave no answer.' };
      }),
    );
    return results;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#engines.values()].map(it => it.dispose()));
  }

  #engine(name: Engine): Golib {
    const known = this.#engines.get(name);
    if (known) return known;
    const made = new Golib({
      ...this.#options,
      warm: warmCalls[name],
      compiled: compile => {
        this.#module ??= compile().catch(cause => {
          this.#module = undefined;
          throw cause;
        });
        return this.#module;
      },
    });
    this.#engines.set(name, made);
    return made;
  }
}
