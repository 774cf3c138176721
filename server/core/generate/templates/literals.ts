import { goQuote } from '../go/print.ts';

/** What Go's strconv makes of the literals in a template, as far as a parser must know: a value, or the words of the error. */
export type Literal<T> = { readonly value: T } | { readonly error: string };

const invalid = { error: 'invalid syntax' } as const;

/** A token of kind `string` or `rawString`, with its quotes. */
export function unquote(token: string): Literal<string> {
  const inside = token.slice(1, -1);
  // Go drops carriage returns of raw strings.
  if (token.startsWith('`')) return { value: inside.replaceAll('\r', '') };
  let value = '';
  for (let rest = inside; rest !== ''; ) {
    const char = unquoteChar(rest, '"');
    if (char === undefined) return invalid;
    value += char.value;
    rest = char.rest;
  }
  return { value };
}

/** `'x'`; the value is not needed, only whether Go takes it. */
export function checkChar(token: string): string | undefined {
  const char = unquoteChar(token.slice(1), "'");
  if (char === undefined) return 'invalid syntax';
  return char.rest === "'" ? undefined : `malformed character constant: ${token}`;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

function unquoteChar(text: string, quote: string): { readonly value: string; readonly rest: string } | undefined {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  if (first === quote || first === '\n') return undefined;
  if (first !== '\\') return { value: first, rest: text.slice(first.length) };
  const escaped = text[1] ?? '';
  const simple = escaped === quote ? quote : simpleEscapes[escaped];
  if (simple !== undefined) return { value: simple, rest: text.slice(2) };
  const digits = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(text);
  if (digits === null) return undefined;
  const [whole, byte, short, long, octal] = digits;
  const code = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
  if (octal !== undefined && code > 255) return undefined;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || (isSurrogate && byte === undefined)) return undefined;
  return { value: String.fromCodePoint(code), rest: text.slice(whole.length) };
}

const integer = /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const decimalFloat =
  /^[+-]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;
const hexFloat =
  /^[+-]?0[xX](?:(?:_?[0-9a-fA-F])+(?:\.(?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?|\.[0-9a-fA-F](?:_?[0-9a-fA-F])*)[pP][+-]?[0-9](?:_?[0-9])*$/;

/** The words of Go's complaint about a number, or `undefined`. */
export function checkNumber(text: string): string | undefined {
  if (text.endsWith('i') && isFloat(text.slice(0, -1))) return undefined;
  if (integer.test(text) && fits(text)) return undefined;
  if (!isFloat(text)) return `illegal number syntax: ${goQuote(text)}`;
  return /[.eEpP]/.test(text) ? undefined : `integer overflow: ${goQuote(text)}`;
}

export function checkComplex(text: string): string | undefined {
  const split = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
  const real = text.slice(0, split);
  const imaginary = text.slice(split, -1);
  return isFloat(real) && isFloat(imaginary) ? undefined : 'syntax error scanning complex number';
}

/** Go's floats are as wide as ours; one that overflows is no float. */
function isFloat(text: string): boolean {
  if (hexFloat.test(text)) return true;
  return decimalFloat.test(text) && Number.isFinite(Number(text.replaceAll('_', '')));
}

function fits(text: string): boolean {
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '').toLowerCase();
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (text.startsWith('-')) return value <= 2n ** 63n;
  // A plus sign is for signed integers only.
  return value < (text.startsWith('+') ? 2n ** 63n : 2n ** 64n);
}
