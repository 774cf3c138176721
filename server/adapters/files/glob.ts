/**
 * VS Code's globs (`files.exclude`): `*` and `?` stay inside a segment, `**` crosses, `{a,b}` chooses, `[a-z]` is a class. A pattern without
 * a slash is not special: `*.yaml` means the root only, as in VS Code.
 */
export function matcherOf(globs: readonly string[]): (path: string) => boolean {
  const expressions = globs.flatMap(glob => expressionOf(glob) ?? []);
  return path => expressions.some(it => it.test(path));
}

function expressionOf(glob: string): RegExp | undefined {
  try {
    return new RegExp(`^${translated(glob)}$`);
  } catch {
    // A malformed class such as `[z-a]`: the glob matches nothing, as in VS Code.
    return undefined;
  }
}

function translated(glob: string): string {
  let out = '';
  let braces = 0;
  for (let i = 0; i < glob.length; ) {
    const rest = glob.slice(i);
    const star = /^\*\*(\/?)/.exec(rest);
    if (star) {
      const startsSegment = i === 0 || glob[i - 1] === '/';
      out += startsSegment && star[1] ? '(?:.*/)?' : '.*';
      i += star[0].length;
      continue;
    }
    const set = /^\[([!^]?)([^\]]+)\]/.exec(rest);
    if (set) {
      out += `[${set[1] ? '^' : ''}${(set[2] ?? '').replace(/[\\[\]]/g, '\\$&')}]`;
      i += set[0].length;
      continue;
    }
    const unit = rest.charAt(0);
    if (unit === '*') out += '[^/]*';
    else if (unit === '?') out += '[^/]';
    else if (unit === '{') {
      out += '(?:';
      braces += 1;
    } else if (unit === '}' && braces > 0) {
      out += ')';
      braces -= 1;
    } else if (unit === ',' && braces > 0) out += '|';
    else out += unit.replace(/[.+^${}()|[\]\\/]/g, '\\$&');
    i += 1;
  }
  return out + ')'.repeat(braces);
}
