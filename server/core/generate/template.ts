import { applicationSetTemplate } from '../model/applicationSet/shape.ts';
import type { Shape, StructShape } from '../model/go/shape.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';

/**
 * The template of a generator, filled up from the set's own: mergo.Merge without override on Go structs
 * (argo-cd:applicationset/generators/generator_spec_processor.go, mergeGeneratorTemplate). What the generator's template says wins;
 * `false`, `""` and 0 say nothing there; maps are merged, lists are not.
 */
export function filledTemplate(own: Json | undefined, base: JsonObject): JsonObject {
  return isObject(own) ? fillStruct(applicationSetTemplate, own, base) : base;
}

function fillStruct(shape: StructShape, own: JsonObject, base: JsonObject): JsonObject {
  const result: Record<string, Json> = {};
  for (const field of shape.fields) {
    const value = fill(field.shape, own[field.name], base[field.name]);
    if (value !== undefined) result[field.name] = value;
  }
  return result;
}

function fill(shape: Shape, own: Json | undefined, base: Json | undefined): Json | undefined {
  if (own === undefined || own === null) return base;
  if (base === undefined || base === null) return own;
  if (shape.kind === 'struct') return isObject(own) && isObject(base) ? fillStruct(shape, own, base) : own;
  if (shape.kind === 'map') return isObject(own) && isObject(base) ? fillMap(own, base) : own;
  return isZero(shape, own) ? base : own;
}

function fillMap(own: JsonObject, base: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...own };
  for (const [key, value] of Object.entries(base)) {
    const current = result[key];
    if (current === undefined || current === '' || current === false) result[key] = value;
  }
  return result;
}

function isZero(shape: Shape, value: Json): boolean {
  if (shape.kind === 'list') return Array.isArray(value) && value.length === 0;
  return shape.kind !== 'raw' && (value === '' || value === false || value === 0);
}
