import type { Generation } from '../generate/generation.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';

/** A parameter that really exists, seen from a place in a template. */
export interface Parameter {
  /** From that place: `['path', 'basename']`; in fasttemplate mode the one whole key. */
  readonly path: readonly string[];
  /** Different values it takes, the first few, in the order of the sets. */
  readonly examples: readonly string[];
  /** How many sets have it, of how many there are. */
  readonly present: number;
  readonly of: number;
}

const exampleCount = 5;
/** Enough to know every name; more sets of the same shape add only time. */
const looked = 400;
/** A map of a thousand labels is not read by anybody. */
const mostParameters = 400;
const deepest = 5;

/** What the generators made: also of a set that is refused, because its template is just being typed. */
export function parameterSets(generation: Generation | undefined): readonly JsonObject[] {
  if (!generation) return [];
  return generation.parameters ?? generation.applications.map(it => it.parameters);
}

/** Every parameter at and below `base` of Go templates, sorted by name; lists have their first elements. */
export function parametersBelow(base: readonly string[], sets: readonly JsonObject[]): readonly Parameter[] {
  return collect(sets, set => {
    const value = valueAt(set, base);
    return value === undefined ? [] : below(value, []);
  });
}

/** The flat parameters of fasttemplate mode: only texts can be put in. */
export function flatParameters(sets: readonly JsonObject[]): readonly Parameter[] {
  return collect(sets, set =>
    Object.entries(set).flatMap(([key, value]) => (typeof value === 'string' ? [[[key], value] as const] : [])),
  );
}

/** Map keys and list positions; `undefined` where there is nothing. */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((it, key) => {
    if (Array.isArray(it)) return it[Number(key)];
    return isObject(it) && Object.hasOwn(it, key) ? it[key] : undefined;
  }, value);
}

export function exampleText(value: Json | undefined): string {
  if (value === undefined) return '<no value>';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s*\n\s*/g, ' ⏎ ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

type Entry = readonly [path: readonly string[], value: Json];

function collect(sets: readonly JsonObject[], entriesOf: (set: JsonObject) => readonly Entry[]): readonly Parameter[] {
  const found = new Map<string, { path: readonly string[]; examples: Set<string>; present: number }>();
  const sample = sets.slice(0, looked);
  for (const set of sample) {
    for (const [path, value] of entriesOf(set)) {
      const key = path.join('\0');
      const known = found.get(key);
      if (!known && found.size >= mostParameters) continue;
      const entry = known ?? { path, examples: new Set<string>(), present: 0 };
      entry.present += 1;
      if (entry.examples.size < exampleCount) entry.examples.add(exampleText(value));
      found.set(key, entry);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { path, examples, present }]) => ({ path, examples: [...examples], present, of: sample.length }));
}

function below(value: Json, path: readonly string[]): readonly Entry[] {
  if (path.length >= deepest) return [];
  const children: readonly (readonly [string, Json])[] = Array.isArray(value)
    ? value.slice(0, 3).map((it: Json, at: number) => [String(at), it] as const)
    : isObject(value)
      ? Object.entries(value)
      : [];
  return children.flatMap(([key, it]) => [[[...path, key], it] as const, ...below(it, [...path, key])]);
}
