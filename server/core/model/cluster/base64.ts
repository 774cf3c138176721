/** The text of base64; `undefined` where it is not base64. Written here because core has neither `atob` nor `TextDecoder`. */
export function textOfBase64(encoded: string): string | undefined {
  const clean = encoded.replace(/[\r\n]/g, '').replace(/=+$/, '');
  if (/[^A-Za-z0-9+/]/.test(clean)) return undefined;
  let bits = 0;
  let held = 0;
  let percent = '';
  let plain = '';
  for (const char of clean) {
    bits = (bits << 6) | ALPHABET.indexOf(char);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 0xff;
    percent += `%${byte.toString(16).padStart(2, '0')}`;
    plain += String.fromCharCode(byte);
    bits &= (1 << held) - 1;
  }
  try {
    return decodeURIComponent(percent);
  } catch {
    // Bytes that are no UTF-8: each stands for itself, which is enough to compare and to show.
    return plain;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
