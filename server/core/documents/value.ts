import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { Json } from '../text/json.ts';
import { isMergeKey, keyText, nodeOf } from './nodes.ts';
import { scalarValue } from './scalars.ts';

export interface DocumentValue {
  readonly of: Json;
  /** Why the value could not be read though the text is YAML; `of` is then `null`. */
  readonly problem?: string;
}

/**
 * Aliases may multiply what a text says. go-yaml refuses when almost everything comes from aliases; a fixed limit on the number of nodes
 * that aliases add is simpler to explain, and no manifest comes near it.
 */
const maxAliasedNodes = 100_000;
const maxDepth = 1000;

/** The plain value of a document, as Kubernetes gets it: anchors, aliases and merge keys resolved, keys made text. */
export function readValue(document: Document): DocumentValue {
  try {
    return { of: new Reader().read(document.contents) };
  } catch (cause) {
    if (cause instanceof Unreadable) return { of: null, problem: cause.message };
    throw cause;
  }
}

class Unreadable extends Error {}

/** One reading of one document; it lives as long as the call. */
class Reader {
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private aliased = 0;
  private depth = 0;

  read(it: unknown): Json {
    const node = nodeOf(it);
    if (this.open.size > 0 && ++this.aliased > maxAliasedNodes)
      throw new Unreadable('The aliases of this document add more values than can be read');
    if (isAlias(node)) return this.readAlias(node);
    // Known before its contents are read, so that an alias of it inside itself is found.
    if (node?.anchor !== undefined && this.open.size === 0) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return scalarValue(node);
    if (!isMap(node) && !isSeq(node)) return null;
    if (++this.depth > maxDepth) throw new Unreadable('The document is nested too deeply');
    const value = isSeq(node)
      ? node.items.map(item => this.read(isPair(item) ? item.value : item))
      : this.readMap(node);
    this.depth -= 1;
    return value;
  }

  private readAlias(alias: { readonly source: string }): Json {
    const target = this.targetOf(alias);
    if (this.open.has(target)) throw new Unreadable(`Anchor "${alias.source}" contains itself`);
    this.open.add(target);
    const value = this.read(target);
    this.open.delete(target);
    return value;
  }

  private targetOf(alias: { readonly source: string }): Node {
    const target = this.anchors.get(alias.source);
    // Go reads anchors in the order of the text too: one that stands further below is not known yet.
    if (!target) throw new Unreadable(`There is no anchor "${alias.source}" above its alias`);
    return target;
  }

  private readMap(map: YAMLMap): Json {
    const entries = new Map<string, Json>();
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) this.merge(nodeOf(value), entries);
      else entries.set(this.keyOf(key), this.read(value));
    }
    return Object.fromEntries(entries);
  }

  private keyOf(key: unknown): string {
    const value = this.read(key);
    // Go refuses maps as keys; a rule tells the author why (`name: {{ .x }}` is such a map).
    return keyText(key) ?? (typeof value === 'string' ? value : JSON.stringify(value));
  }

  /** go-yaml 2 merges where the `<<` stands: it overrides keys above it. In a list the first map wins. */
  private merge(source: Node | undefined, entries: Map<string, Json>): void {
    const node = isAlias(source) ? this.targetOf(source) : source;
    const from = isSeq(node) ? node.items.map(nodeOf).reverse() : [source];
    for (const it of from) {
      const value = this.read(it);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      for (const [key, item] of Object.entries(value)) entries.set(key, item);
    }
  }
}
