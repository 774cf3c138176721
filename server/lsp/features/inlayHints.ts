import { type InlayHint, InlayHintKind, type InlayHintParams } from 'vscode-languageserver';
import { hintsOf } from '../../core/assist/hints.ts';
import { ownKind } from '../../core/model/ours.ts';
import { rangeOf } from '../convert.ts';
import type { Feature } from '../feature.ts';

/** The first result behind each templated string of a template. */
export const inlayHints: Feature<InlayHintParams, InlayHint[]> = {
  name: 'inlayHints',
  method: 'textDocument/inlayHint',
  capabilities: { inlayHintProvider: true },
  neutral: [],
  places: true,
  handle: ({ names, workbench }, { textDocument: { uri }, range }) => {
    const file = names.fileOf(uri);
    const source = workbench.openSource(file);
    if (source?.content !== 'manifests') return [];
    const from = source.lines.offsetAt(range.start);
    const to = source.lines.offsetAt(range.end);
    return source.documents
      .filter(it => ownKind(it) === 'ApplicationSet' && it.span.end >= from && it.span.start <= to)
      .flatMap(document => {
        const latest = workbench.latestGeneration(file, document.index);
        return latest ? hintsOf(document, latest.generation) : [];
      })
      .filter(it => it.offset >= from && it.offset <= to)
      .map(({ offset, label, tooltip }) => ({
        position: rangeOf({ start: offset, end: offset }, source.lines).start,
        label,
        tooltip,
        kind: InlayHintKind.Type,
        paddingLeft: true,
      }));
  },
};
