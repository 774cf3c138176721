import type { Document } from 'yaml';
import type { Finding, Problem, ProblemFix, TextEdit } from '../text/finding.ts';
import type { Json } from '../text/json.ts';
import type { Lines } from '../text/lines.ts';
import type { Span } from '../text/span.ts';

/** One file's text, parsed once per version. Made by `parseFile` and by nothing else. */
export interface SourceFile {
  /** Path or URI as the caller names the file. */
  readonly file: string;
  readonly text: string;
  readonly lines: Lines;
  /** `manifests`: read as YAML. `template`: a file that makes YAML (a chart's templates/, Jinja, …): left alone. `skipped`: too large, binary. */
  readonly content: 'manifests' | 'template' | 'skipped';
  readonly documents: readonly ManifestDocument[];
  /** Syntax errors and limits, only for files in which at least one document is ours. */
  readonly findings: readonly Finding[];
}

export interface ManifestDocument {
  readonly index: number;
  readonly span: Span;
  /** Its node ranges count from `base`, so that an unchanged document is taken over when text before it changes. */
  readonly yaml: Document;
  readonly base: number;
  /** Scalars as sigs.k8s.io/yaml reads them; anchors, aliases and merge keys resolved; `null` for an empty document. */
  readonly value: Json;
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** True where the parser had to repair the text; the value is then the best guess. */
  readonly broken: boolean;
  /** Mistakes of syntax in words for the author; what only follows from another one is left out. */
  readonly errors: readonly { readonly message: string; readonly span: Span }[];
  /** Why `value` could not be read though the text is YAML (anchor bomb, cyclic anchor, nesting). */
  readonly valueProblem: string | undefined;
  /** Where `path` stands; `undefined` where the text has no such node (also inside an alias: then the alias). */
  spanOf(path: string, part: 'key' | 'value' | 'entry'): Span | undefined;
  /** Source span of a range of a scalar's decoded text, in any scalar style. The whole scalar where it cannot be told. */
  spanWithin(path: string, within: Span): Span | undefined;
  /** The innermost node at an offset; for half-typed text the nearest one that the cursor belongs to. */
  at(offset: number): NodeAt | undefined;
}

export interface NodeAt {
  readonly path: string;
  readonly part: 'key' | 'value';
  /** Only on a scalar: the offset in its decoded text, and that text. */
  readonly scalar?: { readonly text: string; readonly offset: number };
}

export type Place = (problem: Problem, file: SourceFile, document: ManifestDocument) => Finding;
export type EditsOf = (
  fix: ProblemFix,
  file: SourceFile,
  document: ManifestDocument,
) => readonly TextEdit[] | undefined;
