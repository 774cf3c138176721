import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { base64Of } from '../base64.ts';
import { tryDecode } from '../decode.ts';
import type { Draft, KubernetesTypes } from '../types.ts';
import type { Normalizer } from './normalizer.ts';

/** The API server keeps stringData as base64 in data, and an empty value for null. */
export const secret: Normalizer = {
  name: 'secret',
  summary: 'stringData of a Secret is compared as data',
  applies: (group, kind) => group === '' && kind === 'Secret',
  normalize: (object, { types }) => normalizedSecret(object, types),
};

export function normalizedSecret(object: JsonObject, types: KubernetesTypes): JsonObject {
  const moved = isObject(object.stringData) ? withStringData(object, object.stringData) : object;
  const type = types.typeOf('v1', 'Secret');
  const decoded = type ? tryDecode(moved, type, { unknownFields: 'dropped' }) : undefined;
  if (!isObject(decoded) || !isObject(moved.data) || isList(moved.data)) return moved;
  const typed: JsonObject = isObject(decoded.data) ? decoded.data : {};
  const data: Draft = {};
  for (const key of Object.keys(typed)) data[key] = typed[key] ?? '';
  // Go writes no empty map, and what is not there is put back as null.
  return { ...moved, data: Object.keys(data).length === 0 ? null : data };
}

function withStringData(object: JsonObject, stringData: JsonObject): JsonObject {
  const data: Draft = { ...(isObject(object.data) ? object.data : {}) };
  for (const key of Object.keys(stringData)) {
    const value = stringData[key] ?? null;
    // What is no text is kept, so that the API server refuses it rather than we hide it.
    data[key] = typeof value === 'string' ? base64Of(value) : value;
  }
  const { stringData: _moved, ...rest } = object;
  return { ...rest, data };
}

const isList = (value: Json): boolean => Array.isArray(value);
