/** MD5 of the UTF-8 bytes of a text in hexadecimal (RFC 1321); only to reproduce orders that others make by it, never for safety. */
export function md5(text: string): string {
  const words = padded(utf8(text));
  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < words.length; block += 16) {
    const before = [a, b, c, d] as const;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const at = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + mixed + Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))) + (words[block + at] ?? 0)) | 0;
      const shift = shifts[round]?.[i % 4] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    [a, b, c, d] = [(a + before[0]) | 0, (b + before[1]) | 0, (c + before[2]) | 0, (d + before[3]) | 0];
  }
  return [a, b, c, d].map(littleEndian).join('');
}

const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

/** With the one bit and the length behind it, as 32-bit words. */
function padded(bytes: readonly number[]): readonly number[] {
  const length = (((bytes.length + 8) >> 6) + 1) * 16;
  const words = new Array<number>(length).fill(0);
  for (const [i, byte] of [...bytes, 0x80].entries()) words[i >> 2] = (words[i >> 2] ?? 0) | (byte << ((i % 4) * 8));
  words[length - 2] = (bytes.length * 8) | 0;
  words[length - 1] = Math.floor(bytes.length / 2 ** 29);
  return words;
}

function littleEndian(word: number): string {
  return [0, 8, 16, 24].map(shift => ((word >>> shift) & 0xff).toString(16).padStart(2, '0')).join('');
}

/** The bytes of a text; halves of surrogate pairs become the replacement character. */
export function utf8(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const half = /^[\ud800-\udfff]$/.test(character);
    const code = half ? 0xfffd : (character.codePointAt(0) ?? 0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}
