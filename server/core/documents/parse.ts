import { type Document, isScalar, type Scalar } from 'yaml';
import type { Finding } from '../text/finding.ts';
import { linesOf } from '../text/lines.ts';
import type { Span } from '../text/span.ts';
import { type Chunk, chunkSpans, type Part, readChunk } from './chunks.ts';
import { decodedText, type Offsets, sourceOffsets } from './decoded.ts';
import type { ManifestDocument, NodeAt, SourceFile } from './document.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { find, nodeAt, rangeOf } from './nodes.ts';
import { syntaxMistakes } from './syntax.ts';
import { isTemplateOfSomethingElse } from './templateFile.ts';

export interface ParseFileOptions {
  /** The same file's last version: documents whose text did not change are taken over, so an edit parses one document. */
  readonly previous?: SourceFile;
  /** UTF-16 units; longer files are skipped. 10,000,000 by default. */
  readonly maxLength?: number;
}

/** Reads one file. Never throws: what cannot be read becomes a document that is `broken`, or a file that is `skipped`. */
export function parseFile(file: string, text: string, options: ParseFileOptions = {}): SourceFile {
  const maxLength = options.maxLength ?? 10_000_000;
  // Counting the lines of what is not read anyway would take longer than everything else.
  const lines = linesOf(text.length > maxLength ? text.slice(0, 1000) : text);
  const base = { file, text, lines, findings: [] as readonly Finding[] };
  if (text.length > maxLength) return skipped(base, `longer than ${maxLength} characters`);
  if (isBinary(text)) return skipped(base, 'no text');
  if (isTemplateOfSomethingElse(file, text)) return { ...base, content: 'template', documents: [] };
  const documents = documentsOf(text, options.previous);
  return documents
    ? { ...base, content: 'manifests', documents }
    : skipped(base, 'nested more deeply than any manifest');
}

/** Told only where the file seems to be ours; about all others we say nothing. */
function skipped(base: Pick<SourceFile, 'file' | 'text' | 'lines'>, why: string): SourceFile {
  const finding: Finding = {
    code: 'file-skipped',
    severity: 'info',
    message: `This file is ${why}, so nothing in it is checked. Divide it, or move what is no manifest elsewhere.`,
    file: base.file,
    document: 0,
    path: '',
    span: { start: 0, end: Math.min(1, base.text.length) },
    related: [],
    fixes: [],
  };
  const findings = base.text.includes('argoproj.io/') ? [finding] : [];
  return { ...base, content: 'skipped', documents: [], findings };
}

function isBinary(text: string): boolean {
  return text.slice(0, 8000).includes('\0');
}

/** `undefined` where a document is nested so deeply that no parser may see it. */
function documentsOf(text: string, previous: SourceFile | undefined): readonly ManifestDocument[] | undefined {
  const known = new Map<string, Chunk>();
  for (const document of previous?.documents ?? []) {
    const chunk = chunkOf.get(document);
    if (chunk) known.set(chunk.text, chunk);
  }
  const documents: ManifestDocument[] = [];
  for (const span of chunkSpans(text)) {
    const source = text.slice(span.start, span.end);
    const taken = known.get(source);
    if (!taken && isNestedTooDeeply(source)) return undefined;
    const chunk = taken ?? readChunk(source);
    for (const part of chunk.parts) {
      const document = placed(part, documents.length, span.start);
      chunkOf.set(document, chunk);
      documents.push(document);
    }
  }
  return documents;
}

/** What a document was read from, for the next version of its file. */
const chunkOf = new WeakMap<ManifestDocument, Chunk>();

/** A document is a part of a chunk at an offset. */
function placed(part: Part, index: number, base: number): ManifestDocument {
  const { text } = part;
  const span = { start: part.span.start + base, end: part.span.end + base };
  const shift = (span: Span | undefined): Span | undefined =>
    span && { start: span.start + base, end: span.end + base };
  return {
    index,
    span,
    base,
    get yaml() {
      return part.yaml;
    },
    get value() {
      return part.value.of;
    },
    get valueProblem() {
      return part.value.problem;
    },
    get errors() {
      return syntaxMistakes(part.yaml.errors, text).map(it => ({
        message: it.message,
        span: { start: it.span.start + base, end: it.span.end + base },
      }));
    },
    get apiVersion() {
      return part.head.apiVersion;
    },
    get kind() {
      return part.head.kind;
    },
    get name() {
      return part.head.name;
    },
    get namespace() {
      return part.head.namespace;
    },
    get broken() {
      return part.yaml.errors.length > 0;
    },
    spanOf: (path, which) => shift(spanOf(part.yaml, text, path, which)),
    spanWithin: (path, within) => shift(spanWithin(part.yaml, text, path, within)),
    at: offset => (offset < span.start || offset > span.end ? undefined : at(part.yaml, text, offset - base)),
  };
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
