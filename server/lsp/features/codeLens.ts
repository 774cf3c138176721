import type { CodeLens, CodeLensParams } from 'vscode-languageserver';
import { lensTitle } from '../../core/assist/lens.ts';
import { ownKind } from '../../core/model/ours.ts';
import { openPreviewCommand, type SetReference } from '../../protocol/requests.ts';
import { rangeOf } from '../convert.ts';
import type { Feature } from '../feature.ts';

/** `12 Applications` above each ApplicationSet, from the newest answer that is there: a lens never waits. */
export const codeLens: Feature<CodeLensParams, CodeLens[]> = {
  name: 'codeLens',
  method: 'textDocument/codeLens',
  capabilities: { codeLensProvider: {} },
  neutral: [],
  places: true,
  handle: ({ names, workbench }, { textDocument: { uri } }) => {
    const file = names.fileOf(uri);
    const source = workbench.openSource(file);
    if (source?.content !== 'manifests') return [];
    return source.documents
      .filter(it => ownKind(it) === 'ApplicationSet')
      .map(document => {
        const at = document.spanOf('/apiVersion', 'key') ?? document.spanOf('/kind', 'key') ?? document.span;
        const set: SetReference = { uri, document: document.index, name: document.name ?? 'applicationset' };
        const found = workbench.latestGeneration(file, document.index);
        const title = lensTitle(found?.generation, found?.findings ?? [], { complete: found?.complete === true });
        return {
          range: rangeOf({ start: at.start, end: at.start }, source.lines),
          command: { title, command: openPreviewCommand, arguments: [set] },
        };
      });
  },
};
