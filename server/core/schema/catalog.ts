/**
 * The kinds whose schema we know. dist/schemas.json holds them in a compact form with shared definitions (made by server/schemas from the
 * published model packages and our overlay); here they become what the validator walks and what completion is fed with. A kind is prepared
 * when it is first asked for, so that a start costs nothing for the fifty that are not used.
 */
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { Bounds, Schema, ValueType } from './schema.ts';
import { knownIn } from './version.ts';

export interface Catalog {
  readonly argoVersion: string;
  /** `<apiVersion>/<kind>`, sorted. */
  readonly kinds: readonly string[];
  /** `undefined`: nothing is known of this kind, so nothing is said about it. */
  schemaFor(apiVersion: string, kind: string): Schema | undefined;
  /** The definitions as they were read, for `jsonSchemas`. */
  readonly source: CatalogSource;
}

export interface CatalogSource {
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

export interface CatalogOptions {
  /** `3.0` … `3.6`; fields that this version does not have are unknown ones. The newest where absent or nonsense. */
  readonly argoVersion?: string;
}

/** `json` is the parsed dist/schemas.json. Anything else gives an empty catalogue. */
export function catalogFrom(json: unknown, { argoVersion = '' }: CatalogOptions = {}): Catalog {
  const source = sourceOf(json);
  const compile = compiler(source, argoVersion);
  const objects = new Map<string, Schema>();
  return {
    argoVersion,
    kinds: Object.keys(source.kinds).sort(),
    source,
    schemaFor: (apiVersion, kind) => {
      const key = `${apiVersion}/${kind}`;
      const known = objects.get(key);
      const name = Object.hasOwn(source.kinds, key) ? source.kinds[key] : undefined;
      if (known || name === undefined) return known;
      // A copy: the same definition also stands inside others (a claim in volumeClaimTemplates), where it needs no name.
      const schema = { ...compile({ $ref: name }), kind };
      objects.set(key, schema);
      return schema;
    },
  };
}

function sourceOf(json: unknown): CatalogSource {
  if (!isObject(json) || !isObject(json.kinds) || !isObject(json.definitions)) return { kinds: {}, definitions: {} };
  return json as unknown as CatalogSource;
}

type Writable = { -readonly [K in keyof Schema]: Schema[K] };

function compiler(source: CatalogSource, argoVersion: string): (raw: JsonObject) => Schema {
  const done = new Map<string, Schema>();
  const compile = (raw: JsonObject): Schema => {
    if (typeof raw.$ref !== 'string') return fill(empty(), raw);
    const known = done.get(raw.$ref);
    if (known) return known;
    const schema = empty();
    // Known before it is filled: definitions contain themselves (JSONSchemaProps of a CustomResourceDefinition).
    done.set(raw.$ref, schema);
    return fill(schema, source.definitions[raw.$ref] ?? {});
  };
  const fill = (schema: Writable, raw: JsonObject): Schema => {
    schema.types = typesOf(raw.type);
    schema.lenient = raw['x-lenient'] === true;
    schema.emptyIsUnset = raw['x-empty'] === true;
    if (typeof raw.title === 'string') schema.title = raw.title;
    if (typeof raw.description === 'string') schema.description = raw.description;
    if (Array.isArray(raw.enum)) schema.choices = raw.enum.filter(it => typeof it === 'string');
    if (Array.isArray(raw.required)) schema.required = raw.required.filter(it => typeof it === 'string');
    if (isObject(raw.items)) schema.items = compile(raw.items);
    if (isObject(raw.additionalProperties)) schema.values = compile(raw.additionalProperties);
    if (isObject(raw.properties)) {
      const { now, later } = byVersion(raw.properties, argoVersion);
      schema.properties = new Map(now.map(([name, property]) => [name, compile(property)]));
      schema.later = later;
    }
    const bounds = boundsOf(raw);
    if (bounds) schema.bounds = bounds;
    return schema;
  };
  return compile;
}

function empty(): Writable {
  return { types: [], required: [], later: new Map(), emptyIsUnset: false, lenient: false };
}

function byVersion(
  properties: JsonObject,
  argoVersion: string,
): { readonly now: readonly (readonly [string, JsonObject])[]; readonly later: ReadonlyMap<string, string> } {
  const now: [string, JsonObject][] = [];
  const later = new Map<string, string>();
  for (const [name, property] of Object.entries(properties)) {
    if (!isObject(property)) continue;
    const since = property['x-since'];
    if (typeof since === 'string' && !knownIn(since, argoVersion)) later.set(name, since);
    else now.push([name, property]);
  }
  return { now, later };
}

const valueTypes: readonly string[] = ['string', 'integer', 'number', 'boolean', 'object', 'array'];

function typesOf(type: Json | undefined): readonly ValueType[] {
  const list = Array.isArray(type) ? type : [type];
  return list.filter((it): it is ValueType => typeof it === 'string' && valueTypes.includes(it));
}

const numbers = ['minLength', 'maxLength', 'minimum', 'maximum', 'minProperties', 'maxProperties'] as const;

function boundsOf(raw: JsonObject): Bounds | undefined {
  const bounds: { -readonly [K in keyof Bounds]: Bounds[K] } = {};
  for (const name of numbers) {
    const value = raw[name];
    if (typeof value === 'number') bounds[name] = value;
  }
  if (raw.format === 'date-time') bounds.dateTime = true;
  const pattern = typeof raw.pattern === 'string' ? expression(raw.pattern) : undefined;
  if (pattern) bounds.pattern = pattern;
  return Object.keys(bounds).length > 0 ? bounds : undefined;
}

/** Go's expressions are nearly JavaScript's. One that is not is left out: better nothing said than something false. */
function expression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
