import { isMap, isScalar, isSeq, stringify } from 'yaml';
import type { ProblemFix, TextEdit, ValueChange } from '../text/finding.ts';
import { type Json, pointer, segmentsOf } from '../text/json.ts';
import type { ManifestDocument, SourceFile } from './document.ts';
import { find } from './nodes.ts';

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
  switch (change.kind) {
    case 'renameKey':
      return rename(change.path, change.to, document);
    case 'set':
      return set(change.path, change.value, file, document);
    case 'remove':
      return remove(change.path, file, document);
    case 'replaceWithin': {
      const span = document.spanWithin(change.path, change.within);
      return span && { span, text: change.text };
    }
    case 'quote': {
      const span = document.spanOf(change.path, 'value');
      return span && { span, text: quoted(file.text.slice(span.start, span.end)) };
    }
  }
}

function quoted(source: string): string {
  return source.includes('"') && !source.includes("'") ? `'${source}'` : `"${source.replace(/(["\\])/g, '\\$1')}"`;
}

function rename(path: string, to: string, document: ManifestDocument): TextEdit | undefined {
  const key = find(document.yaml, path)?.key;
  const span = document.spanOf(path, 'key');
  return span && key ? { span, text: scalarText(to, isScalar(key) ? key.type : undefined) } : undefined;
}

function scalarText(value: Json, type: unknown): string {
  if (typeof value === 'string' && type === 'QUOTE_SINGLE') return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === 'string' && type === 'QUOTE_DOUBLE') return JSON.stringify(value);
  return stringify(value, { version: '1.1', lineWidth: 0 }).trimEnd();
}

function set(path: string, value: Json, file: SourceFile, document: ManifestDocument): TextEdit | undefined {
  const found = find(document.yaml, path);
  if (!found) return add(path, value, file, document);
  const old = found.value;
  const type = isScalar(old) && typeof value === typeof old.value ? old.type : undefined;
  const text = typeof value === 'object' && value !== null ? flow(value) : scalarText(value, type);
  const span = document.spanOf(path, 'value');
  const key = document.spanOf(path, 'key');
  if (!span) return undefined;
  // `key:` with nothing behind it: the span is the key's own.
  return key && span.start === key.start && span.end === key.end
    ? { span: { start: afterColon(file.text, key.end), end: afterColon(file.text, key.end) }, text: ` ${text}` }
    : { span, text };
}

const afterColon = (text: string, end: number): number => (text.charAt(end) === ':' ? end + 1 : end);
const flow = (value: Json): string =>
  stringify(value, { version: '1.1', lineWidth: 0, collectionStyle: 'flow' }).trimEnd();

/** A new key goes last in its map, or a new item last in its list, at the indentation of what stands there. */
function add(path: string, value: Json, file: SourceFile, document: ManifestDocument): TextEdit | undefined {
  const segments = segmentsOf(path);
  const name = segments.at(-1);
  const parentPath = pointer(segments.slice(0, -1));
  const parent = find(document.yaml, parentPath)?.value;
  if (name === undefined) return undefined;
  if (isMap(parent) && parent.items.length > 0) {
    const last = parent.items.at(-1);
    const lastPath = pointer([...segments.slice(0, -1), isScalar(last?.key) ? String(last.key.value) : '']);
    const span = document.spanOf(lastPath, 'entry');
    if (!span) return undefined;
    if (parent.flow) return insertAt(span.end, `, ${name}: ${flow(value)}`);
    return insertAt(endOfEntry(span.end, file), lineEnd(file) + block(name, value, columnOf(span.start, file), file));
  }
  if (isSeq(parent) && parent.items.length > 0) {
    const span = document.spanOf(pointer([...segments.slice(0, -1), parent.items.length - 1]), 'value');
    if (!span) return undefined;
    if (parent.flow) return insertAt(span.end, `, ${flow(value)}`);
    const dash = file.text.lastIndexOf('-', span.start);
    return insertAt(endOfEntry(span.end, file), `${lineEnd(file)}${' '.repeat(columnOf(dash, file))}- ${flow(value)}`);
  }
  // The parent is missing or empty: write it with the new key inside.
  if (segments.length < 2 || (parent && !isScalar(parent))) return undefined;
  const inner = /^\d+$/.test(name) ? [value] : { [name]: value };
  return set(parentPath, inner, file, document);
}

const insertAt = (offset: number, text: string): TextEdit => ({ span: { start: offset, end: offset }, text });

function block(name: string, value: Json, column: number, file: SourceFile): string {
  const text = stringify({ [name]: value }, { version: '1.1', lineWidth: 0 }).trimEnd();
  return text
    .split('\n')
    .map(line => ' '.repeat(column) + line)
    .join(lineEnd(file));
}

/** Past a comment that shares the entry's last line. */
function endOfEntry(offset: number, file: SourceFile): number {
  const { line } = file.lines.positionAt(offset);
  return file.lines.offsetAt({ line, character: Number.MAX_SAFE_INTEGER });
}

function columnOf(offset: number, file: SourceFile): number {
  return file.lines.positionAt(offset).character;
}

function lineEnd(file: SourceFile): string {
  return file.text.includes('\r\n') ? '\r\n' : '\n';
}

/** Takes the entry with its line where it has lines of its own, else with the comma that parts it from its neighbour. */
function remove(path: string, file: SourceFile, document: ManifestDocument): TextEdit | undefined {
  const entry = document.spanOf(path, 'entry') ?? document.spanOf(path, 'value');
  if (!entry) return undefined;
  const { text } = file;
  const parent = find(document.yaml, pointer(segmentsOf(path).slice(0, -1)))?.value;
  if ((isMap(parent) || isSeq(parent)) && parent.flow)
    return { span: withComma(entry.start, entry.end, text), text: '' };
  let start = entry.start;
  if (isSeq(parent)) start = text.lastIndexOf('-', start);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const end = endOfEntry(entry.end, file);
  const next = text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length);
  // `- name: x` with more keys below: the dash stays, the next key moves up behind it.
  if (!isSeq(parent) && /\S/.test(text.slice(lineStart, start))) {
    const following = text.slice(next).search(/\S/);
    return { span: { start, end: following === -1 ? end : next + following }, text: '' };
  }
  return { span: { start: lineStart, end: next }, text: '' };
}

function withComma(start: number, end: number, text: string): { start: number; end: number } {
  const after = /^\s*,\s*/.exec(text.slice(end));
  if (after) return { start, end: end + after[0].length };
  const before = /,\s*$/.exec(text.slice(0, start));
  return before ? { start: start - before[0].length, end } : { start, end };
}
