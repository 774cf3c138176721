import {
  type FactKind,
  type Facts,
  type FactTypes,
  isUnavailable,
  type LibraryCall,
  type LibraryResult,
  type Missing,
  type Tree,
  type TreeOf,
  type Unavailable,
} from '../core/facts/facts.ts';
import type { Json } from '../core/text/json.ts';
import { failureAsFact, unavailable } from './contents.ts';
import type { FactsView } from './factStore.ts';
import {
  Failure,
  type FetchOptions,
  type Library,
  type PluginJob,
  type PluginRunner,
  type RemoteContent,
} from './ports.ts';

/** Operations of the heavy module (server/golib/heavy). */
const toolOps = new Set(['helmTemplate', 'kustomizeBuild', 'kustomizeEdit', 'jsonnet']);
const pluginOp = 'plugin';

/**
 * Facts of one rendering: trees and files of the shared store, answers of the libraries and remote content of its own. What a library said of
 * whole charts is megabytes, and nobody asks the same again once the rendering is there, so it goes with this view. What was read is
 * remembered, so that the rendering can be kept for as long as all of it is unchanged.
 */
export class RenderFacts implements Facts {
  readonly #view: FactsView;
  readonly #library: Library;
  readonly #tools: Library;
  readonly #plugins: PluginRunner | undefined;
  readonly #remote: RemoteContent | undefined;
  readonly #fetch: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #answers = new Map<string, LibraryResult>();
  readonly #remotes = new Map<string, unknown>();
  readonly #read = new Map<string, Reading>();
  /** By tree: the paths that were looked at. */
  readonly #looked = new Map<string, Set<string>>();

  constructor(
    view: FactsView,
    parts: {
      library: Library;
      tools: Library;
      plugins: PluginRunner | undefined;
      remote: RemoteContent | undefined;
      fetch: boolean;
      signal: AbortSignal | undefined;
    },
  ) {
    this.#view = view;
    this.#library = parts.library;
    this.#tools = parts.tools;
    this.#plugins = parts.plugins;
    this.#remote = parts.remote;
    this.#fetch = parts.fetch;
    this.#signal = parts.signal;
  }

  /** Whether anything came from outside of the repositories: it may be newer there tomorrow. */
  get usedRemote(): boolean {
    return this.#remotes.size > 0;
  }

  /** Everything that was read of repositories and got from elsewhere, with its values. */
  get readings(): readonly Reading[] {
    return [...this.#read.values()];
  }

  looked = (of: TreeOf, path: string): void => {
    this.#lookedAt(keyOf('tree', of as never)).add(path);
  };

  #lookedAt(key: string): Set<string> {
    const known = this.#looked.get(key) ?? new Set();
    this.#looked.set(key, known);
    return known;
  }

  get: Facts['get'] = ((kind: FactKind, of: never): unknown => {
    switch (kind) {
      case 'library':
        return this.#answers.get(JSON.stringify(of));
      case 'chart':
      case 'remoteTree':
      case 'remoteFile':
        return this.#remotes.get(keyOf(kind, of));
      case 'tree':
      case 'file':
      case 'bytes': {
        const value = this.#view.get(kind, of);
        const key = keyOf(kind, of);
        if (value !== undefined)
          this.#read.set(key, { kind, of, value, ...(kind === 'tree' ? { looked: this.#lookedAt(key) } : {}) });
        return value;
      }
      default:
        return this.#view.get(kind, of);
    }
  }) as Facts['get'];

  async fetch(missing: readonly Missing[]): Promise<void> {
    const calls = new Map<string, LibraryCall>();
    const others: Missing[] = [];
    const remote: Promise<void>[] = [];
    for (const it of missing) {
      if (it.kind === 'library') calls.set(JSON.stringify(it.of), it.of);
      else if (it.kind === 'chart' || it.kind === 'remoteTree' || it.kind === 'remoteFile') remote.push(this.#get(it));
      else others.push(it);
    }
    await Promise.all([this.#call(calls), others.length > 0 ? this.#view.fetch(others) : undefined, ...remote]);
  }

  async #call(calls: ReadonlyMap<string, LibraryCall>): Promise<void> {
    const all = [...calls];
    const isPlugin = ([, { op }]: (typeof all)[number]) => op === pluginOp;
    const isTool = ([, { op }]: (typeof all)[number]) => toolOps.has(op);
    await Promise.all([
      this.#ask(
        this.#library,
        all.filter(it => !isTool(it) && !isPlugin(it)),
      ),
      this.#ask(this.#tools, all.filter(isTool)),
      ...all.filter(isPlugin).map(([key, { args }]) => this.#runPlugin(key, args as unknown as PluginJob)),
    ]);
  }

  async #runPlugin(key: string, job: PluginJob): Promise<void> {
    const value: Json = this.#plugins
      ? await this.#plugins.run(job, this.#signal).catch(told)
      : { error: 'no command is known for it' };
    this.#answers.set(key, { ok: true, value });
  }

  async #ask(library: Library, calls: readonly (readonly [string, LibraryCall])[]): Promise<void> {
    const small = calls.filter(([, call]) => !isLarge(call));
    const options = { deadlineMs: longestMs, ...(this.#signal ? { signal: this.#signal } : {}) };
    if (small.length > 0) {
      const results = await library.call(
        small.map(([, call]) => call),
        options,
      );
      for (const [at, [key]] of small.entries()) this.#answers.set(key, results[at] ?? noAnswer);
    }
    for (const [key, call] of calls)
      if (isLarge(call)) this.#answers.set(key, await inPortions(textsIn(call), library, options));
  }

  async #get(it: Missing & { kind: 'chart' | 'remoteTree' | 'remoteFile' }): Promise<void> {
    const key = keyOf(it.kind, it.of as never);
    const remote = this.#remote;
    this.#remotes.set(
      key,
      remote ? await found(it, remote, { fetch: this.#fetch, signal: this.#signal }).catch(failureAsFact) : notHere(it),
    );
  }
}

export interface Reading {
  readonly kind: 'tree' | 'file' | 'bytes';
  readonly of: FactTypes['tree' | 'file' | 'bytes']['of'];
  readonly value: unknown;
  /** Of a tree: which of its paths mattered, with what lies below them. */
  readonly looked?: ReadonlySet<string>;
}

function found(
  it: Missing & { kind: 'chart' | 'remoteTree' | 'remoteFile' },
  remote: RemoteContent,
  options: FetchOptions,
): Promise<unknown> {
  if (it.kind === 'chart') return remote.chart(it.of, options);
  return it.kind === 'remoteTree' ? remote.tree(it.of, options) : remote.file(it.of, options);
}

/** Of one call: a tool may take as long as it may for Argo CD. */
const longestMs = 90_000;
const noAnswer: LibraryResult = { ok: false, error: 'The library gave no answer.' };

/** Texts that are converted in one request, in UTF-16 units: somebody may be typing, and the library serves one request after the other. */
const portion = 200_000;

function isLarge(call: LibraryCall): boolean {
  return call.op === 'yamlToJson' && textsIn(call).reduce((sum, it) => sum + it.length, 0) > portion;
}

function textsIn({ args }: LibraryCall): readonly string[] {
  return (args as unknown as { readonly texts: readonly string[] }).texts;
}

async function inPortions(
  texts: readonly string[],
  library: Library,
  options: Parameters<Library['call']>[1],
): Promise<LibraryResult> {
  const answers: Json[] = [];
  for (let from = 0; from < texts.length; ) {
    let to = from + 1;
    for (let size = texts[from]?.length ?? 0; to < texts.length && size < portion; to++) size += texts[to]?.length ?? 0;
    const [result = noAnswer] = await library.call(
      [{ op: 'yamlToJson', args: { texts: texts.slice(from, to) } }],
      options,
    );
    if (!result.ok) return result;
    answers.push(...(result.value as readonly Json[]));
    from = to;
  }
  return { ok: true, value: answers };
}

/** A command that could not be run is told like one that failed. */
function told(cause: unknown): Json {
  if (cause instanceof Failure) return { error: cause.message };
  throw cause;
}

function notHere(it: Missing & { kind: 'chart' | 'remoteTree' | 'remoteFile' }): Unavailable {
  const what = it.kind === 'chart' ? `Chart ${it.of.chart} ${it.of.revision} of ${it.of.repoURL}` : it.of.url;
  return unavailable(`${what} was not fetched: nothing is fetched from the network here.`);
}

/** Whether what was read is still the same: texts by what they say, trees by the paths that mattered. */
export function isSame({ value: before, looked }: Reading, now: unknown): boolean {
  if (before === now) return true;
  if (!isTree(before) || !isTree(now) || looked === undefined) return false;
  const isSameLinks = JSON.stringify(before.links ?? {}) === JSON.stringify(now.links ?? {});
  return (
    before.commit === now.commit &&
    isSameLinks &&
    changedPaths(before.files, now.files).every(it => !matters(it, looked))
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !isUnavailable(value) && Array.isArray((value as Tree).files);
}

/** In one list and not in the other; both are sorted. */
function changedPaths(before: readonly string[], now: readonly string[]): readonly string[] {
  const changed: string[] = [];
  for (let i = 0, j = 0; i < before.length || j < now.length; ) {
    const [left, right] = [before[i], now[j]];
    if (left === right) {
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || left < right)) {
      changed.push(left);
      i++;
    } else {
      changed.push(right ?? '');
      j++;
    }
  }
  return changed;
}

/** Whether the path, or a folder that holds it, was looked at. */
function matters(path: string, looked: ReadonlySet<string>): boolean {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) if (looked.has(at)) return true;
  return looked.has('');
}

function keyOf(kind: FactKind, of: never): string {
  return `${kind} ${JSON.stringify(of)}`;
}
