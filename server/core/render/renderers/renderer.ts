import type { Facts } from '../../facts/facts.ts';
import type { JsonObject } from '../../text/json.ts';
import type { Content } from '../content.ts';
import type { BuildEnvironment } from '../environment.ts';
import type { RenderSettings, SourceType } from '../rendering.ts';

/** A tool that makes manifests of a source: one file of this folder, one line in its index. */
export interface Renderer {
  readonly type: SourceType;
  readonly summary: string;
  /** Whether a file of this name at the source's path means this tool. */
  readonly claims?: (fileName: string) => boolean;
  /** Throws a `Stop` where it cannot go on. */
  render(work: Work): Output;
}

/** One source, resolved as far as Argo CD resolves it before it asks a tool. */
export interface Work {
  readonly source: JsonObject;
  readonly content: Content;
  /** Of the application inside of the content; empty for its root. */
  readonly path: string;
  readonly environment: BuildEnvironment;
  readonly appName: string;
  /** Of the destination. */
  readonly namespace: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly settings: RenderSettings;
  /** Contents of the sources that have a `ref`, by `$ref`; `undefined` where there is one source only, which can refer to no other. */
  readonly refs: ReadonlyMap<string, RefTarget> | undefined;
  readonly facts: Facts;
}

export interface RefTarget {
  readonly repoURL: string;
  /** As its source says it. */
  readonly revision: string;
  readonly isChart: boolean;
  /** Throws a `Stop` where it is not there yet. */
  content(): Content;
}

export interface Output {
  readonly objects: readonly Rendered[];
  readonly commands: readonly string[];
}

export interface Rendered {
  readonly object: JsonObject;
  readonly file?: string;
}
