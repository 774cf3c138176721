import type { DocumentSymbol, DocumentSymbolParams } from 'vscode-languageserver';
import { outlineOf } from '../../core/assist/symbols.ts';
import { symbolOf } from '../convert.ts';
import type { Feature } from '../feature.ts';

/** The manifests of a file by their names. Silent where another extension outlines YAML already. */
export const documentSymbols: Feature<DocumentSymbolParams, DocumentSymbol[]> = {
  name: 'documentSymbols',
  method: 'textDocument/documentSymbol',
  capabilities: { documentSymbolProvider: { label: 'GitOps' } },
  neutral: [],
  places: true,
  handle: ({ names, workbench, options }, { textDocument: { uri } }) => {
    const source = options.schemaFeatures ? workbench.openSource(names.fileOf(uri)) : undefined;
    if (source?.content !== 'manifests') return [];
    return source.documents.flatMap(document => {
      const outline = outlineOf(document);
      return outline ? [symbolOf(outline, source.lines)] : [];
    });
  },
};
