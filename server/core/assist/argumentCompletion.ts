import type { ManifestDocument, NodeAt } from '../documents/document.ts';
import { ownKind } from '../model/ours.ts';
import { isObject } from '../text/json.ts';
import { exampleText, valueAt } from './parameters.ts';
import type { Suggestion } from './suggestion.ts';

/** `{{args.…}}` in the metrics of an AnalysisTemplate: the arguments that it declares. `undefined` anywhere else. */
export function completeArgument(document: ManifestDocument, at: NodeAt): readonly Suggestion[] | undefined {
  const kind = ownKind(document);
  if (!at.scalar || (kind !== 'AnalysisTemplate' && kind !== 'ClusterAnalysisTemplate' && kind !== 'AnalysisRun'))
    return undefined;
  const { text, offset } = at.scalar;
  const open = text.lastIndexOf('{{', offset - 1);
  if (open === -1 || open + 2 > offset || text.slice(open, offset).includes('}}')) return undefined;
  const typed = text.slice(open + 2, offset).trimStart();
  const rest = /^[\w.-]*/.exec(text.slice(offset))?.[0] ?? '';
  const isClosed = /^\s*\}\}/.test(text.slice(offset + rest.length));
  const replace = document.spanWithin(at.path, { start: offset - typed.length, end: offset + rest.length });
  const declared = valueAt(document.value, ['spec', 'args']);
  return (Array.isArray(declared) ? declared : []).flatMap(it => {
    if (!isObject(it) || typeof it.name !== 'string') return [];
    const label = `args.${it.name}`;
    return [
      {
        label,
        kind: 'parameter' as const,
        ...(it.value !== undefined && { detail: exampleText(it.value) }),
        insert: isClosed ? label : `${label}}}`,
        ...(replace && { replace }),
      },
    ];
  });
}
