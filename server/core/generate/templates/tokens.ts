import type { Span } from '../../text/span.ts';
import { goQuote } from '../go/print.ts';

/**
 * Splits a Go template as text/template/parse does, but for a person who is still typing: every token has its place in UTF-16 units,
 * comments are kept, and what Go would refuse is a last token of kind `error` with Go's own words.
 */
export interface Token extends Span {
  readonly kind: TokenKind;
  /** The text of the token. For `error` Go's message; for `text` what is left after trim markers have taken their spaces. */
  readonly value: string;
}

export type TokenKind =
  | 'text'
  | 'comment'
  | 'leftDelimiter'
  | 'rightDelimiter'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'dot'
  | 'nil'
  | 'field'
  | 'variable'
  | 'bool'
  | 'number'
  | 'complex'
  | 'char'
  | 'string'
  | 'rawString'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'leftParen'
  | 'rightParen'
  | 'other'
  | 'eof'
  | 'error';

const keywords = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);

/** Ends with `eof`, or with `error` at the first thing that Go cannot read; the tokens before it stand. */
export function tokenize(text: string): readonly Token[] {
  return new Tokenizer(text).run();
}

class Tokenizer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #start = 0;
  #depth = 0;
  #stopped = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    while (!this.#stopped && this.#at < this.#text.length) {
      this.#readText();
      if (this.#at < this.#text.length) this.#readDelimited();
    }
    if (!this.#stopped) this.#push('eof', this.#at, this.#at, 'EOF');
    return this.#tokens;
  }

  #readText(): void {
    const from = this.#at;
    const open = this.#text.indexOf('{{', from);
    const end = open < 0 ? this.#text.length : open;
    const trimmed = open >= 0 && isLeftTrim(this.#text, open + 2) ? trimmedEnd(this.#text, from, end) : end;
    if (trimmed > from) this.#push('text', from, trimmed);
    this.#at = end;
  }

  #readDelimited(): void {
    const open = this.#at;
    const inside = open + 2 + (isLeftTrim(this.#text, open + 2) ? 2 : 0);
    if (this.#text.startsWith('/*', inside)) {
      this.#readComment(open, inside);
      return;
    }
    this.#push('leftDelimiter', open, inside);
    this.#at = inside;
    this.#depth = 0;
    while (!this.#stopped && this.#readInside());
  }

  #readComment(open: number, inside: number): void {
    const close = this.#text.indexOf('*/', inside + 2);
    if (close < 0) {
      this.#fail('unclosed comment', open, this.#text.length);
      return;
    }
    this.#at = close + 2;
    const delimiter = this.#rightDelimiter();
    if (delimiter === undefined) {
      this.#fail('comment ends before closing delimiter', open, this.#at);
      return;
    }
    this.#push('comment', open, delimiter.end, this.#text.slice(inside, this.#at));
    this.#at = delimiter.next;
  }

  /** `end` is where the delimiter ends, `next` where the following text begins, past trimmed spaces. */
  #rightDelimiter(at = this.#at): { readonly end: number; readonly next: number } | undefined {
    if (isSpace(this.#text[at]) && this.#text.startsWith('-}}', at + 1)) {
      return { end: at + 4, next: trimmedStart(this.#text, at + 4) };
    }
    return this.#text.startsWith('}}', at) ? { end: at + 2, next: at + 2 } : undefined;
  }

  /** One token inside of `{{ }}`; false at its end. */
  #readInside(): boolean {
    this.#start = this.#at;
    const delimiter = this.#rightDelimiter();
    if (delimiter !== undefined) {
      if (this.#depth > 0) return this.#stop('unclosed left paren');
      this.#push('rightDelimiter', this.#at, delimiter.end);
      this.#at = delimiter.next;
      return false;
    }
    const char = this.#next();
    if (char === undefined) return this.#stop('unclosed action');
    if (isSpace(char)) return this.#readSpace();
    switch (char) {
      case '=':
        return this.#emit('assign');
      case ':':
        return this.#next() === '=' ? this.#emit('declare') : this.#stop('expected :=');
      case '|':
        return this.#emit('pipe');
      case '"':
        return this.#readQuoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#readQuoted("'", 'char', 'unterminated character constant');
      case '`':
        return this.#readRaw();
      case '$':
        return this.#readName('variable');
      case '(':
        this.#depth++;
        return this.#emit('leftParen');
      case ')':
        return --this.#depth < 0 ? this.#stop('unexpected right paren') : this.#emit('rightParen');
      default:
        return this.#readWord(char);
    }
  }

  #readWord(char: string): boolean {
    if (char === '.' && !isDigit(this.#peek())) {
      // A dot that ends the text is a number to Go, and no valid one.
      if (this.#at < this.#text.length) return this.#readName('field');
    }
    if (char === '.' || char === '+' || char === '-' || isDigit(char)) return this.#readNumber();
    if (isAlphaNumeric(char)) return this.#readIdentifier();
    if (char >= ' ' && char <= '~') return this.#emit('other');
    return this.#stop(`unrecognized character in action: ${codePoint(char)}`);
  }

  #readSpace(): boolean {
    while (isSpace(this.#peek())) this.#at++;
    // The last space may belong to a trim marker.
    if (this.#rightDelimiter(this.#at - 1) !== undefined) this.#at--;
    return this.#emit('space');
  }

  #readIdentifier(): boolean {
    this.#skipName();
    if (!this.#atTerminator()) return this.#stopAtBadCharacter();
    const word = this.#text.slice(this.#start, this.#at);
    if (keywords.has(word)) return this.#emit('keyword');
    if (word === 'nil') return this.#emit('nil');
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #readName(kind: 'field' | 'variable'): boolean {
    if (this.#atTerminator()) return this.#emit(kind === 'variable' ? 'variable' : 'dot');
    this.#skipName();
    return this.#atTerminator() ? this.#emit(kind) : this.#stopAtBadCharacter();
  }

  #skipName(): void {
    for (;;) {
      const before = this.#at;
      const char = this.#next();
      if (char === undefined) return;
      if (!isAlphaNumeric(char)) {
        this.#at = before;
        return;
      }
    }
  }

  #atTerminator(): boolean {
    const char = this.#peek();
    return char === undefined || isSpace(char) || '.,|:)('.includes(char) || this.#text.startsWith('}}', this.#at);
  }

  #readQuoted(quote: string, kind: TokenKind, problem: string): boolean {
    for (;;) {
      let char = this.#next();
      if (char === quote) return this.#emit(kind);
      if (char === '\\') {
        char = this.#next();
        if (char !== undefined && char !== '\n') continue;
      }
      if (char === undefined || char === '\n') return this.#stop(problem, char === '\n' ? this.#at - 1 : this.#at);
    }
  }

  #readRaw(): boolean {
    const close = this.#text.indexOf('`', this.#at);
    if (close < 0) return this.#stop('unterminated raw quoted string', this.#text.length);
    this.#at = close + 1;
    return this.#emit('rawString');
  }

  #readNumber(): boolean {
    this.#at = this.#start;
    if (!this.#scanNumber()) return this.#stopAtBadNumber();
    const sign = this.#peek();
    if (sign !== '+' && sign !== '-') return this.#emit('number');
    if (!this.#scanNumber() || this.#text[this.#at - 1] !== 'i') return this.#stopAtBadNumber();
    return this.#emit('complex');
  }

  /** As loose as Go's: it takes `089`; the parser judges the number. */
  #scanNumber(): boolean {
    this.#accept(/[+-]/);
    let digits = /[0-9_]/;
    if (this.#accept(/0/)) {
      if (this.#accept(/[xX]/)) digits = /[0-9a-fA-F_]/;
      else if (this.#accept(/[oO]/)) digits = /[0-7_]/;
      else if (this.#accept(/[bB]/)) digits = /[01_]/;
    }
    while (this.#accept(digits));
    if (this.#accept(/\./)) while (this.#accept(digits));
    const decimal = digits.source === '[0-9_]';
    const hexadecimal = digits.source === '[0-9a-fA-F_]';
    if ((decimal && this.#accept(/[eE]/)) || (hexadecimal && this.#accept(/[pP]/))) {
      this.#accept(/[+-]/);
      while (this.#accept(/[0-9_]/));
    }
    this.#accept(/i/);
    const before = this.#at;
    const char = this.#next();
    if (char !== undefined && isAlphaNumeric(char)) return false;
    this.#at = before;
    return true;
  }

  #accept(set: RegExp): boolean {
    const char = this.#text[this.#at];
    if (char === undefined || !set.test(char)) return false;
    this.#at++;
    return true;
  }

  #next(): string | undefined {
    const char = this.#peek();
    this.#at += char?.length ?? 0;
    return char;
  }

  #peek(): string | undefined {
    const code = this.#text.charCodeAt(this.#at);
    const isPair = code >= 0xd800 && code <= 0xdbff;
    return isPair ? String.fromCodePoint(this.#text.codePointAt(this.#at) ?? code) : this.#text[this.#at];
  }

  #emit(kind: TokenKind): true {
    this.#push(kind, this.#start, this.#at);
    return true;
  }

  #stop(message: string, end = this.#at): false {
    this.#fail(message, this.#start, Math.max(end, this.#start));
    return false;
  }

  #stopAtBadCharacter(): false {
    const bad = this.#at;
    const char = this.#next() ?? '';
    this.#fail(`bad character ${codePoint(char)}`, bad, this.#at);
    return false;
  }

  #stopAtBadNumber(): false {
    return this.#stop(`bad number syntax: ${goQuote(this.#text.slice(this.#start, this.#at))}`);
  }

  #fail(message: string, start: number, end: number): void {
    this.#stopped = true;
    this.#push('error', start, end, message);
  }

  #push(kind: TokenKind, start: number, end: number, value = this.#text.slice(start, end)): void {
    this.#tokens.push({ kind, start, end, value });
  }
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

export function isAlphaNumeric(char: string): boolean {
  if (char < '\u0080') return /[A-Za-z0-9_]/.test(char);
  return /[\p{L}\p{Nd}]/u.test(char);
}

function isLeftTrim(text: string, at: number): boolean {
  return text[at] === '-' && isSpace(text[at + 1]);
}

function trimmedEnd(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && isSpace(text[at - 1])) at--;
  return at;
}

function trimmedStart(text: string, from: number): number {
  let at = from;
  while (isSpace(text[at])) at++;
  return at;
}

/** `%#U`: the number and, where it can be printed, the character. */
function codePoint(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const printable = char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char);
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}${printable ? ` '${char}'` : ''}`;
}
