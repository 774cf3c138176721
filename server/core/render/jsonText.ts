import { isObject, type Json } from '../text/json.ts';

/** JSON where Go and JavaScript do not read, or YAML does not read, the same. */

export type ReadJson = { readonly value: Json } | { readonly error: string };

/** A text that is JSON for sure. A number that no float64 holds is an error, and half a surrogate pair stands for nothing. */
export function readJson(text: string): ReadJson {
  const huge = mayBeHuge.test(text) ? hugeNumber(text) : undefined;
  if (huge !== undefined) return { error: `json: cannot unmarshal number ${huge} into Go value of type float64` };
  const value = JSON.parse(text) as Json;
  return { value: mayBeHalf.test(text) ? wellFormed(value) : value };
}

/** JSON that YAML 1.1 reads as the same value: characters that end a line, or are none, for YAML alone are escaped. */
export function yamlOf(value: Json): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    it => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const mayBeHuge = /[eE]\+?\d{3}|\d{300}/;
const mayBeHalf = /\\u[dD][89a-fA-F]/;

function hugeNumber(text: string): string | undefined {
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g))
    if (!token.startsWith('"') && !Number.isFinite(Number(token))) return token;
  return undefined;
}

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return (value as readonly Json[]).map(wellFormed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, it]) => [key.replace(/\p{Surrogate}/gu, '\ufffd'), wellFormed(it)]),
  );
}
