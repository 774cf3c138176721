import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { pointer, segmentsOf } from '../text/json.ts';
import type { Span } from '../text/span.ts';
import { scalarValue } from './scalars.ts';

/** Where a pointer leads in a parsed document; spans are relative to the document's own text. */
export interface Found {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** Follows aliases and merge keys. `undefined` where the text has no such node. */
export function find(document: Document, path: string): Found | undefined {
  let key: Node | undefined;
  let value = nodeOf(document.contents);
  for (const segment of segmentsOf(path)) {
    const next = child(document, value, segment);
    if (!next) return undefined;
    ({ key, value } = next);
  }
  return { key, value };
}

function child(document: Document, parent: Node | undefined, segment: string): Found | undefined {
  const node = resolve(document, parent);
  if (isSeq(node)) {
    const item = /^(0|[1-9]\d*)$/.test(segment) ? node.items[Number(segment)] : undefined;
    return item === undefined ? undefined : { key: undefined, value: nodeOf(isPair(item) ? item.value : item) };
  }
  if (!isMap(node)) return undefined;
  return inKeys(document, node, segment, new Set());
}

/** The last of two equal keys is the one that counts; a merge counts where its `<<` stands. Each map is looked into once. */
function inKeys(document: Document, map: YAMLMap, segment: string, seen: Set<Node>): Found | undefined {
  if (seen.has(map)) return undefined;
  seen.add(map);
  for (let i = map.items.length - 1; i >= 0; i--) {
    const { key, value } = map.items[i] ?? {};
    if (!isMergeKey(key) && keyText(key) === segment) return { key: nodeOf(key), value: nodeOf(value) };
    if (!isMergeKey(key)) continue;
    const source = resolve(document, nodeOf(value));
    for (const item of isSeq(source) ? source.items : [source]) {
      const merged = resolve(document, nodeOf(item));
      const found = isMap(merged) ? inKeys(document, merged, segment, seen) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

export function nodeOf(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && 'range' in value ? (value as Node) : undefined;
}

function resolve(document: Document, node: Node | undefined): Node | undefined {
  return isAlias(node) ? nodeOf(node.resolve(document)) : node;
}

/** A key as it stands in the value; `undefined` for keys that are no scalars. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' && key.type !== 'PLAIN' ? key.value : String(scalarValue(key));
}

export function rangeOf(node: Node | undefined): Span | undefined {
  return node?.range ? { start: node.range[0], end: node.range[1] } : undefined;
}

/** The innermost node at an offset and its pointer. After `key:` with nothing typed yet, that is the key's empty value. */
export function nodeAt(
  document: Document,
  text: string,
  offset: number,
): { path: string; part: 'key' | 'value'; node: Node | undefined } {
  const path: (string | number)[] = [];
  let node = nodeOf(document.contents);
  for (;;) {
    const inside: Inside | undefined = isMap(node)
      ? inMap(node.items, text, offset)
      : isSeq(node)
        ? inSequence(node.items, offset)
        : undefined;
    if (!inside) return { path: pointer(path), part: 'value', node };
    path.push(inside.segment);
    node = inside.node;
    if (inside.part === 'key') return { path: pointer(path), part: 'key', node };
  }
}

interface Inside {
  readonly segment: string | number;
  readonly part: 'key' | 'value';
  readonly node: Node | undefined;
}

function inMap(items: readonly Pair[], text: string, offset: number): Inside | undefined {
  for (const pair of items) {
    const key = nodeOf(pair.key);
    const name = keyText(pair.key);
    if (!key?.range || name === undefined) continue;
    if (offset >= key.range[0] && offset <= key.range[1] && key.range[1] > key.range[0])
      return { segment: name, part: 'key', node: key };
    const value = nodeOf(pair.value);
    if (value?.range && offset >= value.range[0] && offset <= value.range[1])
      return { segment: name, part: 'value', node: value };
    if (offset > key.range[1] && isOnSameLine(text, key.range[1], offset) && isEmpty(value))
      return { segment: name, part: 'value', node: value };
  }
  return undefined;
}

function inSequence(items: readonly unknown[], offset: number): Inside | undefined {
  for (const [index, item] of items.entries()) {
    const node = nodeOf(item);
    if (node?.range && offset >= node.range[0] && offset <= node.range[1])
      return { segment: index, part: 'value', node };
  }
  return undefined;
}

const isEmpty = (node: Node | undefined): boolean => !node?.range || node.range[1] === node.range[0];

function isOnSameLine(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || unit === 13) return false;
  }
  return true;
}
