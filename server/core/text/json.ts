/** Plain data as Kubernetes sees it. Integers beyond 2^53 lose digits, as they do in Argo CD's own float64 path. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901. `pointer(['spec', 'a/b', 0])` is `/spec/a~1b/0`; the empty pointer is the whole document. */
export function pointer(segments: readonly (string | number)[]): string {
  return segments.map(segment => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The inverse of `pointer`; array indices stay strings. */
export function segmentsOf(path: string): readonly string[] {
  return path === ''
    ? []
    : path
        .slice(1)
        .split('/')
        .map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
