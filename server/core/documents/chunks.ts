import { Document, isScalar, parseAllDocuments } from 'yaml';
import type { Span } from '../text/span.ts';
import { find } from './nodes.ts';
import { manifestOptions } from './scalars.ts';
import { masked, unmask, unquotedTemplates } from './unquoted.ts';
import { type DocumentValue, readValue } from './value.ts';

/**
 * The text between two document markers, with what was read from it so far. Reading waits until someone asks, because most YAML of a
 * repository is not ours, and what was read is kept as long as the text stays the same.
 */
export interface Chunk {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** One document of a chunk; offsets count from the chunk's start. */
export interface Part {
  /** Of the whole chunk. */
  readonly text: string;
  readonly span: Span;
  readonly yaml: Document;
  readonly head: Head;
  readonly value: DocumentValue;
}

export interface Head {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/**
 * `---` at the start of a line ends a document even inside a block scalar (YAML 1.2, 9.1.2), so cutting there is exact; a file with
 * directives (`%YAML`) or end markers is left in one piece, because those reach across the cut.
 */
export function chunkSpans(text: string): readonly Span[] {
  if (reachesAcross(text)) return [{ start: 0, end: text.length }];
  const starts = [0];
  const first = firstContent(text);
  for (let at = nextMarker(text, 0); at !== -1; at = nextMarker(text, at + 3)) {
    // Comments before the first marker belong to the first document.
    if (at > first) starts.push(at);
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? text.length }));
}

export function readChunk(text: string): Chunk {
  if (reachesAcross(text)) return { text, parts: partsOf(parse(text), text) };
  const span = { start: 0, end: text.length };
  return { text, parts: firstContent(text) === -1 ? [] : [part(text, span, () => parse(text)[0])] };
}

/** Each begins where the one before ends, and the last has the rest, so that every offset belongs to one. */
function partsOf(documents: readonly Document[], text: string): readonly Part[] {
  let start = 0;
  return documents.map((document, i) => {
    const end = i === documents.length - 1 ? text.length : Math.max(start, document.range?.[2] ?? start);
    const made = part(text, { start, end }, () => document);
    start = end;
    return made;
  });
}

/** Where something other than comments and white space begins. */
const firstContent = (text: string): number => text.search(/(?<![^\n])\uFEFF?[ \t]*[^\s#\uFEFF]/);
const reachesAcross = (text: string): boolean => hasLineStarting(text, '%') || hasLineStarting(text, '...');
const hasLineStarting = (text: string, prefix: string): boolean =>
  text.startsWith(prefix) || text.includes(`\n${prefix}`);

function nextMarker(text: string, from: number): number {
  let at = from === 0 && text.startsWith('---') ? 0 : after(text.indexOf('\n---', Math.max(0, from - 1)));
  while (at !== -1 && /\S/.test(text.charAt(at + 3))) at = after(text.indexOf('\n---', at));
  return at;
}

const after = (newline: number): number => (newline === -1 ? -1 : newline + 1);

/** etcd stores objects of at most 1.5 MB; what is far longer than that is no manifest and would take seconds to read. */
const maxDocument = 4_000_000;

function parse(text: string): readonly Document[] {
  const templates = unquotedTemplates(text);
  if (templates.length === 0) return parseAllDocuments(text, manifestOptions);
  const documents = parseAllDocuments(masked(text, templates), manifestOptions);
  for (const document of documents) unmask(document, text, templates);
  return documents;
}

function part(text: string, span: Span, read: () => Document | undefined): Part {
  let yaml: Document | undefined;
  let head: Head | undefined;
  let value: DocumentValue | undefined;
  const isTooLong = text.length > maxDocument;
  return {
    text,
    span,
    get yaml() {
      yaml ??= (isTooLong ? undefined : read()) ?? new Document(null, manifestOptions);
      return yaml;
    },
    get head() {
      // What names neither is no manifest: nobody needs its tree to know that.
      head ??= text.includes('apiVersion') || text.includes('kind') ? headOf(this.yaml) : {};
      return head;
    },
    get value() {
      value ??= isTooLong
        ? { of: null, problem: 'The document is far longer than any object that Kubernetes stores' }
        : readValue(this.yaml);
      return value;
    },
  };
}

function headOf(yaml: Document): Head {
  const text = (path: string): string | undefined => {
    const node = find(yaml, path)?.value;
    return isScalar(node) && typeof node.value === 'string' ? copyOf(node.value) : undefined;
  };
  const fields = {
    apiVersion: text('/apiVersion'),
    kind: text('/kind'),
    name: text('/metadata/name'),
    namespace: text('/metadata/namespace'),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, it]) => it !== undefined));
}

/** V8 keeps a whole text alive for a part of it; an index of ten thousand names would keep ten thousand files. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
