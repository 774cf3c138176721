import type { Position, Range, Span } from './span.ts';

/** Converts between offsets and positions of one text. `\n`, `\r\n` and a lone `\r` end a line, as in LSP. */
export interface Lines {
  readonly count: number;
  /** Offsets past the end give the end; an offset inside `\r\n` gives the end of the line's visible text. */
  positionAt(offset: number): Position;
  /** Positions past the end of a line give the line's end; lines past the last give the end of the text. */
  offsetAt(position: Position): number;
  rangeOf(span: Span): Range;
}

export function linesOf(text: string): Lines {
  const starts = lineStarts(text);
  const positionAt = (offset: number): Position => {
    const at = Math.max(0, Math.min(offset, text.length));
    const line = lastStartAtOrBefore(starts, at);
    const start = starts[line] ?? 0;
    return { line, character: Math.min(at, endOfLine(text, starts, line)) - start };
  };
  const offsetAt = ({ line, character }: Position): number => {
    if (line < 0) return 0;
    const start = starts[line];
    if (start === undefined) return text.length;
    return Math.min(start + Math.max(0, character), endOfLine(text, starts, line));
  };
  const rangeOf = (span: Span): Range => ({ start: positionAt(span.start), end: positionAt(span.end) });
  return { count: starts.length, positionAt, offsetAt, rangeOf };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}

function lastStartAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function endOfLine(text: string, starts: readonly number[], line: number): number {
  const next = starts[line + 1];
  if (next === undefined) return text.length;
  return text.charCodeAt(next - 1) === 10 && text.charCodeAt(next - 2) === 13 && next - 2 >= (starts[line] ?? 0)
    ? next - 2
    : next - 1;
}
