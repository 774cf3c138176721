/**
 * The message of encoding/json for a text that is not JSON (go:encoding/json/scanner.go), `undefined` where it is JSON. Argo CD passes
 * it on, and a person looks for these words.
 */
export function jsonSyntaxError(text: string): string | undefined {
  const scanner = new Scanner(text);
  return scanner.value() ?? scanner.end();
}

export type ScannedJson =
  | { readonly kind: 'value'; readonly end: number }
  /** `at`: position of the character that cannot stand there; `undefined` where the text ends in the middle of a value. */
  | { readonly kind: 'error'; readonly message: string; readonly at: number | undefined }
  | { readonly kind: 'end' };

/** Reads one value of a stream of them, as json.Decoder does. */
export function scanJson(text: string, from: number): ScannedJson {
  const scanner = new Scanner(text, from);
  return scanner.next();
}

/** Go's own limit is 10,000; ours keeps the stack, and nothing that people write comes near either. */
const deepest = 1_000;

/** Each method returns the message of what is wrong, and otherwise stands behind what it read. */
class Scanner {
  readonly #text: string;
  #at: number;
  #depth = 0;

  constructor(text: string, from = 0) {
    this.#text = text;
    this.#at = from;
  }

  next(): ScannedJson {
    this.#space();
    if (this.#char() === undefined) return { kind: 'end' };
    const message = this.value();
    if (message === undefined) return { kind: 'value', end: this.#at };
    return this.#char() === undefined
      ? { kind: 'error', message: 'unexpected EOF', at: undefined }
      : { kind: 'error', message, at: this.#at };
  }

  value(): string | undefined {
    this.#space();
    const char = this.#char();
    if (char === '{' || char === '[') {
      if (++this.#depth > deepest) return 'exceeded max depth';
      const message = char === '{' ? this.#object() : this.#array();
      this.#depth--;
      return message;
    }
    if (char === '"') return this.#string();
    if (char === '-' || isDigit(char)) return this.#number();
    for (const literal of ['true', 'false', 'null']) if (char === literal[0]) return this.#literal(literal);
    return this.#unexpected('looking for beginning of value');
  }

  end(): string | undefined {
    this.#space();
    return this.#char() === undefined ? undefined : this.#unexpected('after top-level value');
  }

  #object(): string | undefined {
    this.#at++;
    this.#space();
    if (this.#char() === '}') return this.#pass();
    for (;;) {
      this.#space();
      if (this.#char() !== '"') return this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      if (key !== undefined) return key;
      this.#space();
      if (this.#char() !== ':') return this.#unexpected('after object key');
      this.#at++;
      const value = this.value();
      if (value !== undefined) return value;
      this.#space();
      if (this.#char() === '}') return this.#pass();
      if (this.#char() !== ',') return this.#unexpected('after object key:value pair');
      this.#at++;
    }
  }

  #array(): string | undefined {
    this.#at++;
    this.#space();
    if (this.#char() === ']') return this.#pass();
    for (;;) {
      const value = this.value();
      if (value !== undefined) return value;
      this.#space();
      if (this.#char() === ']') return this.#pass();
      if (this.#char() !== ',') return this.#unexpected('after array element');
      this.#at++;
    }
  }

  #string(): string | undefined {
    this.#at++;
    for (;;) {
      const char = this.#char();
      if (char === '"') return this.#pass();
      if (char === undefined || char < ' ') return this.#unexpected('in string literal');
      this.#at++;
      if (char !== '\\') continue;
      const escaped = this.#char();
      if (escaped === undefined || !'bfnrt\\/"u'.includes(escaped)) return this.#unexpected('in string escape code');
      this.#at++;
      for (let i = 0; escaped === 'u' && i < 4; i++, this.#at++) {
        if (!/^[0-9a-fA-F]$/.test(this.#char() ?? '')) return this.#unexpected('in \\u hexadecimal character escape');
      }
    }
  }

  #number(): string | undefined {
    if (this.#char() === '-') this.#at++;
    if (!isDigit(this.#char())) return this.#unexpected('in numeric literal');
    if (this.#char() === '0') this.#at++;
    else this.#digits();
    if (this.#char() === '.') {
      this.#at++;
      if (!isDigit(this.#char())) return this.#unexpected('after decimal point in numeric literal');
      this.#digits();
    }
    if (this.#char() === 'e' || this.#char() === 'E') {
      this.#at++;
      if (this.#char() === '+' || this.#char() === '-') this.#at++;
      if (!isDigit(this.#char())) return this.#unexpected('in exponent of numeric literal');
      this.#digits();
    }
    return undefined;
  }

  #literal(literal: string): string | undefined {
    for (const char of literal) {
      if (this.#char() !== char) return this.#unexpected(`in literal ${literal} (expecting '${char}')`);
      this.#at++;
    }
    return undefined;
  }

  #digits(): void {
    while (isDigit(this.#char())) this.#at++;
  }

  #space(): void {
    while (/^[ \t\r\n]$/.test(this.#char() ?? '')) this.#at++;
  }

  #pass(): undefined {
    this.#at++;
    return undefined;
  }

  #char(): string | undefined {
    return this.#text[this.#at];
  }

  #unexpected(where: string): string {
    const char = this.#char();
    // At the end Go tries a space; where that cannot stand either, the space is what it names.
    if (char === undefined && !/literal (true|false|null)|numeric literal|escape/.test(where))
      return 'unexpected end of JSON input';
    return `invalid character ${quoted(char ?? ' ')} ${where}`;
  }
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** Go looks at bytes, so of a letter outside of ASCII it names the first byte of UTF-8 as if that were a character. */
function quoted(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return `'"'`;
  if (char === '\\') return "'\\\\'";
  const code = char.charCodeAt(0);
  if (code < 0x80)
    return code >= 0x20 && code < 0x7f
      ? `'${char}'`
      : `'${CONTROL[char] ?? `\\x${code.toString(16).padStart(2, '0')}`}'`;
  const first = code < 0x800 ? 0xc0 | (code >> 6) : code >= 0xd800 && code < 0xe000 ? 0xf0 : 0xe0 | (code >> 12);
  return `'${String.fromCharCode(first)}'`;
}

const CONTROL: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
