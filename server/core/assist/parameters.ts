import { isObject, type Json, type JsonObject } from '../text/json.ts';

export interface Parameter {
  /** As it is written inside `{{ }}`: `.path.basename`, `path.basename`, `(index .metadata.labels "a-b")`. */
  readonly expression: string;
  /** Different values it takes, the first few, in the order of the sets. */
  readonly examples: readonly string[];
  /** How many sets have it, of how many there are. */
  readonly present: number;
  readonly of: number;
}

export interface ParameterScope {
  readonly goTemplate: boolean;
  readonly sets: readonly JsonObject[];
}

const exampleCount = 5;
/** Enough to know every name; more sets of the same shape add only time. */
const looked = 400;

/** Every parameter that really exists, with example values, sorted by name. */
export function parametersOf({ goTemplate, sets }: ParameterScope): readonly Parameter[] {
  const found = new Map<string, { examples: Set<string>; present: number }>();
  const sample = sets.slice(0, looked);
  for (const set of sample) {
    for (const [expression, value] of goTemplate ? nested(set, '') : flat(set)) {
      const known = found.get(expression) ?? { examples: new Set<string>(), present: 0 };
      known.present += 1;
      if (known.examples.size < exampleCount) known.examples.add(exampleText(value));
      found.set(expression, known);
    }
  }
  return [...found]
    .map(([expression, it]) => ({ expression, examples: [...it.examples], present: it.present, of: sample.length }))
    .sort((a, b) => (a.expression < b.expression ? -1 : 1));
}

/** Values of one expression over all sets: a field path in Go templates, a key in the others. `undefined` where a set lacks it. */
export function valuesOf(expression: string, { goTemplate, sets }: ParameterScope): readonly (Json | undefined)[] {
  if (!goTemplate) return sets.map(it => it[expression]);
  const segments = expression
    .replace(/^\$?\.?/, '')
    .split('.')
    .filter(Boolean);
  return sets.map(set =>
    segments.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), set),
  );
}

export function exampleText(value: Json | undefined): string {
  if (value === undefined) return '<no value>';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function flat(set: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(set).filter(([, value]) => typeof value === 'string');
}

function nested(value: JsonObject, prefix: string): readonly (readonly [string, Json])[] {
  return Object.entries(value).flatMap(([key, it]): readonly (readonly [string, Json])[] => {
    // A key that is no Go identifier is reached by `index` only.
    const expression = /^[A-Za-z_]\w*$/.test(key)
      ? `${prefix}.${key}`
      : `(index ${prefix === '' ? '.' : prefix} ${JSON.stringify(key)})`;
    return isObject(it) ? [[expression, it], ...nested(it, expression)] : [[expression, it]];
  });
}
