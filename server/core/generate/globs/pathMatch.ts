/**
 * Go's path.Match on whole paths, which the git generator uses for directories (argo-cd:applicationset/generators/git.go): `*` and `?`
 * stop at `/`, `**` is just `*`, braces are literal. `undefined` for a malformed pattern, which Argo CD only logs.
 */
export function pathMatch(pattern: string): ((name: string) => boolean) | undefined {
  let source = '';
  for (let i = 0; i < pattern.length; ) {
    const char = pattern[i] ?? '';
    if (char === '*') {
      source += '[^/]*';
      i++;
    } else if (char === '?') {
      source += '[^/]';
      i++;
    } else if (char === '\\') {
      if (i + 1 >= pattern.length) return undefined;
      const [character, next] = characterAt(pattern, i + 1);
      source += literal(character);
      i = next;
    } else if (char === '[') {
      const found = characterClass(pattern, i);
      if (found === undefined) return undefined;
      source += found.source;
      i = found.next;
    } else {
      const [character, next] = characterAt(pattern, i);
      source += literal(character);
      i = next;
    }
  }
  const regular = new RegExp(`^${source}$`, 'su');
  return name => regular.test(name);
}

/** `[abc]`, `[^a-z]`, with `\` escapes; a range whose ends are turned matches nothing. Unlike in a shell, `/` can be a member. */
function characterClass(pattern: string, start: number): { source: string; next: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '^';
  if (negated) i++;
  const ranges: string[] = [];
  for (let count = 0; ; count++) {
    if (pattern[i] === ']' && count > 0) break;
    const low = memberAt(pattern, i);
    if (low === undefined) return undefined;
    let high = low;
    i = low.next;
    if (pattern[i] === '-') {
      const end = memberAt(pattern, i + 1);
      if (end === undefined) return undefined;
      high = end;
      i = end.next;
    }
    if (low.code <= high.code) ranges.push(`${unit(low.code)}-${unit(high.code)}`);
  }
  const members = ranges.join('');
  if (members === '') return { source: negated ? '.' : '(?!)', next: i + 1 };
  return { source: `[${negated ? '^' : ''}${members}]`, next: i + 1 };
}

function memberAt(pattern: string, at: number): { code: number; next: number } | undefined {
  let i = at;
  if (i >= pattern.length || pattern[i] === '-' || pattern[i] === ']') return undefined;
  if (pattern[i] === '\\') i++;
  if (i >= pattern.length) return undefined;
  const [char, next] = characterAt(pattern, i);
  // A class must be closed somewhere after its member.
  return next >= pattern.length ? undefined : { code: char.codePointAt(0) ?? 0, next };
}

function characterAt(text: string, at: number): readonly [string, number] {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return [char, at + char.length];
}

function unit(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}
