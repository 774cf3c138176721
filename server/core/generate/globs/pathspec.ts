/**
 * What `git ls-files -- <pattern>` selects: an exact path, everything below a directory, or a wildmatch in which `*`, `**` and `?` cross
 * `/` (git:dir.c match_pathspec_item, git:wildmatch.c without WM_PATHNAME). Git matches bytes, so `?` is one byte of UTF-8.
 */
export interface Pathspec {
  matches(path: string): boolean;
}

/** A pattern that git refuses gives its message. */
export function pathspec(pattern: string): Pathspec | { readonly error: string } {
  const clean = cleaned(pattern);
  if (typeof clean !== 'string') return clean;
  if (clean === '') return { matches: () => true };
  const directory = clean.endsWith('/') ? clean : `${clean}/`;
  const wild = /[*?[\\]/.test(clean) ? wildmatch(bytesOf(clean)) : undefined;
  return {
    matches: path => path === clean || path.startsWith(directory) || (wild?.test(bytesOf(path)) ?? false),
  };
}

/** `./x`, `x//y` and `x/../y` are tidied before matching (git:path.c normalize_path_copy). */
function cleaned(pattern: string): string | { readonly error: string } {
  if (pattern === '') {
    return { error: 'empty string is not a valid pathspec. please use . instead if you meant to match all paths' };
  }
  const outside = { error: `${pattern}: '${pattern}' is outside repository` };
  if (pattern.startsWith('/')) return outside;
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return outside;
  }
  const path = parts.join('/');
  return pattern.endsWith('/') && path !== '' ? `${path}/` : path;
}

function bytesOf(text: string): string {
  return /^[ -~]*$/.test(text) ? text : bytesIn(encodeURIComponent(text));
}

/** `encodeURIComponent` gives UTF-8 as %XX; this makes one character of each byte. */
function bytesIn(percent: string): string {
  return percent.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const NOTHING = '(?!)';

function wildmatch(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '*') source += source.endsWith('[^]*') ? '' : '[^]*';
    else if (char === '?') source += '[^]';
    else if (char === '\\') {
      i++;
      const escaped = pattern[i];
      source += escaped === undefined ? NOTHING : literal(escaped);
    } else if (char === '[') {
      const found = bracket(pattern, i);
      // An unclosed bracket matches nothing at all (git aborts the match).
      source += found?.source ?? NOTHING;
      i = found?.last ?? pattern.length;
    } else source += literal(char);
  }
  return new RegExp(`^${source}$`);
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t\\n\\v\\f\\r',
  upper: 'A-Z',
  xdigit: 'A-Fa-f0-9',
};

/** `last` is the position of the closing bracket. A `]` that comes first is a member. */
function bracket(pattern: string, start: number): { source: string; last: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  let members = '';
  for (let first = true; ; first = false) {
    const char = pattern[i];
    if (char === undefined) return undefined;
    if (char === ']' && !first) break;
    const named = char === '[' && pattern[i + 1] === ':' ? /^\[:([a-z]*):\]/.exec(pattern.slice(i)) : null;
    if (named !== null) {
      const known = CLASSES[named[1] ?? ''];
      if (known === undefined) return undefined;
      members += known;
      i += named[0].length;
      continue;
    }
    const low = memberAt(pattern, i);
    if (low === undefined) return undefined;
    i = low.next;
    const high = pattern[i] === '-' && pattern[i + 1] !== ']' ? memberAt(pattern, i + 1) : undefined;
    if (high === undefined) members += literal(low.char);
    else {
      if (low.char <= high.char) members += `${literal(low.char)}-${literal(high.char)}`;
      i = high.next;
    }
  }
  if (members === '') return { source: negated ? '[^]' : NOTHING, last: i };
  return { source: `[${negated ? '^' : ''}${members}]`, last: i };
}

function memberAt(pattern: string, at: number): { char: string; next: number } | undefined {
  const i = pattern[at] === '\\' ? at + 1 : at;
  const char = pattern[i];
  return char === undefined ? undefined : { char, next: i + 1 };
}

function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}
