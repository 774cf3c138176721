import { isObject, type Json, type JsonObject } from '../../server/core/text/json.ts';

export interface SampleOptions {
  /** `every` field, or only the `required` ones. */
  readonly fields: 'every' | 'required';
  /** Where `$ref` leads; a schema that is written out needs none. */
  readonly definitions?: Readonly<Record<string, JsonObject>>;
}

/** A value that a schema takes, read from the schema's text alone: neither the catalogue nor the validator has a part in it. */
export function sampleValue(schema: JsonObject, options: SampleOptions, inside: readonly string[] = []): Json {
  const { $ref } = schema;
  if (typeof $ref === 'string') {
    // A definition that contains itself ends where it comes round again; an empty object is then as good as any.
    if (inside.includes($ref)) return {};
    return sampleValue(options.definitions?.[$ref] ?? {}, options, [...inside, $ref]);
  }
  if (schema['x-kubernetes-int-or-string'] === true) return '1';
  if (schema['x-kubernetes-preserve-unknown-fields'] === true && schema.type === undefined) return null;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? '';
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return isObject(schema.items) ? [sampleValue(schema.items, options, inside)] : [];
    case 'object':
      return sampleObject(schema, options, inside);
    case 'string':
      return schema.format === 'date-time' ? '2026-01-31T12:00:00.5+01:00' : 'ab';
    default:
      return {};
  }
}

function sampleObject(schema: JsonObject, options: SampleOptions, inside: readonly string[]): Json {
  const { properties, additionalProperties, required, maxProperties } = schema;
  if (!isObject(properties))
    return isObject(additionalProperties) ? { key: sampleValue(additionalProperties, options, inside) } : {};
  const demanded = Array.isArray(required) ? required : [];
  const names = Object.keys(properties).filter(name => options.fields === 'every' || demanded.includes(name));
  const limited = typeof maxProperties === 'number' ? names.slice(0, maxProperties) : names;
  return Object.fromEntries(
    limited.map(name => {
      const property = properties[name];
      return [name, isObject(property) ? sampleValue(property, options, inside) : {}];
    }),
  );
}
