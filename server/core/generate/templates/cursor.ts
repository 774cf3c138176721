import type { Span } from '../../text/span.ts';
import { parseGoTemplate } from './parse.ts';
import { rootScope, type Scope, scopeAtEnd } from './references.ts';
import { isAlphaNumeric, type Token, tokenize } from './tokens.ts';

/** What an author is writing at an offset. `span` is what a completion replaces: the name under the cursor, to its end. */
export type TemplateContext =
  | { readonly kind: 'outside' }
  /** In a comment, a text literal, or where no name can stand. */
  | { readonly kind: 'nothing' }
  /**
   * After a dot. `base` is the path from the root that the name belongs to; `undefined` where only a run could tell (elements of a
   * `range`, results of a function).
   */
  | {
      readonly kind: 'field';
      readonly base: readonly string[] | undefined;
      readonly prefix: string;
      readonly span: Span;
    }
  /** A function, or nothing typed yet: then fields of `dot` and variables may stand there too. */
  | {
      readonly kind: 'function';
      readonly prefix: string;
      readonly span: Span;
      readonly dot: readonly string[] | undefined;
      readonly variables: readonly string[];
      /** At the beginning of an action, where `if`, `range` and `end` may stand. */
      readonly first: boolean;
    }
  | { readonly kind: 'variable'; readonly prefix: string; readonly span: Span; readonly variables: readonly string[] };

/** Works in text that is half typed: only what stands before the cursor decides what can stand at it. */
export function contextAt(text: string, offset: number): TemplateContext {
  const at = Math.max(0, Math.min(offset, text.length));
  const before = tokenize(text.slice(0, at));
  const open = before.findLastIndex(token => token.kind === 'leftDelimiter');
  const last = before.at(-1);
  if (open < 0 || last === undefined || before.slice(open).some(token => token.kind === 'rightDelimiter')) {
    const isComment = last?.kind === 'error' && last.value === 'unclosed comment';
    return isComment ? { kind: 'nothing' } : { kind: 'outside' };
  }
  if (last.kind === 'error' && last.value.startsWith('unterminated')) return { kind: 'nothing' };
  const start = before[open]?.start ?? 0;
  const inside = before.slice(open + 1).filter(token => token.kind !== 'error' && token.kind !== 'eof');
  const end = endOfName(text, at);
  return contextOf(text, { inside, at, end, scope: scopeBefore(text, start) });
}

interface Cursor {
  readonly inside: readonly Token[];
  readonly at: number;
  readonly end: number;
  readonly scope: Scope;
}

function contextOf(text: string, { inside, at, end, scope }: Cursor): TemplateContext {
  const variables = [...scope.variables.keys()];
  const word = wordBefore(text, at);
  const span = { start: at - word.length, end };
  const previous = text[span.start - 1];
  if (previous === '$')
    return { kind: 'variable', prefix: `$${word}`, span: { start: span.start - 1, end }, variables };
  if (previous === '.') return { kind: 'field', base: baseBefore(inside, span.start - 1, scope), prefix: word, span };
  if (/^[0-9]/.test(word) || text[at - 1] === ')') return { kind: 'nothing' };
  const isFirst = inside.every(token => token.kind === 'space' || token.end > span.start);
  return { kind: 'function', prefix: word, span, dot: scope.dot, variables, first: isFirst };
}

/** What `.name` at `dot` belongs to: the fields and the variable that touch it on its left. */
function baseBefore(inside: readonly Token[], dot: number, scope: Scope): readonly string[] | undefined {
  const names: string[] = [];
  let end = dot;
  for (const token of [...inside].reverse()) {
    if (token.start >= dot) continue;
    if (token.end !== end) break;
    if (token.kind === 'field') names.unshift(token.value.slice(1));
    else if (token.kind === 'variable') return appended(scope.variables.get(token.value), names);
    // Something with a value of its own: `(…).x`, `now.Year`.
    else if (token.kind !== 'space' && token.kind !== 'leftParen' && token.kind !== 'pipe') return undefined;
    else break;
    end = token.start;
  }
  return appended(scope.dot, names);
}

function appended(base: readonly string[] | undefined, names: readonly string[]): readonly string[] | undefined {
  return base === undefined ? undefined : [...base, ...names];
}

function scopeBefore(text: string, offset: number): Scope {
  return offset === 0 ? rootScope : scopeAtEnd(parseGoTemplate(text.slice(0, offset)));
}

function wordBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && isAlphaNumeric(text[start - 1] ?? ' ')) start--;
  return text.slice(start, at);
}

function endOfName(text: string, at: number): number {
  let end = at;
  while (end < text.length && isAlphaNumeric(text[end] ?? ' ')) end++;
  return end;
}
