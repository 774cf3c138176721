/** The text of one document of a file, from behind its `---` line to the next one. */
export interface DocumentText {
  readonly text: string;
  /** Offset and number of lines before it in the file. */
  readonly start: number;
  readonly lines: number;
}

/** `undefined` on a `---` or `...` line itself. A marker at the margin ends a document even inside a block scalar (YAML 1.2, 9.1.2). */
export function documentAt(text: string, offset: number): DocumentText | undefined {
  let start = 0;
  let end = text.length;
  for (const { index, 0: line } of text.matchAll(/^(?:---|\.\.\.)(?=\s|$).*(?:\r\n|\n|\r|$)/gm)) {
    const after = index + line.length;
    const last = after === text.length && !/[\r\n]$/.test(line);
    if (offset < index) {
      end = index;
      break;
    }
    if (offset < after || (last && offset === after)) return undefined;
    start = after;
  }
  return { text: text.slice(start, end), start, lines: countLines(text, start) };
}

function countLines(text: string, end: number): number {
  let lines = 0;
  for (let i = 0; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) lines++;
  }
  return lines;
}
