/**
 * Completion and hover of keys and values from the schema of a document's kind, by yaml-language-server used as a library.
 *
 * Only its two feature classes are used, with a schema service of ours: its own service reads schemas from the network and chooses them by
 * file, where one file may hold many kinds. They get the text of one document, not of the file, so that an answer costs the same in a file
 * of a hundred documents. Nothing is kept between calls: its document cache is global and is never trimmed, so our entry is taken out at once.
 */

import type { CompletionItem, CompletionItemKind, CompletionList, Hover, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isMap } from 'yaml';
import { yamlDocumentsCache } from 'yaml-language-server/out/src/languageservice/parser/yaml-documents.js';
import { YamlCompletion } from 'yaml-language-server/out/src/languageservice/services/yamlCompletion.js';
import { YAMLHover } from 'yaml-language-server/out/src/languageservice/services/yamlHover.js';
import type { Catalog } from '../../core/schema/catalog.ts';
import { type JsonSchema, jsonSchemas } from '../../core/schema/jsonSchema.ts';
import { documentAt } from './documentAt.ts';

export interface YamlFile {
  readonly uri: string;
  readonly text: string;
  readonly version: number;
}

/** Answers are records as LSP has them, with positions in the whole file. */
export interface YamlAssist {
  hover(file: YamlFile, offset: number): Promise<Hover | null>;
  complete(file: YamlFile, offset: number): Promise<CompletionList>;
  /** Nothing is kept of a file; here for callers that tell every close. */
  close(uri: string): void;
}

/** `onError` hears of what goes wrong inside the library; the answer is then an empty one. */
export function createYamlAssist(
  catalog: Catalog,
  onError: (message: string, cause: unknown) => void = () => undefined,
): YamlAssist {
  const schemaOf = jsonSchemas(catalog);
  const schemas = {
    getSchemaForResource: async (_uri: string, document: unknown) => resolved(schemaFor(document, schemaOf)),
  };
  const telemetry = {
    send: () => undefined,
    sendTrack: async () => undefined,
    sendError: async (name: string, cause: unknown) => onError(`yaml-language-server failed (${name})`, cause),
  };
  const settings = { completion: true, hover: true, yamlVersion: '1.1', hoverSchemaSource: false };
  const hover = new YAMLHover(...([schemas, telemetry] as unknown as ConstructorParameters<typeof YAMLHover>));
  hover.configure(settings as Parameters<YAMLHover['configure']>[0]);
  const completion = new YamlCompletion(
    ...([schemas, clientCapabilities, yamlDocumentsCache, telemetry] as unknown as ConstructorParameters<
      typeof YamlCompletion
    >),
  );
  completion.configure(settings as Parameters<YamlCompletion['configure']>[0]);

  return {
    hover: async (file, offset) => {
      const found = await inDocument(file, offset, (document, at) => hover.doHover(document, document.positionAt(at)));
      return found?.answer ? movedHover(found.answer, found.lines) : null;
    },
    complete: async (file, offset) => {
      const found = await inDocument(file, offset, (document, at) =>
        completion.doComplete(document, document.positionAt(at), false),
      );
      if (!found?.answer) return { isIncomplete: false, items: [] };
      const { answer, lines, text } = found;
      const items = answer.items.filter(it => !it.insertText?.startsWith('# yaml-language-server'));
      return { ...answer, items: items.map(it => movedItem(withColon(it, text), lines)) };
    },
    close: () => undefined,
  };

  async function inDocument<T>(
    file: YamlFile,
    offset: number,
    ask: (document: TextDocument, at: number) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly lines: number; readonly text: string } | undefined> {
    const part = documentAt(file.text, offset);
    if (!part) return undefined;
    // A name of its own for every call: two calls at once must not meet in the library's cache.
    const uri = `gitops-workbench:/document/${++calls}.yaml`;
    try {
      const document = TextDocument.create(uri, 'yaml', 1, part.text);
      return { answer: await ask(document, offset - part.start), lines: part.lines, text: part.text };
    } catch (cause) {
      onError('yaml-language-server threw', cause);
      return undefined;
    } finally {
      (yamlDocumentsCache as unknown as { readonly cache: Map<string, unknown> }).cache.delete(uri);
    }
  }
}

let calls = 0;

/** The enum's value, without the protocol library that holds it. */
const property: CompletionItemKind = 10;

/** The library asks what the editor can show; every editor that we know takes snippets and Markdown. */
const clientCapabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'] } },
    hover: { contentFormat: ['markdown', 'plaintext'] },
  },
};

function schemaFor(document: unknown, schemaOf: ReturnType<typeof jsonSchemas>): JsonSchema | undefined {
  const root = (document as { internalDocument?: { contents?: unknown } } | undefined)?.internalDocument?.contents;
  if (!isMap(root)) return undefined;
  const apiVersion = root.get('apiVersion');
  const kind = root.get('kind');
  return typeof apiVersion === 'string' && typeof kind === 'string' ? schemaOf(apiVersion, kind) : undefined;
}

/** What the library's ResolvedSchema is to its readers. */
function resolved(schema: JsonSchema | undefined): unknown {
  return schema === undefined ? null : { schema, errors: [], warnings: [], getSection: () => undefined };
}

/** Values worth offering are no examples worth reading: a hover without them, and none where nothing else is said. */
function movedHover(hover: Hover, lines: number): Hover | null {
  const { contents, range } = hover;
  if (typeof contents !== 'object' || !('value' in contents)) return hover;
  const value = contents.value.replaceAll(/\n*Example:\n\n```yaml\n[\s\S]*?\n```\n?/g, '').trim();
  // A heading alone is the name that stands there already.
  if (value === '' || /^#+ [^\n]*$/.test(value)) return null;
  return { contents: { ...contents, value }, ...(range ? { range: movedRange(range, lines) } : {}) };
}

/** The library leaves the colon out behind a key whose value may be anything. */
function withColon(item: CompletionItem, text: string): CompletionItem {
  const { textEdit } = item;
  if (item.kind !== property || !textEdit || !('range' in textEdit)) return item;
  if (textEdit.newText.includes(':') || textEdit.newText.startsWith('- ')) return item;
  const line = text.split(/\r\n|\n|\r/)[textEdit.range.end.line] ?? '';
  if (/^\s*:/.test(line.slice(textEdit.range.end.character))) return item;
  const newText = `${textEdit.newText}: `;
  return { ...item, insertText: newText, textEdit: { ...textEdit, newText } };
}

function movedItem(item: CompletionItem, lines: number): CompletionItem {
  const { textEdit, additionalTextEdits } = item;
  return {
    ...item,
    ...(textEdit && 'range' in textEdit ? { textEdit: { ...textEdit, range: movedRange(textEdit.range, lines) } } : {}),
    ...(additionalTextEdits
      ? { additionalTextEdits: additionalTextEdits.map(it => ({ ...it, range: movedRange(it.range, lines) })) }
      : {}),
  };
}

function movedRange({ start, end }: Range, lines: number): Range {
  return { start: { ...start, line: start.line + lines }, end: { ...end, line: end.line + lines } };
}
