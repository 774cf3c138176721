import type { ManifestDocument } from '../documents/document.ts';
import { ownKind } from '../model/ours.ts';
import { isObject, type Json, pointer } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import { valueAt } from './parameters.ts';

export interface Outline {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'object' | 'section' | 'item';
  readonly span: Span;
  /** What is selected when it is gone to; inside of `span`. */
  readonly select: Span;
  readonly children: readonly Outline[];
}

/** One entry for each manifest of ours, with the parts that people look for: generators, template, sources, steps. */
export function outlineOf(document: ManifestDocument): Outline | undefined {
  const kind = ownKind(document);
  if (!kind) return undefined;
  const span = within(document.span, document.spanOf('', 'value') ?? document.span);
  const select = within(span, document.spanOf('/metadata/name', 'value') ?? { start: span.start, end: span.start });
  return {
    name: document.name ?? '(no name)',
    detail: document.kind ?? '',
    kind: 'object',
    span,
    select,
    children: sections.flatMap(path => sectionOf(document, path, span)),
  };
}

const sections: readonly (readonly string[])[] = [
  ['spec', 'generators'],
  ['spec', 'template'],
  ['spec', 'templatePatch'],
  ['spec', 'source'],
  ['spec', 'sources'],
  ['spec', 'destination'],
  ['spec', 'destinations'],
  ['spec', 'syncPolicy'],
  ['spec', 'strategy', 'canary', 'steps'],
  ['spec', 'strategy', 'blueGreen'],
  ['spec', 'metrics'],
];

function sectionOf(document: ManifestDocument, path: readonly string[], outer: Span): readonly Outline[] {
  const value = valueAt(document.value, path);
  const entry = document.spanOf(pointer(path), 'entry');
  const key = document.spanOf(pointer(path), 'key');
  if (value === undefined || !entry || !key) return [];
  const span = within(outer, entry);
  const items = Array.isArray(value)
    ? value.flatMap((it: Json, at) => {
        const place = document.spanOf(pointer([...path, at]), 'value');
        if (!place) return [];
        const inside = within(span, place);
        const select = { start: inside.start, end: inside.start };
        return [{ name: itemName(it, at), detail: '', kind: 'item' as const, span: inside, select, children: [] }];
      })
    : [];
  return [{ name: path.at(-1) ?? '', detail: '', kind: 'section', span, select: within(span, key), children: items }];
}

function itemName(item: Json, at: number): string {
  if (!isObject(item)) return `${at}`;
  const named = item.name ?? item.ref ?? item.repoURL ?? item.server;
  return typeof named === 'string' && named !== '' ? named : (Object.keys(item)[0] ?? `${at}`);
}

/** Editors refuse an outline whose parts stand outside of each other. */
function within(outer: Span, span: Span): Span {
  const start = Math.min(Math.max(span.start, outer.start), outer.end);
  return { start, end: Math.min(Math.max(span.end, start), outer.end) };
}
