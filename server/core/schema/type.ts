/** Types of values as the API server's JSON decoder tells them apart, and what to say of a wrong one. */
import type { Problem, ProblemFix } from '../text/finding.ts';
import { isObject, type Json, pointer } from '../text/json.ts';
import type { Schema, ValueType } from './schema.ts';

export function fits(value: Json, types: readonly ValueType[]): boolean {
  switch (typeof value) {
    case 'string':
      return types.includes('string');
    case 'boolean':
      return types.includes('boolean');
    case 'number':
      return types.includes('number') || (types.includes('integer') && Number.isInteger(value));
    default:
      return value !== null && types.includes(Array.isArray(value) ? 'array' : 'object');
  }
}

/** `undefined` where another rule says it better: an unquoted template, which is read as a map whose key is a map. */
export function typeProblem(
  value: Json,
  schema: Schema,
  path: readonly (string | number)[],
  kind?: string,
): Problem | undefined {
  const { types } = schema;
  if (isUnquotedTemplate(value)) return undefined;
  const expected = types.map(it => names[it]).join(' or ');
  const at = pointer(path);
  const fix = fixFor(value, schema, at);
  return {
    code: 'wrong-type',
    path: at,
    message: `${dotted(path)} must be ${expected}, not ${described(value)}.${advice(value, schema, kind)}`,
    fixes: fix ? [fix] : [],
  };
}

/** `spec.generators[0].git`: how Kubernetes writes a place in its own messages. */
export function dotted(path: readonly (string | number)[]): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (/^[\w$-]+$/.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${segment}]`;
  }
  return text === '' ? 'the document' : text;
}

const names: Readonly<Record<ValueType, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean (true or false)',
  object: 'an object',
  array: 'a list',
};

function described(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = String(value);
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return typeof value === 'string' ? `the string "${shown}"` : `the ${typeof value} ${shown}`;
}

function advice(value: Json, { types }: Schema, kind: string | undefined): string {
  if (typeof value === 'string' && value.includes('{{'))
    return kind === 'ApplicationSet'
      ? ' Only strings can be templates; set this field with spec.templatePatch.'
      : ' Only strings can be templates.';
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean'))
    return ' Put it in quotes.';
  return '';
}

function fixFor(value: Json, { types, items }: Schema, path: string): ProblemFix | undefined {
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean'))
    return { title: 'Put it in quotes', preferred: true, changes: [{ kind: 'quote', path }] };
  const read = typeof value === 'string' ? plainValue(value, types) : undefined;
  if (read !== undefined)
    return { title: `Change to ${read}`, preferred: true, changes: [{ kind: 'set', path, value: read }] };
  if (types.includes('array') && value !== null && items && fits(value, items.types))
    return { title: 'Make it a list with one entry', changes: [{ kind: 'set', path, value: [value] }] };
  return undefined;
}

/** The number or boolean that a string spells; `yes` and `on` are booleans to YAML 1.1, and to those who write them. */
function plainValue(text: string, types: readonly ValueType[]): number | boolean | undefined {
  const trimmed = text.trim().toLowerCase();
  if (types.includes('boolean')) {
    if (['true', 'yes', 'on'].includes(trimmed)) return true;
    if (['false', 'no', 'off'].includes(trimmed)) return false;
  }
  if ((types.includes('integer') || types.includes('number')) && /^-?\d{1,15}$/.test(trimmed)) return Number(trimmed);
  return undefined;
}

function isUnquotedTemplate(value: Json): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && /^[{[]/.test(keys[0] ?? '');
}
