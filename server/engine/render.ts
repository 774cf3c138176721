import { finished, renderSources } from '../core/render/render.ts';
import {
  defaultRenderSettings,
  type Rendering,
  type RenderSettings,
  type Scope,
  type Subject,
} from '../core/render/rendering.ts';
import { type ProblemsOf, validated } from '../core/render/validate.ts';
import type { JsonObject } from '../core/text/json.ts';
import type { Asking } from './contents.ts';
import type { RepositoryContent } from './delivery.ts';
import type { FactStore } from './factStore.ts';
import type { Library, PluginRunner, RemoteContent } from './ports.ts';
import { isSame, type Reading, RenderFacts } from './renderFacts.ts';
import { settleOn } from './settle.ts';

export interface RenderOptions {
  /** Of the destination cluster. Absent: what Helm assumes without a cluster. */
  readonly kubeVersion?: string | undefined;
  readonly apiVersions?: readonly string[] | undefined;
  /** From the destination's discovery. */
  readonly scopes?: ((group: string, kind: string) => Scope | undefined) | undefined;
  /** Which layer or revision of local repositories; the open buffers over the work tree by default. */
  readonly content?: Exclude<RepositoryContent, 'lastSynced'> | undefined;
  /** By source, in place of `targetRevision`: of a rollback, or of the last sync. */
  readonly revisions?: readonly (string | undefined)[] | undefined;
  /** Folders whose own repository counts besides the opened ones: that of the file which declares the Application. */
  readonly near?: readonly string[] | undefined;
  /** What argocd-cm says, where it is known; the rest is Argo CD's default. */
  readonly settings?: Partial<RenderSettings> | undefined;
  /** Whether charts, remote bases and values files by URL may be fetched; otherwise what was fetched before counts. Never while typing. */
  readonly fetch?: boolean | undefined;
  /** Everything anew, whatever is kept. */
  readonly fresh?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Renders Applications wherever they come from: a manifest, a set, a cluster. Never rejects but with `Cancelled`. */
export interface Renderer {
  renderApplication(application: JsonObject, options?: RenderOptions): Promise<Rendering>;
}

export interface RendererParts {
  readonly facts: FactStore;
  readonly library: Library;
  /** Helm, Kustomize and Jsonnet, where another library has them. */
  readonly tools?: Library | undefined;
  readonly remote?: RemoteContent | undefined;
  readonly plugins?: PluginRunner | undefined;
  /** What is wrong with an object by its schema; without it nothing is said of the rendered objects. */
  readonly problemsOf?: ProblemsOf | undefined;
}

export function createRenderer(parts: RendererParts): Renderer {
  return new CachingRenderer(parts);
}

interface Kept {
  readonly readings: readonly Reading[];
  readonly usedRemote: boolean;
  /** Before anything of the destination cluster counted. */
  readonly rendering: Rendering;
  /** And afterwards, for the cluster that was asked for last. */
  readonly finished: { readonly scopes: RenderOptions['scopes']; readonly rendering: Rendering };
}

/** Renderings kept: those of the Applications that somebody watches. */
const mostKept = 10_000;

class CachingRenderer implements Renderer {
  readonly #parts: RendererParts;
  readonly #kept = new Map<string, Kept>();

  constructor(parts: RendererParts) {
    this.#parts = parts;
  }

  async renderApplication(application: JsonObject, options: RenderOptions = {}): Promise<Rendering> {
    const asking = askingOf(options);
    if (options.fresh) this.#parts.facts.forgetRepositories();
    else if (asking.layer === 'staged') this.#parts.facts.forgetStaged();
    const facts = new RenderFacts(this.#parts.facts.view(asking), {
      library: this.#parts.library,
      tools: this.#parts.tools ?? this.#parts.library,
      plugins: this.#parts.plugins,
      remote: this.#parts.remote,
      fetch: options.fetch ?? false,
      signal: options.signal,
    });
    const subject = subjectOf(application, options, this.#parts.plugins?.names() ?? []);
    const key = JSON.stringify([asking, { ...subject, application: relevant(application), scopeOf: undefined }]);
    const kept = options.fresh ? undefined : this.#kept.get(key);
    if (kept && !(options.fetch && kept.usedRemote) && (await isUnchanged(kept, facts))) {
      // Re-inserted at the end, so that the first entries are the ones not used for longest.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      if (kept.finished.scopes === options.scopes) return kept.finished.rendering;
      return this.#finish(key, kept, subject);
    }
    const rendering = await settleOn(
      () => renderSources(subject, facts),
      it => facts.fetch(it),
      options,
    );
    return this.#finish(key, { readings: facts.readings, usedRemote: facts.usedRemote, rendering }, subject);
  }

  #finish(key: string, { readings, usedRemote, rendering }: Omit<Kept, 'finished'>, subject: Subject): Rendering {
    const applied = finished(rendering, subject);
    const { problemsOf } = this.#parts;
    const done = problemsOf
      ? { ...applied, findings: [...applied.findings, ...validated(applied.manifests, problemsOf)] }
      : applied;
    this.#kept.delete(key);
    // What was not known may be known the next time, and nothing that was read would tell.
    // A tool that did not end would not end the next time either: `fresh` asks it again.
    if (rendering.missing.length > 0 || rendering.unknown.some(it => it.kind !== 'tool')) return done;
    this.#kept.set(key, { readings, usedRemote, rendering, finished: { scopes: subject.scopeOf, rendering: done } });
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return done;
  }
}

async function isUnchanged(kept: Kept, facts: RenderFacts): Promise<boolean> {
  const now = () => kept.readings.map(it => facts.get(it.kind, it.of as never) as unknown);
  const gone = kept.readings.filter((_, at) => now()[at] === undefined);
  if (gone.length > 0) await facts.fetch(gone.map(({ kind, of }) => ({ kind, of }) as never));
  const values = now();
  return kept.readings.every((it, at) => isSame(it, values[at]));
}

function askingOf({ content = 'buffers', near = [] }: RenderOptions): Asking {
  const lenient = { near, lenient: true };
  if (typeof content === 'object') return { ...lenient, revision: content.revision };
  const layer = content === 'workTree' ? 'disk' : content === 'staged' ? 'staged' : undefined;
  return { ...lenient, revision: undefined, ...(layer === undefined ? {} : { layer }) };
}

function subjectOf(application: JsonObject, options: RenderOptions, plugins: readonly string[]): Subject {
  return {
    application,
    kubeVersion: options.kubeVersion,
    apiVersions: options.apiVersions,
    scopeOf: options.scopes,
    revisions: options.revisions,
    settings: { ...defaultRenderSettings, plugins, ...options.settings },
  };
}

/** Status and resourceVersion change all the time and decide nothing. */
function relevant(application: JsonObject): unknown {
  const { metadata, spec } = application as { metadata?: { name?: unknown; namespace?: unknown }; spec?: unknown };
  return [metadata?.name, metadata?.namespace, spec];
}
