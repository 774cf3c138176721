import { type ServerCapabilities, TextDocumentSyncKind } from 'vscode-languageserver';
import type { Feature } from '../feature.ts';
import { codeActions } from './codeActions.ts';
import { codeLens } from './codeLens.ts';
import { completion } from './completion.ts';
import { definition } from './definition.ts';
import { documentLinks } from './documentLinks.ts';
import { documentSymbols } from './documentSymbols.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlayHints.ts';
import { preview } from './preview.ts';

/** Everything an editor can ask. Diagnostics are told unasked (`diagnostics.ts`). */
export const features: readonly Feature[] = [
  codeActions,
  codeLens,
  completion,
  definition,
  documentLinks,
  documentSymbols,
  hover,
  inlayHints,
  preview,
];

export function capabilities(): ServerCapabilities {
  const all: ServerCapabilities = {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  };
  for (const feature of features) Object.assign(all, feature.capabilities);
  return all;
}
