import type { Json } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';

/**
 * A float64 as Go's `%v` prints it: the shortest digits that read back, with an exponent when the decimal exponent is below -4 or
 * above 5. Numbers of JSON are float64 in Argo CD, so a replica count of 1000000 becomes `1e+06`.
 */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < EXPONENT_FROM) return plain(mantissa, exponent);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

/** %g with the shortest precision decides as if the precision were 6 (go:strconv/ftoa.go). */
const EXPONENT_FROM = 6;

function plain(mantissa: string, exponent: number): string {
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace('-', '').replace('.', '');
  const text =
    exponent < 0
      ? `0.${'0'.repeat(-exponent - 1)}${digits}`
      : digits.length <= exponent + 1
        ? digits.padEnd(exponent + 1, '0')
        : `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  return negative ? `-${text}` : text;
}

/** `fmt.Sprintf("%v", value)` of plain JSON: `map[a:1 b:[x y]]`, `<nil>`, keys sorted. */
export function goPrint(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goFloat(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goPrint).join(' ')}]`;
  if (isObject(value)) {
    const entries = Object.keys(value).sort(byCodePoint);
    return `map[${entries.map(key => `${key}:${goPrint(value[key])}`).join(' ')}]`;
  }
  return String(value);
}

/** Go compares strings by bytes of UTF-8, which is the order of code points; JavaScript's own order differs past U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    const leftHigh = left >= 0xd800 && left <= 0xdfff;
    const rightHigh = right >= 0xd800 && right <= 0xdfff;
    if (leftHigh !== rightHigh) return leftHigh ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

/** `json.Marshal`: keys sorted, `<`, `>` and `&` escaped, numbers as encoding/json writes a float64. */
export function goJson(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value === 'number') return goJsonNumber(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goJson).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(byCodePoint);
    return `{${keys.map(key => `${goJsonString(key)}:${goJson(value[key])}`).join(',')}}`;
  }
  return String(value);
}

function goJsonString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029\u007f]/g, char =>
    char === '\u007f' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function goJsonNumber(value: number): string {
  const text = JSON.stringify(value);
  return text === '0' && Object.is(value, -0) ? '-0' : text;
}

/** `%q` of a string. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const char of text) quoted += quotedChar(char);
  return `${quoted}"`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function quotedChar(char: string): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  // strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
  if (char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char)) return char;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
