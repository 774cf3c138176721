/** Go's time.ParseDuration: nanoseconds, or its message. */
export type Duration = { readonly nanoseconds: number } | { readonly error: string };

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

export function parseDuration(text: string): Duration {
  const invalid: Duration = { error: `time: invalid duration ${quoted(text)}` };
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  let rest = text.slice(sign.length);
  if (rest === '0') return { nanoseconds: 0 };
  if (rest === '') return invalid;
  let total = 0;
  while (rest !== '') {
    const match = /^(\d*)(\.\d*)?([^\d.]*)/.exec(rest);
    const [all = '', whole = '', fraction = '', unit = ''] = match ?? [];
    if (!/^[\d.]/.test(rest) || (whole === '' && (fraction === '' || fraction === '.'))) return invalid;
    if (unit === '') return { error: `time: missing unit in duration ${quoted(text)}` };
    const scale = units[unit];
    if (scale === undefined) return { error: `time: unknown unit ${quoted(unit)} in duration ${quoted(text)}` };
    total += Number(`${whole || '0'}${fraction === '.' ? '' : fraction}`) * scale;
    if (total > 2 ** 63) return invalid;
    rest = rest.slice(all.length);
  }
  return { nanoseconds: sign === '-' ? -total : total };
}

/** Go's quoting of the time package: printable ASCII as it is, `"` and `\` escaped, the bytes of everything else as `\xNN`. */
function quoted(text: string): string {
  const shown = [...text].map(character => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character >= ' ' && character <= '\x7f') return character;
    return character < ' ' ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}` : utf8(character);
  });
  return `"${shown.join('')}"`;
}

function utf8(character: string): string {
  // Half of a surrogate pair has no bytes; Go shows the replacement character's.
  if (/^[\ud800-\udfff]$/.test(character)) return '\\xef\\xbf\\xbd';
  return encodeURIComponent(character).replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => `\\x${hex.toLowerCase()}`);
}
