import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFrom } from '../../../server/core/schema/catalog.ts';
import { validateSchema } from '../../../server/core/schema/validate.ts';
import { isObject, type Json, segmentsOf } from '../../../server/core/text/json.ts';
import { sampleValue } from '../../support/sampleValue.ts';
import { newest } from '../../support/schemas.ts';

const { kinds, definitions } = newest.source;

/** The value with the one at `path` replaced. */
function replaced(value: Json, path: readonly number[], by: Json): Json {
  const [first, ...rest] = path;
  if (first === undefined || value === null || typeof value !== 'object') return by;
  if (Array.isArray(value)) {
    const at = value.length === 0 ? 0 : first % value.length;
    return value.with === undefined || value.length === 0
      ? [by]
      : value.with(at, replaced(value[at] ?? null, rest, by));
  }
  const names = Object.keys(value);
  const name = names[first % Math.max(1, names.length)] ?? 'new';
  const inner = isObject(value) ? value[name] : undefined;
  return { ...value, [name]: replaced(inner ?? null, rest, by) };
}

describe('the validator', () => {
  it('never throws, whatever stands anywhere in a manifest, and every problem stands in it or misses from it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...newest.kinds),
        fc.array(fc.nat(40), { maxLength: 7 }),
        fc.jsonValue(),
        (kind, path, by) => {
          const whole = sampleValue({ $ref: kinds[kind] ?? '' }, { fields: 'every', definitions });
          const value = replaced(whole, path, by as Json);
          const at = kind.lastIndexOf('/');
          const schema = newest.schemaFor(kind.slice(0, at), kind.slice(at + 1));
          const problems = schema ? validateSchema(value, schema) : [];
          for (const problem of problems) expect(holds(value, problem.path), problem.path).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('takes names that mean something to JavaScript for names', () => {
    const schema = newest.schemaFor('v1', 'ConfigMap');
    const value = JSON.parse('{"metadata":{"name":"a"},"__proto__":{"a":1},"constructor":1}') as Json;
    const problems = schema ? validateSchema(value, schema) : [];
    expect(problems.map(it => it.path).sort()).toEqual(['/__proto__', '/constructor']);
  });
});

/** Whether the parent of a place is there: what is missing has a place, too. */
function holds(value: Json, path: string): boolean {
  let current: Json | undefined = value;
  for (const segment of segmentsOf(path).slice(0, -1)) {
    if (current === null || typeof current !== 'object') return false;
    current = (current as Readonly<Record<string, Json>>)[segment];
  }
  // A nameless object may have no metadata either.
  return (current !== null && typeof current === 'object') || path === '' || path === '/metadata/name';
}

describe('the catalogue', () => {
  it('is empty where what is read is no catalogue', () => {
    for (const nonsense of [undefined, null, 'text', [], {}, { kinds: 1, definitions: {} }]) {
      const catalog = catalogFrom(nonsense);
      expect(catalog.kinds).toEqual([]);
      expect(catalog.schemaFor('v1', 'Pod')).toBeUndefined();
    }
  });

  it('knows no kind by the name of an inherited property', () => {
    expect(newest.schemaFor('constructor', '')).toBeUndefined();
  });
});
