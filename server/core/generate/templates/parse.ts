import type { Span } from '../../text/span.ts';
import { goQuote } from '../go/print.ts';
import { templateFunctions } from './functions.ts';
import { checkChar, checkComplex, checkNumber, unquote } from './literals.ts';
import type { Command, Name, Operand, ParsedTemplate, Pipe, TemplateError, TemplateNode } from './nodes.ts';
import { type Token, type TokenKind, tokenize } from './tokens.ts';

/**
 * Reads a Go template with the grammar, and the complaints, of text/template/parse. Go stops at the first thing that is wrong; what
 * was read before it is kept, so that completion and hover work in a template that is being typed.
 *
 * What it refuses to do: execute. Types and missing keys are the library's to judge.
 */
export function parseGoTemplate(text: string): ParsedTemplate {
  const nodes: TemplateNode[] = [];
  try {
    new Parser(text).parse(nodes);
    return { text, nodes, errors: [] };
  } catch (stop) {
    if (stop instanceof Stop) return { text, nodes, errors: [stop.error] };
    throw stop;
  }
}

/** Ends the parse at Go's first error; never leaves this file. */
class Stop extends Error {
  readonly error: TemplateError;
  constructor(error: TemplateError) {
    super(error.message);
    this.error = error;
  }
}

/** The name under which Argo CD parses every template; Go's messages have it. */
const parseName = 'base';
/** Go takes 10,000 groups and any number of bodies; our stack does not, and no template of a person comes near. */
const deepest = 400;

const tooDeep = 'the template is nested too deeply to be read here';

/** What Go keeps per tree: each `define` and `block` starts over. */
interface Tree {
  readonly variables: string[];
  rangeDepth: number;
}

type End = { readonly kind: 'end' | 'else'; readonly span: Span };
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #furthest = 0;
  #tree: Tree = { variables: ['$'], rangeDepth: 0 };
  #groupDepth = 0;
  #bodyDepth = 0;
  #actionLine = 0;
  #counted = { at: 0, line: 1 };
  #action: Span = { start: 0, end: 0 };
  readonly #open: Span[] = [];
  readonly #defined = new Map<string, boolean>();

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text).filter(token => token.kind !== 'comment');
  }

  parse(nodes: TemplateNode[]): void {
    while (this.#peek().kind !== 'eof') {
      if (this.#peek().kind === 'leftDelimiter') {
        const before = this.#at;
        const start = this.#next().start;
        const first = this.#nextNonSpace();
        if (isKeyword(first, 'define')) {
          this.#define(start, nodes);
          continue;
        }
        this.#at = before;
      }
      const end = this.#textOrAction(nodes);
      if (end !== undefined) this.#fail(`unexpected {{${end.kind}}}`, end.span);
    }
    this.#add(parseName, nodes, this.#action);
  }

  #define(start: number, into: TemplateNode[]): void {
    const outer = this.#tree;
    this.#tree = { variables: ['$'], rangeDepth: 0 };
    const token = this.#nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#unexpected(token, 'define clause');
    const name = this.#unquoted(token);
    const close = this.#expect('rightDelimiter', 'define clause');
    const body: TemplateNode[] = [];
    const node: Mutable<TemplateNode & { kind: 'define' }> = {
      kind: 'define',
      span: { start, end: close.end },
      name,
      pipe: undefined,
      body,
      closed: false,
    };
    into.push(node);
    this.#open.push(node.span);
    const end = this.#list(body);
    if (end.kind === 'else') this.#fail('unexpected {{else}} in define clause', end.span);
    this.#open.pop();
    node.closed = true;
    this.#add(name, body, node.span);
    this.#tree = outer;
  }

  /** Two templates of one name are an error only where both have more than white space. */
  #add(name: string, body: readonly TemplateNode[], span: Span): void {
    const known = this.#defined.get(name);
    const empty = body.every(isEmpty);
    if (known === undefined || known) this.#defined.set(name, empty);
    else if (!empty) this.#fail(`template: multiple definition of template ${goQuote(name)}`, span);
  }

  /** Reads until `{{ end }}` or `{{ else }}`. */
  #list(into: TemplateNode[]): End {
    if (++this.#bodyDepth > deepest) this.#fail(tooDeep, this.#action, { limit: true });
    while (this.#peekNonSpace().kind !== 'eof') {
      const end = this.#textOrAction(into);
      if (end !== undefined) {
        this.#bodyDepth--;
        return end;
      }
    }
    return this.#fail('unexpected EOF', this.#open.at(-1) ?? this.#peek());
  }

  #textOrAction(into: TemplateNode[]): End | undefined {
    const token = this.#nextNonSpace();
    if (token.kind === 'text') {
      into.push({ kind: 'text', span: spanOf(token), text: token.value });
      return undefined;
    }
    if (token.kind !== 'leftDelimiter') this.#unexpected(token, 'input');
    this.#actionLine = this.#lineOf(token);
    this.#action = this.#actionAt(token.start);
    const end = this.#readAction(token.start, into);
    this.#actionLine = 0;
    return end;
  }

  #readAction(start: number, into: TemplateNode[]): End | undefined {
    const before = this.#at;
    const token = this.#nextNonSpace();
    if (token.kind === 'keyword') {
      switch (token.value) {
        case 'if':
        case 'with':
        case 'range':
          this.#control(token.value, start, into);
          return undefined;
        case 'end':
          return { kind: 'end', span: { start, end: this.#expect('rightDelimiter', 'end').end } };
        case 'else':
          return this.#else(start);
        case 'break':
        case 'continue':
          this.#jump(token.value, start, into);
          return undefined;
        case 'block':
          this.#block(start, into);
          return undefined;
        case 'template':
          this.#call(start, into);
          return undefined;
      }
    }
    this.#at = before;
    const pipe = this.#pipeline('command', 'rightDelimiter');
    into.push({ kind: 'action', span: { start, end: this.#lastEnd() }, pipe });
    return undefined;
  }

  #else(start: number): End {
    const next = this.#peekNonSpace();
    // `else if` and `else with` leave their keyword for the control that they belong to.
    if (isKeyword(next, 'if') || isKeyword(next, 'with')) return { kind: 'else', span: { start, end: next.end } };
    return { kind: 'else', span: { start, end: this.#expect('rightDelimiter', 'else').end } };
  }

  #jump(kind: 'break' | 'continue', start: number, into: TemplateNode[]): void {
    const token = this.#nextNonSpace();
    if (token.kind !== 'rightDelimiter') this.#unexpected(token, `{{${kind}}}`);
    if (this.#tree.rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`, { start, end: token.end });
    into.push({ kind, span: { start, end: token.end } });
  }

  #control(kind: 'if' | 'with' | 'range', start: number, into: TemplateNode[]): void {
    const variables = this.#tree.variables.length;
    const pipe = this.#pipeline(kind, 'rightDelimiter');
    const body: TemplateNode[] = [];
    const node: Mutable<TemplateNode & { kind: 'if' | 'with' | 'range' }> = {
      kind,
      span: { start, end: this.#lastEnd() },
      pipe,
      body,
      otherwise: undefined,
      closed: false,
    };
    into.push(node);
    this.#open.push(node.span);
    if (kind === 'range') this.#tree.rangeDepth++;
    const end = this.#list(body);
    if (kind === 'range') this.#tree.rangeDepth--;
    if (end.kind === 'else') {
      const otherwise: TemplateNode[] = [];
      node.otherwise = otherwise;
      this.#otherwise(kind, end, otherwise);
    }
    this.#open.pop();
    node.closed = true;
    this.#tree.variables.length = variables;
  }

  #otherwise(kind: 'if' | 'with' | 'range', end: End, into: TemplateNode[]): void {
    // The `{{ end }}` of `else if` ends both.
    if (kind !== 'range' && isKeyword(this.#peek(), kind)) {
      this.#next();
      this.#bodyDepth++;
      this.#control(kind, end.span.start, into);
      this.#bodyDepth--;
      return;
    }
    const second = this.#list(into);
    if (second.kind !== 'end') this.#fail('expected end; found {{else}}', second.span);
  }

  #block(start: number, into: TemplateNode[]): void {
    const name = this.#templateName('block clause');
    const pipe = this.#pipeline('block clause', 'rightDelimiter');
    const outer = this.#tree;
    this.#tree = { variables: ['$'], rangeDepth: 0 };
    const body: TemplateNode[] = [];
    const node: Mutable<TemplateNode & { kind: 'define' | 'block' }> = {
      kind: 'block',
      span: { start, end: this.#lastEnd() },
      name,
      pipe,
      body,
      closed: false,
    };
    into.push(node);
    this.#open.push(node.span);
    const end = this.#list(body);
    if (end.kind === 'else') this.#fail('unexpected {{else}} in block clause', end.span);
    this.#open.pop();
    node.closed = true;
    this.#add(name, body, node.span);
    this.#tree = outer;
  }

  #call(start: number, into: TemplateNode[]): void {
    const name = this.#templateName('template clause');
    let pipe: Pipe | undefined;
    const before = this.#at;
    if (this.#nextNonSpace().kind !== 'rightDelimiter') {
      this.#at = before;
      pipe = this.#pipeline('template clause', 'rightDelimiter');
    }
    into.push({ kind: 'template', span: { start, end: this.#lastEnd() }, name, pipe });
  }

  #templateName(context: string): string {
    const token = this.#nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#unexpected(token, context);
    return this.#unquoted(token);
  }

  #pipeline(context: string, end: 'rightDelimiter' | 'rightParen'): Pipe {
    const start = this.#peekNonSpace().start;
    const { declares, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#peekNonSpace();
      if (token.kind === end) {
        this.#nextNonSpace();
        this.#checkPipeline(commands, context, { start, end: token.start });
        return { span: { start, end: commands.at(-1)?.span.end ?? token.start }, declares, assigns, commands };
      }
      if (!operandKinds.has(token.kind)) this.#unexpected(this.#nextNonSpace(), context);
      commands.push(this.#command());
    }
  }

  #declarations(context: string): { readonly declares: readonly Name[]; readonly assigns: boolean } {
    const declares: Name[] = [];
    while (this.#peekNonSpace().kind === 'variable') {
      const before = this.#at;
      const variable = this.#nextNonSpace();
      const next = this.#peekNonSpace();
      const declared = (): void => {
        this.#nextNonSpace();
        declares.push({ name: variable.value, span: spanOf(variable) });
        this.#tree.variables.push(variable.value);
      };
      if (next.kind === 'assign' || next.kind === 'declare') {
        declared();
        return { declares, assigns: next.kind === 'assign' };
      }
      if (next.kind !== 'other' || next.value !== ',') {
        this.#at = before;
        break;
      }
      declared();
      const tooMany = context !== 'range' || declares.length >= 2;
      if (tooMany) this.#fail(`too many declarations in ${context}`, { start: variable.start, end: next.end });
      const after = this.#peekNonSpace().kind;
      if (after !== 'variable' && after !== 'rightDelimiter' && after !== 'rightParen') {
        this.#fail('range can only initialize variables', spanOf(this.#peekNonSpace()));
      }
    }
    return { declares, assigns: false };
  }

  #checkPipeline(commands: readonly Command[], context: string, span: Span): void {
    if (commands.length === 0)
      this.#fail(`missing value for ${context}`, context === 'parenthesized pipeline' ? span : this.#action);
    commands.slice(1).forEach((command, index) => {
      const first = command.args[0];
      if (first !== undefined && notExecutable.has(first.kind)) {
        this.#fail(`non executable command in pipeline stage ${index + 2}`, first.span);
      }
    });
  }

  #command(): Command {
    const args: Operand[] = [];
    const start = this.#peekNonSpace().start;
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const before = this.#at;
      const token = this.#next();
      if (token.kind === 'space') continue;
      if (token.kind === 'rightDelimiter' || token.kind === 'rightParen') this.#at = before;
      else if (token.kind !== 'pipe') this.#unexpected(token, 'operand');
      if (args.length === 0) this.#fail('empty command', spanOf(token));
      return { span: { start, end: args.at(-1)?.span.end ?? start }, args };
    }
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.#peek().kind !== 'field') return term;
    const names: Name[] = [];
    while (this.#peek().kind === 'field') names.push(fieldName(this.#next()));
    const span = { start: term.span.start, end: names.at(-1)?.span.end ?? term.span.end };
    switch (term.kind) {
      case 'field':
        return { ...term, span, names: [...term.names, ...names] };
      case 'variable':
      case 'group':
        return { ...term, span, names };
      case 'function':
        return { kind: 'chain', span, of: term, names };
      default:
        // Go writes a string and a number as they stand.
        return this.#fail(`unexpected . after term ${goQuote(this.#text.slice(term.span.start, term.span.end))}`, span);
    }
  }

  #term(): Operand | undefined {
    const before = this.#at;
    const token = this.#nextNonSpace();
    const span = spanOf(token);
    switch (token.kind) {
      case 'identifier':
        if (!templateFunctions.has(token.value)) {
          this.#fail(`function ${goQuote(token.value)} not defined`, span, { unknownFunction: token.value });
        }
        return { kind: 'function', span, name: token.value };
      case 'dot':
      case 'nil':
        return { kind: token.kind, span };
      case 'bool':
        return { kind: 'bool', span, value: token.value === 'true' };
      case 'field':
        return { kind: 'field', span, names: [fieldName(token)] };
      case 'variable':
        if (!this.#tree.variables.includes(token.value)) {
          this.#fail(`undefined variable ${goQuote(token.value)}`, span, { unknownVariable: token.value });
        }
        return { kind: 'variable', span, name: { name: token.value, span }, names: [] };
      case 'number':
      case 'complex':
      case 'char':
        return this.#number(token);
      case 'string':
      case 'rawString':
        return { kind: 'string', span, value: this.#unquoted(token) };
      case 'leftParen':
        return this.#group(token);
      default:
        this.#at = before;
        return undefined;
    }
  }

  #group(open: Token): Operand {
    if (this.#groupDepth >= deepest) this.#fail(tooDeep, spanOf(open), { limit: true });
    this.#groupDepth++;
    const pipe = this.#pipeline('parenthesized pipeline', 'rightParen');
    this.#groupDepth--;
    return { kind: 'group', span: { start: open.start, end: this.#lastEnd() }, pipe, names: [] };
  }

  #number(token: Token): Operand {
    const check = token.kind === 'char' ? checkChar : token.kind === 'complex' ? checkComplex : checkNumber;
    const problem = check(token.value);
    if (problem !== undefined) this.#fail(problem, spanOf(token));
    return { kind: token.kind === 'char' ? 'char' : 'number', span: spanOf(token), text: token.value };
  }

  #unquoted(token: Token): string {
    const literal = unquote(token.value);
    return 'error' in literal ? this.#fail(literal.error, spanOf(token)) : literal.value;
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#nextNonSpace();
    if (token.kind !== kind) this.#unexpected(token, context);
    return token;
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') this.#fail(`unexpected ${shown(token)} in ${context}`, this.#spanOfUnexpected(token));
    const elsewhere = this.#actionLine !== 0 && this.#actionLine !== this.#lineOf(token);
    const started = token.value.endsWith(' action') ? ' started at' : ' in action started at';
    const extra = elsewhere ? `${started} ${parseName}:${this.#actionLine}` : '';
    const span = token.value === 'unclosed action' ? this.#unclosed() : spanOf(token);
    return this.#fail(token.value + extra, span);
  }

  /** An action that is never closed is marked from its braces to the end of their line. */
  #unclosed(): Span {
    const start = this.#tokens.findLast(token => token.kind === 'leftDelimiter')?.start ?? 0;
    const lineEnd = this.#text.indexOf('\n', start);
    return { start, end: lineEnd < 0 ? this.#text.length : lineEnd };
  }

  /** Nothing can be seen where a delimiter or the end stands too early, so the whole action is marked. */
  #spanOfUnexpected(token: Token): Span {
    return token.kind === 'eof' ? (this.#open.at(-1) ?? this.#action) : spanOf(token);
  }

  #fail(message: string, span: Span, more: Partial<TemplateError> = {}): never {
    const line = this.#lineOf(this.#tokens[this.#furthest]);
    throw new Stop({ message, line, span: { start: span.start, end: span.end }, ...more });
  }

  /** Go counts a right delimiter behind its trim marker. Counting goes on from the last place, or a long template would take for ever. */
  #lineOf(token: Token | undefined): number {
    if (token === undefined) return 1;
    const at = token.kind === 'rightDelimiter' ? token.end - 2 : token.start;
    if (at < this.#counted.at) this.#counted = { at: 0, line: 1 };
    let { line } = this.#counted;
    for (let i = this.#text.indexOf('\n', this.#counted.at); i >= 0 && i < at; i = this.#text.indexOf('\n', i + 1))
      line++;
    this.#counted = { at, line };
    return line;
  }

  /** The action whose left delimiter stands at `start`, to its right delimiter or as far as it was read. */
  #actionAt(start: number): Span {
    const from = Math.max(0, this.#at - 1);
    for (let i = from; i < this.#tokens.length; i++) {
      const token = this.#tokens[i];
      if (token?.kind === 'rightDelimiter') return { start, end: token.end };
      if (token?.kind === 'error' || token?.kind === 'eof') return { start, end: Math.max(token.start, start + 2) };
    }
    return { start, end: this.#text.length };
  }

  #lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  #peek(): Token {
    this.#furthest = Math.max(this.#furthest, Math.min(this.#at, this.#tokens.length - 1));
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] ?? endOfNothing;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #peekNonSpace(): Token {
    while (this.#peek().kind === 'space') this.#at++;
    return this.#peek();
  }

  #nextNonSpace(): Token {
    const token = this.#peekNonSpace();
    this.#at++;
    return token;
  }
}

const endOfNothing: Token = { kind: 'eof', start: 0, end: 0, value: 'EOF' };

const operandKinds: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'char',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

/** Literals cannot take what a pipe gives them. */
const notExecutable: ReadonlySet<Operand['kind']> = new Set(['bool', 'dot', 'nil', 'number', 'char', 'string']);

function isKeyword(token: Token, word: string): boolean {
  return token.kind === 'keyword' && token.value === word;
}

function spanOf(token: Token): Span {
  return { start: token.start, end: token.end };
}

function fieldName(token: Token): Name {
  return { name: token.value.slice(1), span: { start: token.start + 1, end: token.end } };
}

/** How Go writes a token in a message. */
function shown(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'keyword' || token.kind === 'dot' || token.kind === 'nil') return `<${token.value}>`;
  const value = token.kind === 'leftDelimiter' ? '{{' : token.kind === 'rightDelimiter' ? '}}' : token.value;
  if (utf8Length(value) <= 10) return goQuote(value);
  return `${goQuote([...value].slice(0, 10).join(''))}...`;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function isEmpty(node: TemplateNode): boolean {
  return node.kind === 'comment' || node.kind === 'define' || (node.kind === 'text' && node.text.trim() === '');
}
