import { type Document, isScalar, visit } from 'yaml';
import type { Span } from '../text/span.ts';
import { beforeTemplate, hasTemplatesOfItsOwn, structuralLines } from './templateFile.ts';

/**
 * Values that begin with `{{` outside of quotes: `name: {{ .x }}-app`, or `name: {{ .` while it is typed. To YAML they are maps whose key is a
 * map, or an error that takes the rest of the document with it. Nobody means that, so they are read as if they were quoted, and a rule tells
 * the author; everything else in the document stays understood. Only lists and block maps are looked at; inside `{ }` a brace is a brace.
 */
export function unquotedTemplates(text: string): readonly Span[] {
  if (!text.includes('{{') || !hasTemplatesOfItsOwn(text)) return [];
  const spans: Span[] = [];
  for (const { line, start, inBlockScalar } of structuralLines(text)) {
    if (inBlockScalar || !line.includes('{{')) continue;
    const before = beforeTemplate.exec(line)?.[0];
    if (before === undefined) continue;
    const end = before.length + endOfTemplate(line.slice(before.length));
    spans.push({ start: start + before.length, end: start + end });
  }
  return spans;
}

/** Up to a comment or the end of the line; a `#` between braces is part of the template. */
function endOfTemplate(value: string): number {
  let depth = 0;
  for (let i = 0; i < value.length; i++) {
    if (value.startsWith('{{', i)) depth += 1;
    else if (value.startsWith('}}', i)) depth -= 1;
    else if (depth <= 0 && value.charAt(i) === '#' && /\s/.test(value.charAt(i - 1)))
      return value.slice(0, i).trimEnd().length;
    else continue;
    i += 1;
  }
  return value.trimEnd().length;
}

/** The same text, as long as before, with templates that YAML takes for plain scalars. */
export function masked(text: string, templates: readonly Span[]): string {
  let result = '';
  let at = 0;
  for (const { start, end } of templates) {
    result += text.slice(at, start) + text.slice(start, end).replace(/[{}]|:(?=\s|$)|(?<=\s)#/g, '_');
    at = end;
  }
  return result + text.slice(at);
}

/** Gives the scalars of a masked text the words that the author wrote. */
export function unmask(document: Document, text: string, templates: readonly Span[]): void {
  const ends = new Map(templates.map(it => [it.start, it.end]));
  visit(document, {
    Scalar: (_, node) => {
      const start = node.range?.[0];
      const end = start === undefined ? undefined : ends.get(start);
      if (start === undefined || end === undefined || !isScalar(node) || typeof node.source !== 'string') return;
      const length = Math.min(end - start, node.source.length);
      node.source = text.slice(start, start + length) + node.source.slice(length);
      node.value = node.source;
    },
  });
}
