import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CompletionList, Connection, Hover } from 'vscode-languageserver';
import { parameterSets } from '../core/assist/parameters.ts';
import type { PreviewLink } from '../core/assist/previewText.ts';
import type { ManifestDocument, NodeAt, SourceFile } from '../core/documents/document.ts';
import type { Finding } from '../core/text/finding.ts';
import type { JsonObject } from '../core/text/json.ts';
import type { Position } from '../core/text/span.ts';
import type { Library } from '../engine/ports.ts';
import type { SetGeneration, Workbench } from '../engine/workbench.ts';
import type { DeliveryFront } from './delivery/front.ts';
import type { Summaries } from './summaries.ts';

/** What every feature gets: the workbench, who is at the other end, and the names of files. */
export interface Session {
  readonly connection: Connection;
  readonly workbench: Workbench;
  /** For results that nobody keeps: an expression under the cursor. */
  readonly library: Library;
  schemas: SchemaAssist | undefined;
  /** The cluster half; `undefined` where the server was put together without it. */
  readonly delivery: DeliveryFront | undefined;
  readonly names: FileNames;
  /** The newest findings of each open file; code actions are read from them. */
  readonly findings: Map<string, { readonly source: SourceFile; readonly findings: readonly Finding[] }>;
  readonly summaries: Summaries;
  /** Previews that an editor shows, by URI, with what their lines name. */
  readonly previews: Map<string, readonly PreviewLink[]>;
  /** The last parameters of a set that had any: a template that is just being typed must not forget them. */
  readonly parameters: Map<string, readonly JsonObject[]>;
  /** `folders`: the editor has a command that shows a folder, which a link alone cannot. */
  readonly options: { schemaFeatures: boolean; readonly folders: boolean };
}

/** Completion and hover of keys and values by schema (server/adapters/yaml). */
export interface SchemaAssist {
  hover(file: YamlFile, offset: number): Promise<Hover | null>;
  complete(file: YamlFile, offset: number): Promise<CompletionList>;
}

interface YamlFile {
  readonly uri: string;
  readonly text: string;
  readonly version: number;
}

/** A document of an open file, and what the cursor is on. */
export interface Cursor {
  readonly file: string;
  readonly source: SourceFile;
  readonly document: ManifestDocument;
  readonly offset: number;
  readonly at: NodeAt | undefined;
}

export function cursorAt(session: Session, uri: string, position: Position): Cursor | undefined {
  const file = session.names.fileOf(uri);
  const source = session.workbench.openSource(file);
  if (source?.content !== 'manifests') return undefined;
  const offset = source.lines.offsetAt(position);
  const document = source.documents.findLast(it => offset >= it.span.start && offset <= it.span.end);
  return document && { file, source, document, offset, at: document.at(offset) };
}

export function parametersOf(session: Session, file: string, document: number): readonly JsonObject[] {
  const newest = parameterSets(session.workbench.latestGeneration(file, document)?.generation);
  return newest.length > 0 ? newest : (session.parameters.get(`${file} ${document}`) ?? []);
}

export function rememberParameters(session: Session, { file, document, generation }: SetGeneration): void {
  const sets = parameterSets(generation);
  if (sets.length > 0) session.parameters.set(`${file} ${document}`, sets);
}

export function forgetFile(session: Session, file: string): void {
  session.findings.delete(file);
  for (const key of session.parameters.keys()) if (key.startsWith(`${file} `)) session.parameters.delete(key);
}

/** The workbench names files by path; editors name them by URI, each in its own spelling. */
export interface FileNames {
  fileOf(uri: string): string;
  uriOf(file: string): string;
  opened(uri: string): string;
  closed(uri: string): string;
}

export function fileNames(): FileNames {
  const spelled = new Map<string, string>();
  const fileOf = (uri: string): string => {
    if (!uri.startsWith('file:')) return uri;
    try {
      return fileURLToPath(uri).replaceAll('\\', '/');
    } catch {
      // Not a path on this machine (another host's share): it stays what the editor calls it.
      return uri;
    }
  };
  return {
    fileOf,
    // The editor's own spelling where it has told one: it compares URIs letter by letter.
    uriOf: file =>
      spelled.get(file) ??
      (/^[a-z][\w+.-]+:/i.test(file) && !/^[a-z]:\//i.test(file) ? file : pathToFileURL(file).href),
    opened: uri => {
      const file = fileOf(uri);
      spelled.set(file, uri);
      return file;
    },
    closed: uri => {
      const file = fileOf(uri);
      spelled.delete(file);
      return file;
    },
  };
}
