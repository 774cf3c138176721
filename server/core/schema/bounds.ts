/** Limits of scalars, and how many fields of an object may be set. */
import type { Problem } from '../text/finding.ts';
import { type Json, type JsonObject, pointer } from '../text/json.ts';
import type { Bounds } from './schema.ts';
import { dotted } from './type.ts';

export function outOfBounds(value: Json, bounds: Bounds, path: readonly (string | number)[]): Problem | undefined {
  if (typeof value === 'number') return ofNumber(value, bounds, path);
  return typeof value === 'string' ? ofText(value, bounds, path) : undefined;
}

function ofNumber(
  value: number,
  { minimum, maximum }: Bounds,
  path: readonly (string | number)[],
): Problem | undefined {
  if (maximum !== undefined && value > maximum) return invalid(path, `must be at most ${maximum}, not ${value}`);
  if (minimum !== undefined && value < minimum) return invalid(path, `must be at least ${minimum}, not ${value}`);
  return undefined;
}

function ofText(value: string, bounds: Bounds, path: readonly (string | number)[]): Problem | undefined {
  const { minLength, maxLength, pattern, dateTime } = bounds;
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (minLength !== undefined && length < minLength)
    return invalid(
      path,
      minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters, not ${length}`,
    );
  if (maxLength !== undefined && length > maxLength)
    return invalid(path, `must have at most ${maxLength} characters, not ${length}`);
  if (pattern && !pattern.test(value))
    return {
      code: 'invalid-pattern',
      path: pointer(path),
      message: `${dotted(path)} "${value}" does not have the form that the API server demands: ${pattern.source}`,
    };
  if (dateTime && !rfc3339.test(value))
    return invalid(path, `must be a time such as 2026-01-31T12:00:00Z, not "${value}"`);
  return undefined;
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

export function tooFewOrMany(
  value: JsonObject,
  bounds: Bounds,
  path: readonly (string | number)[],
): readonly Problem[] {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = bounds;
  const set = Object.keys(value).filter(name => value[name] !== null);
  if (set.length < minProperties) return [invalid(path, `must have ${count(minProperties)}, but has none`)];
  if (set.length > maxProperties)
    return [invalid(path, `must have no more than ${count(maxProperties)}, but has ${set.join(', ')}`)];
  return [];
}

const count = (fields: number): string => (fields === 1 ? 'one field' : `${fields} fields`);

function invalid(path: readonly (string | number)[], what: string): Problem {
  return { code: 'invalid-value', path: pointer(path), message: `${dotted(path)} ${what}.` };
}
