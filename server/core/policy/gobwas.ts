/**
 * Globs as gobwas/glob reads them, which Argo CD's projects use: `*` stops at separators, `**` does not, `?` is one letter that is no
 * separator, `[abc]`, `[a-z]`, `[!a]`, `{a,b}` and `\` as usual. `undefined` for a pattern that does not compile: it matches nothing.
 */
export function globMatches(pattern: string, text: string, separators = ''): boolean {
  const expression = compileGlob(pattern, separators);
  return expression?.test(text) ?? false;
}

export function compileGlob(pattern: string, separators = ''): RegExp | undefined {
  const reader = new PatternReader(pattern, separators);
  const source = reader.sequence(false);
  return source === undefined ? undefined : new RegExp(`^(?:${source})$`, 'su');
}

class PatternReader {
  readonly #letters: readonly string[];
  readonly #one: string;
  #at = 0;

  constructor(pattern: string, separators: string) {
    this.#letters = [...pattern];
    this.#one = separators === '' ? '.' : `[^${escaped(separators)}]`;
  }

  /** Until the end, or inside braces until `,` or `}`, which are left to the caller. */
  sequence(inBraces: boolean): string | undefined {
    let source = '';
    while (this.#at < this.#letters.length) {
      const letter = this.#letters[this.#at] ?? '';
      if (inBraces && (letter === ',' || letter === '}')) return source;
      this.#at++;
      const part = this.#part(letter);
      if (part === undefined) return undefined;
      source += part;
    }
    return inBraces ? undefined : source;
  }

  #part(letter: string): string | undefined {
    switch (letter) {
      case '*':
        if (this.#letters[this.#at] !== '*') return `${this.#one}*`;
        while (this.#letters[this.#at] === '*') this.#at++;
        return '.*';
      case '?':
        return this.#one;
      case '[':
        return this.#list();
      case '{':
        return this.#alternatives();
      case '\\':
        return this.#at < this.#letters.length ? escaped(this.#letters[this.#at++] ?? '') : undefined;
      default:
        return escaped(letter);
    }
  }

  #list(): string | undefined {
    const end = this.#letters.indexOf(']', this.#at);
    if (end < 0) return undefined;
    const inside = this.#letters.slice(this.#at, end);
    this.#at = end + 1;
    const negated = inside[0] === '!';
    const listed = negated ? inside.slice(1) : inside;
    if (listed.length === 0) return undefined;
    const [low, dash, high] = listed;
    const range = listed.length === 3 && dash === '-' && low !== undefined && high !== undefined;
    if (range && low > high) return undefined;
    return `[${negated ? '^' : ''}${range ? `${escaped(low)}-${escaped(high)}` : escaped(listed.join(''))}]`;
  }

  #alternatives(): string | undefined {
    const parts: string[] = [];
    for (;;) {
      const part = this.sequence(true);
      if (part === undefined) return undefined;
      parts.push(part);
      if (this.#letters[this.#at++] === '}') return `(?:${parts.join('|')})`;
    }
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll('-', '\\x2d');
}
