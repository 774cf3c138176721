import { utf8 } from '../text/md5.ts';
import { DiffError } from './failure.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decoded and encoded again, as a []byte of Go is: line breaks vanish, spare bits become zero. Throws Go's message where it is no base64. */
export function canonicalBase64(text: string): string {
  const clean = text.replace(/[\r\n]/g, '');
  const wrong = positionOfError(text, clean);
  if (wrong !== undefined) throw new DiffError(`illegal base64 data at input byte ${wrong}`);
  const data = clean.replace(/=+$/, '');
  const spare = data.length % 4;
  if (spare === 0) return clean;
  const last = alphabet.indexOf(data.slice(-1));
  const kept = spare === 2 ? last & 0b110000 : last & 0b111100;
  return `${data.slice(0, -1)}${alphabet[kept]}${'='.repeat(4 - spare)}`;
}

/** go:encoding/base64, decodeQuantum */
function positionOfError(text: string, clean: string): number | undefined {
  const at = (index: number): number => {
    let seen = -1;
    for (let i = 0; i < text.length; i++) {
      if (text[i] !== '\r' && text[i] !== '\n') seen++;
      if (seen === index) return i;
    }
    return text.length;
  };
  for (let i = 0; i < clean.length; i++) {
    const letter = clean[i] ?? '';
    if (alphabet.includes(letter)) continue;
    if (letter !== '=') return at(i);
    const place = i % 4;
    if (place < 2) return at(i);
    if (place === 2) {
      if (clean[i + 1] === undefined) return text.length;
      if (clean[i + 1] !== '=') return at(i + 1) - 0;
      return clean.length > i + 2 ? at(i + 2) : undefined;
    }
    return clean.length > i + 1 ? at(i + 1) : undefined;
  }
  const rest = clean.length % 4;
  return rest === 0 ? undefined : text.length - rest;
}

/** Base64 of the UTF-8 bytes of a text. Written here because core has neither `btoa` nor `TextEncoder`. */
export function base64Of(text: string): string {
  return base64OfBytes(utf8(text));
}

export function base64OfBytes(bytes: readonly number[]): string {
  let result = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const letters = [18, 12, 6, 0].map(shift => alphabet[(bits >> shift) & 63]);
    if (b === undefined) letters[2] = '=';
    if (c === undefined) letters[3] = '=';
    result += letters.join('');
  }
  return result;
}
