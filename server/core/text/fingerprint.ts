import { isObject, type Json } from './json.ts';

/**
 * A short text that is equal for equal values, whatever the order of their keys. For caches and for seeing change: 106 bits, not a
 * signature.
 */
export function fingerprint(value: Json | undefined): string {
  const text = canonical(value ?? null);
  return `${mix(text, 0x9e3779b9)}${mix(text, 0x85ebca6b)}`;
}

/** JSON with sorted keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(it => canonical(it)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${entries.join(',')}}`;
}

/** Two interleaved multiplicative hashes (the constants of MurmurHash3's finalizer), 53 bits of them. */
function mix(text: string, seed: number): string {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
