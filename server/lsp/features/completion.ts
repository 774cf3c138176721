import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  MarkupKind,
  type Position,
} from 'vscode-languageserver';
import { type Parameter, parametersOf } from '../../core/assist/parameters.ts';
import { type TemplateCursor, templateCursor, usesGoTemplate } from '../../core/assist/templateCursor.ts';
import type { ManifestDocument, NodeAt, SourceFile } from '../../core/documents/document.ts';
import { functions } from '../../core/generate/templates/functions.ts';
import { annotationNamed, annotations, applicationSyncOptions } from '../../core/model/annotations.ts';
import { ownKind } from '../../core/model/ours.ts';
import { segmentsOf } from '../../core/text/json.ts';
import type { Session } from '../session.ts';

export async function completion(
  session: Session,
  uri: string,
  position: Position,
): Promise<CompletionItem[] | CompletionList> {
  const file = session.names.fileOf(uri);
  const source = session.workbench.openSource(file);
  if (!source) return [];
  const offset = source.lines.offsetAt(position);
  const document = source.documents.find(it => offset >= it.span.start && offset <= it.span.end);
  if (!document || !ownKind(document)) return [];
  const at = document.at(offset);
  const cursor = at && ownKind(document) === 'ApplicationSet' ? templateCursor(at) : undefined;
  if (at && cursor) return inTemplate(session, file, source, document, at, cursor);
  const own = at ? byName(session, at) : [];
  const schema = await bySchema(session, uri, source, offset);
  return Array.isArray(schema) ? [...own, ...schema] : { ...schema, items: [...own, ...schema.items] };
}

function inTemplate(
  session: Session,
  file: string,
  source: SourceFile,
  document: ManifestDocument,
  at: NodeAt,
  cursor: TemplateCursor,
): CompletionItem[] {
  const goTemplate = usesGoTemplate(document);
  const applications = session.workbench.latestGeneration(file, document.index)?.generation.applications ?? [];
  const parameters = parametersOf({ goTemplate, sets: applications.map(it => it.parameters) });
  const span = document.spanWithin(at.path, cursor.typed);
  const start = span ? source.lines.positionAt(span.start) : undefined;
  const end = span ? source.lines.positionAt(Math.max(span.start, span.end)) : undefined;
  const closing = cursor.closed ? '' : ' }}';
  const item = (label: string, rest: Partial<CompletionItem>): CompletionItem => ({
    label,
    filterText: label,
    ...(start && end
      ? { textEdit: { range: { start, end }, newText: label + closing } }
      : { insertText: label + closing }),
    ...rest,
  });
  const fields = parameters.map((it, order) => item(it.expression, parameterItem(it, order)));
  if (!goTemplate || /^[.$]/.test(cursor.word)) return fields;
  const known = functions.map(it =>
    item(it.name, {
      kind: CompletionItemKind.Function,
      detail: it.signature,
      documentation: { kind: MarkupKind.Markdown, value: it.summary },
      sortText: `1${it.name}`,
    }),
  );
  return [...fields, ...known];
}

function parameterItem({ examples, present, of }: Parameter, order: number): Partial<CompletionItem> {
  const some = present < of ? ` Only ${present} of ${of} parameter sets have it.` : '';
  return {
    kind: CompletionItemKind.Field,
    detail: examples.slice(0, 2).join(', '),
    documentation: {
      kind: MarkupKind.Markdown,
      value: `${examples.map(it => `- \`${it}\``).join('\n')}\n\n${some}`.trim(),
    },
    sortText: `0${String(order).padStart(5, '0')}`,
  };
}

/** Values that stand elsewhere in the workspace, or in Argo CD's own lists. */
function byName(session: Session, at: NodeAt): CompletionItem[] {
  const { workbench } = session;
  const named = (kind: CompletionItemKind, labels: readonly string[]) =>
    [...new Set(labels)].map(label => ({ label, kind }));
  const segments = segmentsOf(at.path);
  if (at.part === 'key') {
    return segments.at(-2) === 'annotations'
      ? annotations.map(it => ({
          label: it.name,
          kind: CompletionItemKind.Property,
          documentation: it.summary,
          insertText: `${it.name}: `,
        }))
      : [];
  }
  if (segments.at(-1) === 'project')
    return named(CompletionItemKind.Reference, [
      'default',
      ...workbench.lookup({ kind: 'AppProject' }).map(it => it.name),
    ]);
  if (segments.at(-2) === 'syncOptions') return named(CompletionItemKind.EnumMember, applicationSyncOptions);
  if (segments.at(-2) === 'annotations') {
    const value = annotationNamed(segments.at(-1) ?? '')?.value;
    if (value?.kind === 'list' || value?.kind === 'one') return named(CompletionItemKind.EnumMember, value.of);
    if (value?.kind === 'boolean') return named(CompletionItemKind.EnumMember, ['"true"', '"false"']);
  }
  return [];
}

async function bySchema(
  session: Session,
  uri: string,
  source: SourceFile,
  offset: number,
): Promise<CompletionItem[] | CompletionList> {
  if (!session.options.schemaFeatures || !session.schemas) return [];
  const found = await session.schemas.complete({ uri, text: source.text, version: 0 }, offset);
  return (found as CompletionList | null) ?? [];
}
