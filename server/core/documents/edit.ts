import { isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ProblemFix, TextEdit, ValueChange } from '../text/finding.ts';
import { type Json, pointer, segmentsOf } from '../text/json.ts';
import type { ManifestDocument, SourceFile } from './document.ts';
import { keyText, nodeOf } from './nodes.ts';
import { blockLines, flow, keyOf, type Quotes, scalar, styleOf } from './write.ts';

/** Writes a repair as text edits in the style of the file; `undefined` where one of its changes cannot be told in the text. */
export function editsOf(
  fix: ProblemFix,
  file: SourceFile,
  document: ManifestDocument,
): readonly TextEdit[] | undefined {
  const edits = fix.changes.map(change => editOf(change, file, document));
  return edits.every(it => it !== undefined) ? edits : undefined;
}

function editOf(change: ValueChange, file: SourceFile, document: ManifestDocument): TextEdit | undefined {
  if (change.kind === 'replaceWithin') {
    const span = document.spanWithin(change.path, change.within);
    return span && { span, text: change.text };
  }
  const spot = spotAt(change.path, file, document);
  switch (change.kind) {
    case 'renameKey':
      return spot?.key && rename(spot, spot.key, change.to);
    case 'set':
      return spot ? set(spot, change.value) : add(change.path, change.value, file, document);
    case 'remove':
      return spot && remove(spot);
    case 'quote': {
      const span = document.spanOf(change.path, 'value');
      return span && { span, text: quoted(file.text.slice(span.start, span.end)) };
    }
  }
}

function quoted(source: string): string {
  return source.includes('"') && !source.includes("'") ? `'${source}'` : `"${source.replace(/(["\\])/g, '\\$1')}"`;
}

/** One entry of a map or list, or the document's root, where it is written. Nothing behind an alias: an edit there would show elsewhere, too. */
interface Spot {
  readonly file: SourceFile;
  readonly document: ManifestDocument;
  readonly parent: YAMLMap | YAMLSeq | undefined;
  readonly key: Node | undefined;
  readonly value: Node | undefined;
  /** Inside `{ }` or `[ ]`, where everything stays on its line. */
  readonly inFlow: boolean;
}

function spotAt(path: string, file: SourceFile, document: ManifestDocument): Spot | undefined {
  let spot: Spot = {
    file,
    document,
    parent: undefined,
    key: undefined,
    value: nodeOf(document.yaml.contents),
    inFlow: false,
  };
  for (const segment of segmentsOf(path)) {
    const parent = spot.value;
    if (!isMap(parent) && !isSeq(parent)) return undefined;
    const inFlow = spot.inFlow || parent.flow === true;
    if (isSeq(parent)) {
      const item = nodeOf(parent.items[Number(segment)]);
      if (!item) return undefined;
      spot = { file, document, parent, key: undefined, value: item, inFlow };
      continue;
    }
    const pair = parent.items.findLast(it => keyText(it.key) === segment);
    if (!pair) return undefined;
    spot = { file, document, parent, key: nodeOf(pair.key), value: nodeOf(pair.value), inFlow };
  }
  return spot;
}

function rename({ document }: Spot, key: Node, to: string): TextEdit | undefined {
  if (!key.range) return undefined;
  const text = isScalar(key) && key.type !== 'PLAIN' ? scalar(to, quotesOf(key)) : keyOf(to);
  return { span: { start: document.base + key.range[0], end: document.base + key.range[1] }, text };
}

const quotesOf = (node: Node | undefined): Quotes | undefined =>
  isScalar(node) && node.type === 'QUOTE_SINGLE'
    ? 'single'
    : isScalar(node) && node.type === 'QUOTE_DOUBLE'
      ? 'double'
      : undefined;

function set(spot: Spot, value: Json): TextEdit | undefined {
  const { file, document } = spot;
  const [start, end] = extent(spot) ?? [];
  if (start === undefined || end === undefined) return undefined;
  const style = styleOf(file.text);
  const isCollection = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  const text = isCollection || style.json ? flow(value, style) : scalar(value, quotesOf(spot.value), style.quotes);
  if (spot.inFlow) return { span: { start, end }, text: needsSpace(file.text, start) + text };
  const colon = spot.key?.range ? afterColon(file.text, document.base + spot.key.range[1]) : undefined;
  // A block value stands below its key; what replaces it begins behind the colon.
  const from =
    colon !== undefined && (start === colon || /^\s*\n\s*$/.test(file.text.slice(colon, start))) ? colon : start;
  if (!isCollection) return { span: { start: from, end }, text: needsSpace(file.text, from) + text };
  if (spot.key?.range && from === colon) {
    const column =
      columnOf(document.base + spot.key.range[0], file) + (Array.isArray(value) ? style.listStep : style.step);
    return { span: { start: from, end }, text: lines(['', ...indented(blockLines(value, style), column)], file) };
  }
  const [first = '', ...others] = blockLines(value, style);
  if (!isSeq(spot.parent)) return { span: { start, end }, text: needsSpace(file.text, start) + text };
  const column = columnOf(start, file);
  return {
    span: { start, end },
    text: needsSpace(file.text, start) + lines([first, ...indented(others, column)], file),
  };
}

const needsSpace = (text: string, at: number): string => (/[:-]/.test(text.charAt(at - 1)) ? ' ' : '');

/** From the value's first to its last visible character; for an empty value the place where it would stand. */
function extent({ file, document, key, value }: Spot): readonly [number, number] | undefined {
  const { base } = document;
  if (value?.range && value.range[1] > value.range[0]) {
    const start = base + value.range[0];
    return [start, start + file.text.slice(start, base + value.range[1]).trimEnd().length];
  }
  if (key?.range) {
    const colon = afterColon(file.text, base + key.range[1]);
    return colon === undefined ? undefined : [colon, colon];
  }
  return value?.range ? [base + value.range[0], base + value.range[0]] : undefined;
}

function afterColon(text: string, end: number): number | undefined {
  const colon = /^\s*:/.exec(text.slice(end, end + 20));
  return colon ? end + colon[0].length : undefined;
}

/** A new key goes last in its map, or a new item last in its list, at the indentation of what stands there. */
function add(path: string, value: Json, file: SourceFile, document: ManifestDocument): TextEdit | undefined {
  const segments = segmentsOf(path);
  const name = segments.at(-1);
  if (name === undefined) return undefined;
  const parentPath = pointer(segments.slice(0, -1));
  const spot = spotAt(parentPath, file, document);
  const made = /^\d+$/.test(name) && !isMap(spot?.value) ? [value] : { [name]: value };
  if (!spot) return add(parentPath, made, file, document);
  const { value: parent } = spot;
  if (isMap(parent) || isSeq(parent))
    return parent.items.length > 0 ? append(spot, parent, name, value) : set(spot, made);
  const isEmpty = isScalar(parent) && parent.value === null;
  return isEmpty ? set(spot, made) : undefined;
}

function append(spot: Spot, parent: YAMLMap | YAMLSeq, name: string, value: Json): TextEdit | undefined {
  const { file, document } = spot;
  if (!parent.range) return undefined;
  const style = styleOf(file.text);
  const end = endOfLast(parent, file, document);
  if (end === undefined) return undefined;
  if (spot.inFlow || parent.flow)
    return insertAt(end, `, ${isSeq(parent) ? flow(value, style) : `${keyOf(name, style)}: ${flow(value, style)}`}`);
  const column = columnOf(document.base + parent.range[0], file);
  const written = blockLines(isSeq(parent) ? [value] : { [name]: value }, style);
  return insertAt(endOfLine(end, file), lines(['', ...indented(written, column)], file));
}

/** Behind the last visible character of a collection's last entry. */
function endOfLast(parent: YAMLMap | YAMLSeq, file: SourceFile, document: ManifestDocument): number | undefined {
  const last: unknown = parent.items.at(-1);
  const ends = (isMap(parent) ? [keyEnd(last), valueEnd(last)] : [nodeOf(last)?.range?.[1]]).filter(
    it => it !== undefined,
  );
  if (ends.length === 0) return undefined;
  const end = document.base + Math.max(...ends);
  return file.text.slice(0, end).trimEnd().length;
}

const keyEnd = (pair: unknown): number | undefined => nodeOf((pair as { key?: unknown }).key)?.range?.[1];
const valueEnd = (pair: unknown): number | undefined => nodeOf((pair as { value?: unknown }).value)?.range?.[1];

const insertAt = (offset: number, text: string): TextEdit => ({ span: { start: offset, end: offset }, text });
const indented = (all: readonly string[], column: number): readonly string[] => all.map(it => ' '.repeat(column) + it);
const lines = (all: readonly string[], file: SourceFile): string =>
  all.join(file.text.includes('\r\n') ? '\r\n' : '\n');

/** Past a comment that shares the line. */
function endOfLine(offset: number, file: SourceFile): number {
  const { line } = file.lines.positionAt(offset);
  return file.lines.offsetAt({ line, character: Number.MAX_SAFE_INTEGER });
}

function columnOf(offset: number, file: SourceFile): number {
  return file.lines.positionAt(offset).character;
}

/** Takes the entry with its line where it has lines of its own, else with the comma that parts it from its neighbour. */
function remove(spot: Spot): TextEdit | undefined {
  const { file, document, parent, key } = spot;
  const { text } = file;
  const [from, to] = extent(spot) ?? [];
  if (from === undefined || to === undefined || !parent) return undefined;
  const start = key?.range ? document.base + key.range[0] : from;
  if (spot.inFlow) return { span: withComma(start, to, text), text: '' };
  const first = isSeq(parent) ? text.lastIndexOf('-', start - 1) : start;
  const lineStart = text.lastIndexOf('\n', first - 1) + 1;
  const end = endOfLine(to, file);
  const next = text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length);
  if (!/\S/.test(text.slice(lineStart, first))) return { span: { start: lineStart, end: next }, text: '' };
  // `- name: x` with more keys below: the dash stays, the next key moves up behind it.
  if (parent.items.length < 2) return { span: { start: first, end: to }, text: isSeq(parent) ? '[]' : '{}' };
  const following = text.slice(next).search(/^[ \t]*[^\s#]/m);
  const column = following === -1 ? -1 : text.slice(next + following).search(/\S/);
  return column === -1 ? undefined : { span: { start: first, end: next + following + column }, text: '' };
}

function withComma(start: number, end: number, text: string): { start: number; end: number } {
  const after = /^\s*,\s*/.exec(text.slice(end));
  if (after) return { start, end: end + after[0].length };
  const before = /,\s*$/.exec(text.slice(Math.max(0, start - 200), start));
  return before ? { start: start - before[0].length, end } : { start, end };
}
