import { type Document, isScalar, parseAllDocuments, type Scalar, type YAMLError } from 'yaml';
import type { Finding } from '../text/finding.ts';
import { linesOf } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import { decodedText, type Offsets, sourceOffsets } from './decoded.ts';
import type { ManifestDocument, NodeAt, SourceFile } from './document.ts';
import { find, nodeAt, rangeOf } from './nodes.ts';
import { manifestOptions } from './scalars.ts';
import { isTemplateOfSomethingElse } from './templateFile.ts';
import { type DocumentValue, readValue } from './value.ts';

export interface ParseFileOptions {
  /** The same file's last version: documents whose text did not change are taken over, so an edit parses one document. */
  readonly previous?: SourceFile;
  /** UTF-16 units; longer files are skipped. 10,000,000 by default. */
  readonly maxLength?: number;
}

/** Reads one file. Never throws: what cannot be read becomes a document that is `broken`, or a file that is `skipped`. */
export function parseFile(file: string, text: string, options: ParseFileOptions = {}): SourceFile {
  const lines = linesOf(text);
  const base = { file, text, lines, findings: [] as readonly Finding[] };
  const maxLength = options.maxLength ?? 10_000_000;
  if (text.length > maxLength || isBinary(text)) return { ...base, content: 'skipped', documents: [] };
  if (isTemplateOfSomethingElse(file, text)) return { ...base, content: 'template', documents: [] };
  return { ...base, content: 'manifests', documents: documentsOf(text, options.previous) };
}

function isBinary(text: string): boolean {
  return text.slice(0, 8000).includes('\0');
}

function documentsOf(text: string, previous: SourceFile | undefined): readonly ManifestDocument[] {
  const known = new Map<string, Parsed[]>();
  for (const document of previous?.documents ?? []) {
    const parsed = parsedOf.get(document);
    if (parsed) known.set(parsed.text, [...(known.get(parsed.text) ?? []), parsed]);
  }
  const documents: ManifestDocument[] = [];
  for (const chunk of chunksOf(text)) {
    const source = text.slice(chunk.start, chunk.end);
    const taken = known.get(source)?.filter((it, _, all) => it.chunk === all[0]?.chunk);
    for (const parsed of taken ?? parseChunk(source)) documents.push(placed(parsed, documents.length, chunk.start));
  }
  return documents;
}

/** Which parse a document shows; a document is that parse at an offset. */
const parsedOf = new WeakMap<ManifestDocument, Parsed>();

/**
 * Text between document markers. `---` at the start of a line ends a document even inside a block scalar (YAML 1.2, 9.1.2), so cutting there
 * is exact; a file with directives (`%YAML`) or end markers is left in one piece, because those reach across the cut.
 */
function chunksOf(text: string): readonly Span[] {
  if (/^(%|\.\.\.)/m.test(text)) return [{ start: 0, end: text.length }];
  const starts = [0];
  const firstContent = text.search(/^\uFEFF?[ \t]*[^\s#\uFEFF]/m);
  for (const marker of text.matchAll(/^---(?=[ \t\r\n]|$)/gm)) {
    // Comments before the first marker belong to the first document.
    if (marker.index > firstContent) starts.push(marker.index);
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? text.length }));
}

interface Parsed {
  readonly chunk: object;
  readonly text: string;
  readonly yaml: Document;
  readonly errors: readonly YAMLError[];
  value?: DocumentValue;
}

function parseChunk(text: string): readonly Parsed[] {
  const chunk = {};
  try {
    const documents = parseAllDocuments(text, manifestOptions);
    if (!Array.isArray(documents)) return [];
    return documents.map(yaml => ({ chunk, text, yaml, errors: yaml.errors }));
  } catch (cause) {
    // Nesting deeper than the stack. Nothing of ours is so deep: the rest of the file still counts.
    if (!(cause instanceof RangeError)) throw cause;
    const yaml = parseAllDocuments('', manifestOptions)[0] ?? parseAllDocuments('null', manifestOptions)[0];
    return yaml ? [{ chunk, text, yaml, errors: [], value: { of: null, problem: 'nested too deeply' } }] : [];
  }
}

function valueIn(parsed: Parsed): DocumentValue {
  parsed.value ??= readValue(parsed.yaml);
  return parsed.value;
}

function placed(parsed: Parsed, index: number, base: number): ManifestDocument {
  const shift = (span: Span | undefined): Span | undefined =>
    span && { start: span.start + base, end: span.end + base };
  const { yaml, text } = parsed;
  const document: ManifestDocument = {
    index,
    span: { start: base, end: base + text.length },
    yaml,
    base,
    get value() {
      return valueIn(parsed).of;
    },
    get valueProblem() {
      return valueIn(parsed).problem;
    },
    get errors() {
      return parsed.errors.map(it => ({
        message: it.message,
        span: { start: it.pos[0] + base, end: Math.max(it.pos[1], it.pos[0]) + base },
      }));
    },
    apiVersion: topText(yaml, 'apiVersion'),
    kind: topText(yaml, 'kind'),
    name: textOf(find(yaml, '/metadata/name')?.value),
    namespace: textOf(find(yaml, '/metadata/namespace')?.value),
    broken: parsed.errors.length > 0,
    spanOf: (path, part) => shift(spanOf(yaml, text, path, part)),
    spanWithin: (path, within) => shift(spanWithin(yaml, text, path, within)),
    at: offset => (offset < base || offset > base + text.length ? undefined : at(yaml, text, offset - base)),
  };
  parsedOf.set(document, parsed);
  return document;
}

function topText(yaml: Document, key: string): string | undefined {
  return textOf(find(yaml, `/${key}`)?.value);
}

function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

function spanOf(yaml: Document, text: string, path: string, part: 'key' | 'value' | 'entry'): Span | undefined {
  const found = find(yaml, path);
  if (!found) return undefined;
  const key = rangeOf(found.key);
  const value = trimmed(rangeOf(found.value), text);
  if (part === 'key') return key ?? value;
  if (part === 'value') return value && value.end > value.start ? value : (key ?? value);
  return key && value ? { start: key.start, end: Math.max(key.end, value.end) } : (value ?? key);
}

/** A block collection's range runs on over blank lines and comments to the next token; nobody means those. */
function trimmed(span: Span | undefined, text: string): Span | undefined {
  if (!span) return undefined;
  let end = span.end;
  while (end > span.start && /\s/.test(text.charAt(end - 1))) end -= 1;
  return { start: span.start, end };
}

function spanWithin(yaml: Document, text: string, path: string, within: Span): Span | undefined {
  const node = find(yaml, path)?.value;
  if (!isScalar(node)) return trimmed(rangeOf(node), text);
  const offsets = offsetsOf(node, text);
  const length = offsets?.ends.length ?? 0;
  const from = Math.max(0, Math.min(within.start, length));
  const to = Math.max(from, Math.min(within.end, length));
  const start = offsets?.starts[from];
  if (start === undefined) return rangeOf(node);
  // Up to the last unit's own end, not to where the next one begins: a fold or an indentation may lie between.
  return { start, end: to > from ? (offsets?.ends[to - 1] ?? start) : start };
}

const offsetsCache = new WeakMap<Scalar, Offsets>();

function offsetsOf(node: Scalar, text: string): Offsets | undefined {
  const cached = offsetsCache.get(node);
  if (cached) return cached;
  const offsets = sourceOffsets(node, text);
  if (offsets) offsetsCache.set(node, offsets);
  return offsets;
}

function at(yaml: Document, text: string, offset: number): NodeAt | undefined {
  const { path, part, node } = nodeAt(yaml, text, offset);
  if (!isScalar(node) || part === 'key') return { path, part };
  const offsets = offsetsOf(node, text);
  return {
    path,
    part,
    scalar: { text: decodedText(node), offset: offsets ? decodedOffset(offsets.starts, offset) : 0 },
  };
}

/** The first decoded unit that does not stand before the offset. */
function decodedOffset(starts: Int32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
