import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver';
import { exampleText } from '../../core/assist/parameters.ts';
import type { ManifestDocument } from '../../core/documents/document.ts';
import { ownKind } from '../../core/model/ours.ts';
import { isObject, type Json, pointer } from '../../core/text/json.ts';
import type { Session } from '../session.ts';

/** The first result behind each templated string of a template that fits on one line. */
export function inlayHints(session: Session, uri: string, range: Range): InlayHint[] {
  const file = session.names.fileOf(uri);
  const source = session.workbench.openSource(file);
  if (!source) return [];
  return source.documents
    .filter(it => ownKind(it) === 'ApplicationSet')
    .flatMap(document => {
      const generation = session.workbench.latestGeneration(file, document.index)?.generation;
      const application = generation?.applications[0]?.application;
      if (!application) return [];
      return templated(document).flatMap(path => {
        const result = valueAt(application, path.slice(2));
        const span = document.spanOf(pointer(path), 'value');
        if (typeof result !== 'string' || result.includes('\n') || !span) return [];
        const position = source.lines.positionAt(span.end);
        if (position.line < range.start.line || position.line > range.end.line) return [];
        const others = (generation?.applications.length ?? 1) - 1;
        return [
          {
            position,
            label: `→ ${exampleText(result)}`,
            kind: InlayHintKind.Parameter,
            paddingLeft: true,
            tooltip: others > 0 ? `First of ${others + 1} Applications` : 'The one Application',
          },
        ];
      });
    });
}

/** Paths of strings with a tag below `spec.template`. */
function templated(document: ManifestDocument): readonly (readonly (string | number)[])[] {
  const found: (string | number)[][] = [];
  const walk = (value: Json | undefined, at: (string | number)[]): void => {
    if (typeof value === 'string' && value.includes('{{')) found.push(at);
    const entries = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];
    for (const [key, it] of entries) walk(it, [...at, key]);
  };
  walk(valueAt(document.value, ['spec', 'template']), ['spec', 'template']);
  return found;
}

function valueAt(value: Json, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (it, key) => (Array.isArray(it) ? it[Number(key)] : isObject(it) ? it[String(key)] : undefined),
    value,
  );
}
