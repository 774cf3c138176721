/**
 * The catalogue as JSON Schema, in the shape that key completion and hover read best: references are resolved to shared objects, and a field
 * shows its own description, not its type's (measured: `allOf: [{ $ref }]` completes a key without its colon and hovers the wrong text).
 * The graph may contain itself, so it is walked along a document and never printed.
 */
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { Catalog } from './catalog.ts';
import { knownIn } from './version.ts';

/** A JSON Schema node whose children are nodes, not references. */
export type JsonSchema = { [keyword: string]: unknown };

/** Gives the schema of a kind, `undefined` for unknown kinds; one graph for all kinds, made as it is asked for. */
export function jsonSchemas(catalog: Catalog): (apiVersion: string, kind: string) => JsonSchema | undefined {
  const { kinds, definitions } = catalog.source;
  const done = new Map<string, JsonSchema>();
  /** Copies of a definition with a field's own words, filled when the definition is whole. */
  const copies: { readonly copy: JsonSchema; readonly of: JsonSchema; readonly own: JsonSchema }[] = [];

  const definition = (name: string): JsonSchema => {
    const known = done.get(name);
    if (known) return known;
    const node: JsonSchema = {};
    done.set(name, node);
    return Object.assign(node, converted(definitions[name] ?? {}));
  };
  const node = (raw: JsonObject): JsonSchema => {
    if (typeof raw.$ref !== 'string') return converted(raw);
    const { $ref, ...own } = raw;
    const target = definition($ref);
    if (Object.keys(own).length === 0) return target;
    const copy: JsonSchema = {};
    copies.push({ copy, of: target, own: converted(own) });
    return copy;
  };
  const converted = (raw: JsonObject): JsonSchema => {
    const result: JsonSchema = {};
    for (const [keyword, value] of Object.entries(raw)) if (!keyword.startsWith('x-')) result[keyword] = value;
    const words = wordsOf(raw);
    if (words !== undefined) Object.assign(result, { description: words, markdownDescription: words });
    if (isObject(raw.items)) result.items = node(raw.items);
    if (isObject(raw.additionalProperties)) result.additionalProperties = node(raw.additionalProperties);
    if (isObject(raw.properties)) result.properties = properties(raw.properties);
    return result;
  };
  const properties = (raw: JsonObject): JsonSchema => {
    const result: JsonSchema = {};
    for (const [name, property] of Object.entries(raw)) {
      if (!isObject(property)) continue;
      const since = property['x-since'];
      if (typeof since === 'string' && !knownIn(since, catalog.argoVersion)) continue;
      const field = node(property);
      // A hover is headed by the title; where the type has no name of its own, the field's name says more than that of what contains it.
      result[name] = typeof property.$ref === 'string' || 'title' in field ? field : { ...field, title: name };
    }
    return result;
  };

  return (apiVersion, kind) => {
    const key = `${apiVersion}/${kind}`;
    const name = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (name === undefined) return undefined;
    const schema = definition(name);
    for (const { copy, of, own } of copies.splice(0)) Object.assign(copy, of, own);
    return schema;
  };
}

/** One kind as a JSON Schema document of its own (draft 07, references into `definitions`), for tools that read text. */
export function jsonSchemaFor(
  { source, argoVersion }: Catalog,
  apiVersion: string,
  kind: string,
): JsonObject | undefined {
  const key = `${apiVersion}/${kind}`;
  const root = Object.hasOwn(source.kinds, key) ? source.kinds[key] : undefined;
  if (root === undefined) return undefined;
  const definitions: Record<string, Json> = {};
  const plain = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(plain);
    if (!isObject(value)) return value;
    if (typeof value.$ref === 'string') return { $ref: `#/definitions/${define(value.$ref)}` };
    return Object.fromEntries(
      Object.entries(value).flatMap(([keyword, inner]) => {
        const later =
          isObject(inner) && typeof inner['x-since'] === 'string' && !knownIn(inner['x-since'], argoVersion);
        return later || keyword.startsWith('x-') ? [] : [[keyword, plain(inner)]];
      }),
    );
  };
  const define = (name: string): string => {
    const id = name.replaceAll('/', '.');
    if (id in definitions) return id;
    definitions[id] = {};
    definitions[id] = plain(source.definitions[name] ?? {});
    return id;
  };
  const $ref = `#/definitions/${define(root)}`;
  return { $schema: 'http://json-schema.org/draft-07/schema#', $ref, definitions };
}

function wordsOf(raw: JsonObject): string | undefined {
  const since = typeof raw['x-since'] === 'string' ? `Since Argo CD ${raw['x-since']}.` : undefined;
  const words = typeof raw.description === 'string' ? [reflowed(raw.description)] : [];
  if (since !== undefined) words.push(since);
  return words.length > 0 ? words.join('\n\n') : undefined;
}

/** Go comments are broken at column 120 or so; only blank lines and list entries begin a new line for a reader. */
function reflowed(description: string): string {
  return description.replace(/([^\n])\n(?!\n|\s*([-*•]|\d+[.)])\s|\s{2,})/g, '$1 ');
}
