import { type Hover, type HoverParams, MarkupContent, MarkupKind } from 'vscode-languageserver';
import { annotationHover } from '../../core/assist/annotationHover.ts';
import { generatorHover } from '../../core/assist/generatorHover.ts';
import { hoverTemplate, valuesText } from '../../core/assist/templateHover.ts';
import type { SourceFile } from '../../core/documents/document.ts';
import { ownKind } from '../../core/model/ours.ts';
import { isObject, type Json, type JsonObject, segmentsOf } from '../../core/text/json.ts';
import type { Span } from '../../core/text/span.ts';
import { rangeOf } from '../convert.ts';
import type { Feature } from '../feature.ts';
import { type Cursor, cursorAt, parametersOf, type Session } from '../session.ts';

/** Values that a template takes over all parameter sets; what an annotation does; what the schema says of a field. */
export const hover: Feature<HoverParams, Hover | null> = {
  name: 'hover',
  method: 'textDocument/hover',
  capabilities: { hoverProvider: true },
  neutral: null,
  places: true,
  handle: async (session, { textDocument: { uri }, position }, signal) => {
    const cursor = cursorAt(session, uri, position);
    if (!cursor || !ownKind(cursor.document)) return null;
    const own = (await overTemplate(session, cursor, signal)) ?? overAnnotation(cursor);
    if (own) return own;
    return joined(overGenerator(session, cursor), await bySchema(session, uri, cursor));
  },
};

async function overTemplate(session: Session, cursor: Cursor, signal: AbortSignal): Promise<Hover | undefined> {
  const { document, at, source, file } = cursor;
  if (!at || ownKind(document) !== 'ApplicationSet') return undefined;
  const sets = parametersOf(session, file, document.index);
  const found = hoverTemplate(document, at, sets);
  if (!found) return undefined;
  const result = found.action === undefined ? undefined : await resultOf(session, cursor, found.action, sets, signal);
  const text = [found.text, result].filter(Boolean).join('\n\n---\n\n');
  return text === '' ? undefined : shown(text, document.spanWithin(at.path, found.within), source);
}

/** Enough to see what an expression does; more would be read by nobody and cost time under the cursor. */
const evaluated = 100;

async function resultOf(
  { library }: Session,
  { document }: Cursor,
  action: string,
  sets: readonly JsonObject[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const spec = isObject(document.value) && isObject(document.value.spec) ? document.value.spec : {};
  const options = Array.isArray(spec.goTemplateOptions)
    ? spec.goTemplateOptions.filter(it => typeof it === 'string')
    : [];
  const params: readonly Json[] = sets.slice(0, evaluated);
  if (params.length === 0) return undefined;
  const call = { op: 'templates', args: { mode: 'go', options, templates: [action], params } };
  const [answer] = await library.call([call], { signal, deadlineMs: 500 });
  if (!answer?.ok || !Array.isArray(answer.value)) return undefined;
  const values = answer.value.filter((it: Json) => typeof it === 'string');
  // It needs variables that are set elsewhere, or fails; then the finding at this place says so.
  return values.length === 0 ? undefined : valuesText(action, values);
}

function overGenerator({ workbench }: Session, { file, document, at, source }: Cursor): Hover | undefined {
  const latest = at && workbench.latestGeneration(file, document.index);
  const text = latest && generatorHover(at, latest.generation);
  return text === undefined ? undefined : shown(text, document.spanOf(at?.path ?? '', 'key'), source);
}

async function bySchema({ options, schemas }: Session, uri: string, { source, offset }: Cursor): Promise<Hover | null> {
  return options.schemaFeatures && schemas ? schemas.hover({ uri, text: source.text, version: 0 }, offset) : null;
}

/** What it does here stands above what it is. */
function joined(own: Hover | undefined, schema: Hover | null): Hover | null {
  if (!own || !schema || !MarkupContent.is(own.contents) || !MarkupContent.is(schema.contents)) return own ?? schema;
  return { ...own, contents: { ...own.contents, value: `${own.contents.value}\n\n---\n\n${schema.contents.value}` } };
}

function overAnnotation({ document, at, source }: Cursor): Hover | undefined {
  const segments = segmentsOf(at?.path ?? '');
  if (!at || segments.at(-2) !== 'annotations') return undefined;
  const text = annotationHover(segments.at(-1) ?? '');
  return text === undefined ? undefined : shown(text, document.spanOf(at.path, 'key'), source);
}

function shown(text: string, span: Span | undefined, source: SourceFile): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: text }, ...(span && { range: rangeOf(span, source.lines) }) };
}
