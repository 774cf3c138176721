import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Connection } from 'vscode-languageserver';
import type { SourceFile } from '../core/documents/document.ts';
import type { Finding } from '../core/text/finding.ts';
import type { Workbench } from '../engine/workbench.ts';

/** What every feature gets: the workbench, who is at the other end, and the names of files. */
export interface Session {
  readonly connection: Connection;
  readonly workbench: Workbench;
  schemas: SchemaAssist | undefined;
  readonly names: FileNames;
  /** The newest findings of each open file; code actions are read from them. */
  readonly findings: Map<string, { readonly source: SourceFile; readonly findings: readonly Finding[] }>;
  /** Previews that an editor shows, by URI. */
  readonly previews: Set<string>;
  readonly options: { schemaFeatures: boolean };
}

/** Completion and hover of keys and values by schema (server/adapters/yaml). */
export interface SchemaAssist {
  hover(file: { uri: string; text: string; version: number }, offset: number): Promise<unknown>;
  complete(file: { uri: string; text: string; version: number }, offset: number): Promise<unknown>;
  close(uri: string): void;
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
