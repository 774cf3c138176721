import type { Scalar } from 'yaml';

/**
 * Source offsets of every UTF-16 unit of a scalar's decoded text, plus one for its end: `map[i]` is where `value[i]` stands.
 *
 * Quoted text is walked escape by escape. Folding and block indentation are found by alignment: white space of the value may stand for any
 * run of white space in the source, everything else stands for itself. Only white space can be off by that, never a template's braces.
 */
export function sourceOffsets(scalar: Scalar, text: string): Int32Array | undefined {
  if (typeof scalar.value !== 'string' && scalar.source === undefined) return undefined;
  const range = scalar.range;
  if (!range) return undefined;
  const value = typeof scalar.value === 'string' ? scalar.value : String(scalar.source);
  switch (scalar.type) {
    case 'QUOTE_DOUBLE':
      return align(value, text, range[0] + 1, range[1] - 1, doubleQuoted);
    case 'QUOTE_SINGLE':
      return align(value, text, range[0] + 1, range[1] - 1, singleQuoted);
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return align(value, text, endOfHeader(text, range[0]), range[1], verbatim);
    default:
      return align(value, text, range[0], range[1], verbatim);
  }
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

function align(value: string, text: string, start: number, end: number, read: Reader): Int32Array {
  const offsets = new Int32Array(value.length + 1);
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
    const width = unit.length === 1 ? 1 : Math.max(1, unit.decoded.length);
    for (let k = 0; k < width && i < value.length; k++) offsets[i++] = at;
    at = Math.min(at + Math.max(1, unit.length), end);
  }
  offsets[value.length] = at;
  return offsets;
}

const isBlank = (unit: string): boolean => unit === ' ' || unit === '\n' || unit === '\t' || unit === '\r';

function endOfHeader(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  return newline === -1 ? text.length : newline + 1;
}
