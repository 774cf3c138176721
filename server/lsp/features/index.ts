import type { ServerCapabilities } from 'vscode-languageserver';
import { CodeActionKind, TextDocumentSyncKind } from 'vscode-languageserver';
import { previewScheme } from '../../protocol/requests.ts';
import { fixAllKind } from './codeActions.ts';

/** One thing the server can do for an editor. Capabilities come from this list; `server.ts` binds the handlers. */
export interface Feature {
  readonly name: string;
  readonly capabilities: ServerCapabilities;
}

export const features: readonly Feature[] = [
  {
    name: 'documents',
    capabilities: { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental } },
  },
  {
    name: 'codeActions',
    capabilities: { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] } },
  },
  { name: 'codeLens', capabilities: { codeLensProvider: {} } },
  { name: 'hover', capabilities: { hoverProvider: true } },
  {
    name: 'completion',
    capabilities: { completionProvider: { triggerCharacters: ['.', '{', ' ', '/', '$', '|', '('] } },
  },
  { name: 'inlayHints', capabilities: { inlayHintProvider: true } },
  { name: 'definition', capabilities: { definitionProvider: true } },
  { name: 'documentLinks', capabilities: { documentLinkProvider: {} } },
  { name: 'preview', capabilities: { workspace: { textDocumentContent: { schemes: [previewScheme] } } } },
];

export function capabilities(): ServerCapabilities {
  const all: ServerCapabilities = { positionEncoding: 'utf-16' };
  for (const feature of features) Object.assign(all, feature.capabilities);
  return all;
}
