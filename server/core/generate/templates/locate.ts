import type { Span } from '../../text/span.ts';
import { parseGoTemplate } from './parse.ts';

/**
 * Where in a template Go's message belongs. Execution errors name a line and a byte in it, and quote the expression; parse errors name
 * only a line, so our own parser is asked for the place. The whole text where nothing can be told.
 */
export function locateError(text: string, goMessage: string): Span {
  const message = withoutText(goMessage, text);
  const executed = /template: [^:\s]*:(\d+):(\d+): executing "(?:[^"\\]|\\.)*" at <([\s\S]*?)>: /.exec(message);
  if (executed !== null) {
    const [, line = '1', column = '0', expression = ''] = executed;
    return expressionAt(text, offsetOf(text, Number(line), Number(column)), expression);
  }
  const parsed = parseGoTemplate(text).errors[0];
  if (parsed !== undefined) return parsed.span;
  const line = /template: [^:\s]*:(\d+)/.exec(message)?.[1];
  return line === undefined ? { start: 0, end: text.length } : actionInLine(text, Number(line));
}

/** Argo CD's message repeats the template, which may itself look like a message. */
function withoutText(message: string, text: string): string {
  const at = text === '' ? -1 : message.indexOf(`${text}: `);
  return at < 0 ? message : message.slice(at + text.length + 2);
}

/** Go's position of `.a.b.c` is its second name, so the expression is looked for around it. */
function expressionAt(text: string, offset: number, expression: string): Span {
  const before = text.lastIndexOf(expression, offset);
  if (before >= 0 && before + expression.length > offset) return { start: before, end: before + expression.length };
  const after = text.indexOf(expression, offset);
  if (after >= 0 && expression !== '') return { start: after, end: after + expression.length };
  return actionAround(text, offset);
}

function actionAround(text: string, offset: number): Span {
  const start = text.lastIndexOf('{{', offset);
  const end = text.indexOf('}}', offset);
  return start < 0 || end < 0 ? { start: offset, end: Math.max(offset, text.length) } : { start, end: end + 2 };
}

function actionInLine(text: string, line: number): Span {
  const start = offsetOf(text, line, 0);
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  const open = text.indexOf('{{', start);
  return open < 0 || open > end ? { start, end } : { start: open, end };
}

/** From Go's one-based line and zero-based byte in it. */
function offsetOf(text: string, line: number, bytes: number): number {
  let offset = 0;
  for (let i = 1; i < line; i++) {
    const newline = text.indexOf('\n', offset);
    if (newline < 0) return text.length;
    offset = newline + 1;
  }
  for (let left = bytes; left > 0 && offset < text.length; ) {
    const code = text.codePointAt(offset) ?? 0;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    offset += code > 0xffff ? 2 : 1;
  }
  return offset;
}
