import type { ManifestDocument, NodeAt } from '../documents/document.ts';
import { parseFastTemplate } from '../generate/templates/fast.ts';
import { templateFunctions } from '../generate/templates/functions.ts';
import type { ParsedTemplate, TemplateNode } from '../generate/templates/nodes.ts';
import { parseGoTemplate } from '../generate/templates/parse.ts';
import { fieldsIn, functionsIn } from '../generate/templates/references.ts';
import type { Json, JsonObject } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import { exampleText, valueAt } from './parameters.ts';
import { usesGoTemplate } from './templateCompletion.ts';

export interface TemplateHover {
  /** Markdown; empty where only a run of `action` could tell something. */
  readonly text: string;
  /** In the decoded text of the scalar. */
  readonly within: Span;
  /** The whole `{{ … }}`, where its result says more than the value under the cursor. */
  readonly action?: string;
}

const listed = 5;

/** What the thing under the cursor gives over the parameter sets of its ApplicationSet. */
export function hoverTemplate(
  document: ManifestDocument,
  at: NodeAt,
  sets: readonly JsonObject[],
): TemplateHover | undefined {
  if (!at.scalar) return undefined;
  const { text, offset } = at.scalar;
  if (!text.includes('{{')) return undefined;
  return usesGoTemplate(document) ? inGo(text, offset, sets) : inFast(text, offset, sets);
}

function inFast(text: string, offset: number, sets: readonly JsonObject[]): TemplateHover | undefined {
  const tag = parseFastTemplate(text).find(it => it.whole.start <= offset && offset <= it.whole.end);
  if (!tag || tag.tag === '') return undefined;
  return {
    text: valuesText(
      tag.tag,
      sets.map(it => it[tag.tag]),
    ),
    within: tag.span,
  };
}

function inGo(text: string, offset: number, sets: readonly JsonObject[]): TemplateHover | undefined {
  const parsed = readable(text, offset);
  const holds = ({ start, end }: Span) => start <= offset && offset <= end;
  const action = parsed.nodes.find(
    (it): it is TemplateNode & { kind: 'action' } => it.kind === 'action' && holds(it.span),
  );
  const called = functionsIn(parsed).find(it => holds(it.span));
  const about = called && templateFunctions.get(called.name);
  const whole = action && text.slice(action.span.start, action.span.end);
  const isPlain = action?.pipe.commands.length === 1 && action.pipe.commands[0]?.args.length === 1;
  const extra = whole !== undefined && !isPlain && action?.pipe.declares.length === 0 ? { action: whole } : {};
  if (called && about) return { text: `**${about.signature}**\n\n${about.summary}`, within: called.span, ...extra };
  const field = fieldsIn(parsed)
    .filter(it => holds(it.span))
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
  if (!field) return action && 'action' in extra ? { text: '', within: action.span, ...extra } : undefined;
  const { path, end } = upTo(field.path, field.names, offset, field.span.end);
  const written = `.${path.join('.')}`;
  return {
    text: valuesText(
      written,
      sets.map(it => valueAt(it, path)),
    ),
    within: { start: field.span.start, end },
    ...extra,
  };
}

/** A template with an error is read up to the word under the cursor, which may well be right. */
function readable(text: string, offset: number): ParsedTemplate {
  const whole = parseGoTemplate(text);
  if (whole.errors.length === 0) return whole;
  const rest = /^[\w.]*/.exec(text.slice(offset))?.[0] ?? '';
  return parseGoTemplate(`${text.slice(0, offset + rest.length)}}}`);
}

/** On `b` of `.a.b.c` the question is about `.a.b`. */
function upTo(
  path: readonly string[],
  names: readonly { readonly span: Span }[],
  offset: number,
  end: number,
): { readonly path: readonly string[]; readonly end: number } {
  const at = names.findIndex(it => offset <= it.span.end);
  const name = names[at];
  if (!name || at === names.length - 1) return { path, end };
  return { path: path.slice(0, path.length - (names.length - 1 - at)), end: name.span.end };
}

/** The different values, the first few with how often, and how many sets have none. */
export function valuesText(expression: string, values: readonly (Json | undefined)[]): string {
  const name = `\`${quoted(expression)}\``;
  if (values.length === 0) return `${name}\n\n*No parameter set is known here.*`;
  const counts = new Map<string, number>();
  for (const value of values) {
    const text = value === undefined ? '' : exampleText(value);
    const key = value === undefined ? '*not set*' : text === '' ? '*empty*' : `\`${quoted(text)}\``;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lines = [...counts].slice(0, listed).map(([key, times]) => `- ${key}${times > 1 ? ` × ${times}` : ''}`);
  const rest = counts.size - lines.length;
  const different = counts.size === 1 ? 'one value' : `${counts.size} values`;
  const over = values.length === 1 ? 'in the one parameter set' : `over ${values.length} parameter sets`;
  return [`${name}: ${different} ${over}`, '', ...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}

const quoted = (text: string): string => text.replaceAll('`', 'ˋ');
