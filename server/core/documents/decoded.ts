import type { Scalar } from 'yaml';

/** Where each UTF-16 unit of a scalar's decoded text begins and ends in the source; `starts` has one more, for the end of the text. */
export interface Offsets {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * Quoted text is walked escape by escape. Folding and block indentation are found by alignment: white space of the value may stand for any
 * run of white space in the source, everything else stands for itself. Only white space at a fold can be off by that, never a template's braces.
 */
export function sourceOffsets(scalar: Scalar, text: string): Offsets | undefined {
  const range = scalar.range;
  if (!range) return undefined;
  const value = decodedText(scalar);
  switch (scalar.type) {
    case 'QUOTE_DOUBLE':
      return align(value, { text, start: range[0] + 1, end: endOfQuoted(text, range), indent: 0 }, doubleQuoted);
    case 'QUOTE_SINGLE':
      return align(value, { text, start: range[0] + 1, end: endOfQuoted(text, range), indent: 0 }, singleQuoted);
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED': {
      const start = Math.min(endOfHeader(text, range[0]), range[1]);
      const indent = blockIndent(value, text.slice(start, range[1]));
      return align(value, { text, start, end: range[1], indent }, verbatim);
    }
    default:
      return align(value, { text, start: range[0], end: range[1], indent: 0 }, verbatim);
  }
}

/** The text that a scalar stands for; of a number or a boolean what the author wrote. */
export function decodedText(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
}

/** A quote that was never closed has no end to leave out. */
function endOfQuoted(text: string, range: readonly [number, number, number]): number {
  const isClosed = range[1] > range[0] + 1 && text.charAt(range[1] - 1) === text.charAt(range[0]);
  return isClosed ? range[1] - 1 : range[1];
}

/** Columns that belong to the block and not to its text, told by the first line that is not empty. */
function blockIndent(value: string, source: string): number {
  return Math.max(0, leadingSpaces(source) - leadingSpaces(value));
}

function leadingSpaces(text: string): number {
  return /^(?:[ \t]*\r?\n)*( *)/.exec(text)?.[1]?.length ?? 0;
}

interface Unit {
  /** What the source at this place decodes to; empty for an escaped line break. */
  readonly decoded: string;
  readonly length: number;
}

type Reader = (text: string, at: number) => Unit;

const verbatim: Reader = (text, at) => ({ decoded: text.charAt(at), length: 1 });

const singleQuoted: Reader = (text, at) =>
  text.charAt(at) === "'" && text.charAt(at + 1) === "'" ? { decoded: "'", length: 2 } : verbatim(text, at);

const escapes: Readonly<Record<string, string>> = {
  0: '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};
const hexLength: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const doubleQuoted: Reader = (text, at) => {
  if (text.charAt(at) !== '\\') return verbatim(text, at);
  const letter = text.charAt(at + 1);
  const digits = hexLength[letter];
  if (digits !== undefined) {
    const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
    return { decoded: code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '', length: 2 + digits };
  }
  const simple = escapes[letter];
  return simple === undefined ? { decoded: '', length: 2 } : { decoded: simple, length: 2 };
};

interface Source {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}

function align(value: string, { text, start, end, indent }: Source, read: Reader): Offsets {
  const starts = new Int32Array(value.length + 1);
  const ends = new Int32Array(value.length);
  let at = start;
  let i = 0;
  while (i < value.length) {
    const wanted = value.charAt(i);
    const blank = isBlank(wanted);
    let unit = read(text, at);
    // Skip what folding or indentation has eaten; an escape (length > 1) always stands for itself.
    while (at < end && !unit.decoded.startsWith(wanted) && !(blank && isBlank(unit.decoded) && unit.length === 1)) {
      at += Math.max(1, unit.length);
      unit = read(text, at);
    }
    const next = Math.min(at + Math.max(1, unit.length), end);
    const width = unit.length === 1 ? 1 : Math.max(1, unit.decoded.length);
    for (let k = 0; k < width && i < value.length; k++, i++) {
      starts[i] = Math.min(at, end);
      ends[i] = next;
    }
    at = unit.length === 1 && isLineEnd(text, at) ? afterIndent(text, next, end, indent) : next;
  }
  starts[value.length] = Math.min(at, end);
  return { starts, ends };
}

const isLineEnd = (text: string, at: number): boolean => text.charCodeAt(at) === 10 || text.charCodeAt(at) === 13;

function afterIndent(text: string, at: number, end: number, indent: number): number {
  let after = text.charCodeAt(at - 1) === 13 && text.charCodeAt(at) === 10 ? at + 1 : at;
  const stop = Math.min(after + indent, end);
  while (after < stop && text.charCodeAt(after) === 32) after += 1;
  return Math.min(after, end);
}

const isBlank = (unit: string): boolean => unit === ' ' || unit === '\n' || unit === '\t' || unit === '\r';

function endOfHeader(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  return newline === -1 ? text.length : newline + 1;
}
