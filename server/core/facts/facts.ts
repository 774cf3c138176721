import type { Json, JsonObject } from '../text/json.ts';

/**
 * What core cannot know by itself. A stage asks `facts.get(kind, of)`; `undefined` means "not known yet": the stage then returns its best
 * value and adds `{ kind, of }` to its `missing`. The engine fetches what is missing and runs the stage again (style.md, "Ask, do not fetch").
 * A fact that is known to be unobtainable is an `Unavailable` value, never `undefined`, so that the loop ends.
 */
export interface FactTypes {
  /** Every file of a repository at a revision; `undefined` revision = the working tree with unsaved buffers over it. */
  readonly tree: { of: TreeOf & { readonly detailed?: true }; value: Tree };
  /** The text of one file of such a tree. */
  readonly file: { of: TreeOf & { readonly path: string }; value: string };
  /** The same file in base64, for what is no text (a packaged subchart, an image in a chart). */
  readonly bytes: { of: TreeOf & { readonly path: string }; value: string };
  /** A chart of a chart repository (HTTP or OCI). Fetched only when the user asked for it; otherwise unavailable, with what to do. */
  readonly chart: { of: ChartOf; value: Chart };
  /** A remote base of a kustomization, as its `resources` name it: fetched like a chart. */
  readonly remoteTree: { of: { readonly url: string }; value: RemoteTree };
  /** A file by URL (a values file): fetched like a chart. */
  readonly remoteFile: { of: { readonly url: string }; value: string };
  /** Cluster Secrets of every namespace that the author could have meant, as plain Secret objects (`stringData` or base64 `data`). */
  readonly clusters: { of: KnowledgeOf; value: readonly JsonObject[] };
  /** AppProjects by name; absent entries do not exist. Unavailable: projects are not known, so nothing is said about them. */
  readonly projects: { of: KnowledgeOf; value: readonly JsonObject[] };
  /** Sample parameters for generators that ask a network service: what `parameters.yaml` says for this generator. */
  readonly samples: { of: { readonly generator: string; readonly spec: Json }; value: readonly JsonObject[] };
  /** One call of a library that Argo CD links, answered by server/golib. Many are asked at once and sent as one batch. */
  readonly library: { of: LibraryCall; value: LibraryResult };
  /** Only ever missing: results of templates that wait in `Facts.renderings`. The engine takes them there and sends them as one batch. */
  readonly renderings: { of: { readonly waiting: number }; value: never };
}

/**
 * What a workspace holds of clusters and projects is rarely all there is. `all` asks for a list that is known to be complete: only by that
 * may something be refused because it does not exist.
 */
export interface KnowledgeOf {
  readonly all?: true;
}

export type FactKind = keyof FactTypes;
export type Missing = { [K in FactKind]: { readonly kind: K; readonly of: FactTypes[K]['of'] } }[FactKind];

export interface Unavailable {
  readonly unavailable: true;
  /** A sentence for people: why it is not known and what would make it known. */
  readonly why: string;
  /** The message Argo CD would give for it, where its absence is an error there (a repository that does not exist). */
  readonly error?: string;
}

export type Known<K extends FactKind> = FactTypes[K]['value'] | Unavailable;

export interface Facts {
  /** Results of templates, kept across runs; owned by the engine. Without it no template can be rendered. */
  readonly renderings?: import('./renderings.ts').RenderingStore;
  get<K extends FactKind>(kind: K, of: FactTypes[K]['of']): Known<K> | undefined;
  /** Is told which paths of a tree were looked at, with what lies below them: a change of any other path changes nothing. */
  readonly looked?: (of: TreeOf, path: string) => void;
}

export interface TreeOf {
  readonly repoURL: string;
  /** As written in the manifest (`HEAD`, a branch, a tag, a SHA, a semver constraint). */
  readonly revision: string;
  /** Only tags that begin so count for a version or constraint, which is compared with the rest of their names. */
  readonly tagPrefix?: string;
}

export interface Tree {
  /** Paths of files relative to the repository's root, `/`-separated, sorted by code unit. Symbolic links are listed as files. */
  readonly files: readonly string[];
  /** Where the symbolic links among them point to, as they say it. Only where a detailed tree was asked for. */
  readonly links?: Readonly<Record<string, string>>;
  /** The commit it is; of a work tree the one checked out. Absent for a plain folder, and where no detailed tree was asked for. */
  readonly commit?: string;
}

export interface ChartOf {
  readonly repoURL: string;
  /** Empty where the URL itself names the chart (`oci://…`). */
  readonly chart: string;
  /** A version, or a semver constraint. */
  readonly revision: string;
}

export interface Chart {
  /** The exact version. */
  readonly version: string;
  /** Relative to the chart's folder. */
  readonly files: Readonly<Record<string, FileContent>>;
}

export type FileContent = string | { readonly base64: string };

export interface RemoteTree {
  /** The folder in `files` that the URL names. */
  readonly path: string;
  readonly files: Readonly<Record<string, FileContent>>;
}

/** The op names and shapes of server/golib; `args` is JSON. The whole call is its key. */
export interface LibraryCall {
  readonly op: string;
  readonly args: Json;
}

export type LibraryResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: string };

export function isUnavailable(value: unknown): value is Unavailable {
  return typeof value === 'object' && value !== null && (value as { unavailable?: unknown }).unavailable === true;
}
