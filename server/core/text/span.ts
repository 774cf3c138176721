/** Half-open range of UTF-16 code units, counted from the start of the file's text (after a byte order mark is kept, not stripped). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Zero-based line and UTF-16 character, as LSP and the command line's JSON have them. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}
