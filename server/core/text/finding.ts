import type { Span } from './span.ts';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/**
 * What a stage that works on plain values says is wrong. It knows no offsets: `path` is a JSON pointer into the document, `part` the
 * place there that the author must change, `within` a range of the *decoded* string value (UTF-16) where the mistake is inside a scalar.
 * `core/documents/place.ts` turns it into a `Finding`; where `path` does not exist in the text, the nearest ancestor is marked.
 */
export interface Problem {
  /** Stable, lower-case, hyphenated; listed in `core/checks/codes.ts` with its default severity; documented in docs/rules/<code>.md. */
  readonly code: string;
  /** What is wrong, and what to do. Where Argo CD has a message for it, that message comes first, unchanged. */
  readonly message: string;
  readonly path: string;
  readonly part?: 'key' | 'value' | 'entry';
  readonly within?: Span;
  readonly related?: readonly RelatedPath[];
  readonly fixes?: readonly ProblemFix[];
  /** Overrides the code's default severity. */
  readonly severity?: Severity;
}

export interface RelatedPath {
  readonly path: string;
  readonly message: string;
}

/** A repair told in terms of the value; `core/documents/edit.ts` writes it as text in the style of the file. */
export interface ProblemFix {
  readonly title: string;
  readonly preferred?: boolean;
  readonly changes: readonly ValueChange[];
}

export type ValueChange =
  | { readonly kind: 'renameKey'; readonly path: string; readonly to: string }
  | { readonly kind: 'set'; readonly path: string; readonly value: import('./json.ts').Json }
  | { readonly kind: 'remove'; readonly path: string }
  /** Replaces part of a scalar's decoded text. */
  | { readonly kind: 'replaceWithin'; readonly path: string; readonly within: Span; readonly text: string }
  /** Puts double quotes around a plain scalar (`name: {{ .x }}` → `name: "{{ .x }}"`). */
  | { readonly kind: 'quote'; readonly path: string };

/** A problem at its place in a file. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Path or URI as the caller named the file. */
  readonly file: string;
  /** Zero-based position of the document in its file. */
  readonly document: number;
  /** JSON pointer inside the document. */
  readonly path: string;
  readonly span: Span;
  readonly related: readonly { readonly file: string; readonly span: Span; readonly message: string }[];
  readonly fixes: readonly Fix[];
}

export interface Fix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: readonly TextEdit[];
}

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}
