import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import { annotationHover, expressionHover } from '../../core/assist/hoverText.ts';
import { templateCursor, usesGoTemplate } from '../../core/assist/templateCursor.ts';
import type { ManifestDocument, NodeAt, SourceFile } from '../../core/documents/document.ts';
import { ownKind } from '../../core/model/ours.ts';
import { segmentsOf } from '../../core/text/json.ts';
import type { Span } from '../../core/text/span.ts';
import { rangeOf } from '../convert.ts';
import type { Session } from '../session.ts';

export async function hover(session: Session, uri: string, position: Position): Promise<Hover | null> {
  const file = session.names.fileOf(uri);
  const source = session.workbench.openSource(file);
  if (!source) return null;
  const offset = source.lines.offsetAt(position);
  const document = source.documents.find(it => offset >= it.span.start && offset <= it.span.end);
  if (!document || !ownKind(document)) return null;
  const at = document.at(offset);
  const own = at && ((await templateHover(session, file, source, document, at)) ?? annotation(source, document, at));
  if (own) return own;
  if (!session.options.schemaFeatures || !session.schemas) return null;
  return (await session.schemas.hover({ uri, text: source.text, version: 0 }, offset)) as Hover | null;
}

async function templateHover(
  session: Session,
  file: string,
  source: SourceFile,
  document: ManifestDocument,
  at: NodeAt,
): Promise<Hover | undefined> {
  if (ownKind(document) !== 'ApplicationSet') return undefined;
  const cursor = templateCursor(at);
  if (!cursor || cursor.expression === '') return undefined;
  const generated = session.workbench.latestGeneration(file, document.index);
  const sets = (generated?.generation.applications ?? []).map(it => it.parameters);
  const text =
    expressionHover(cursor.expression, { goTemplate: usesGoTemplate(document), sets }) ??
    (await session.workbench.evaluate?.(
      file,
      document.index,
      source.text.slice(...spanIn(document, at, cursor.action)),
    ));
  const span = document.spanWithin(at.path, cursor.action);
  return text ? shown(text, span, source) : undefined;
}

const spanIn = (document: ManifestDocument, at: NodeAt, action: Span): [number, number] => {
  const span = document.spanWithin(at.path, action);
  return [span?.start ?? 0, span?.end ?? 0];
};

function annotation(source: SourceFile, document: ManifestDocument, at: NodeAt): Hover | undefined {
  const segments = segmentsOf(at.path);
  if (segments.at(-2) !== 'annotations') return undefined;
  const text = annotationHover(segments.at(-1) ?? '');
  return text === undefined ? undefined : shown(text, document.spanOf(at.path, 'key'), source);
}

function shown(text: string, span: Span | undefined, source: SourceFile): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: text }, ...(span && { range: rangeOf(span, source.lines) }) };
}
