import type { Span } from '../text/span.ts';

/** One line of a completion list; the order of the list is the order they are shown in. */
export interface Suggestion {
  readonly label: string;
  readonly kind: 'parameter' | 'function' | 'keyword' | 'variable' | 'reference' | 'option' | 'key';
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly insert: string;
  /** What it replaces in the file's text; absent where nothing is typed yet: then the editor's own word counts. */
  readonly replace?: Span;
  /** What is compared with the typed text, where that is not the label. */
  readonly filter?: string;
}
