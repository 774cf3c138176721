import { isObject, type Json } from '../../text/json.ts';
import { DiffError } from '../failure.ts';
import { isList } from '../json.ts';
import { printed } from '../strategic/lists.ts';
import { stepOfItem, stepText } from './fieldSet.ts';
import { deduced, type MergeSchema, type TypeRef } from './schema.ts';

/** Throws where a value is not of its type, with the message of sigs.k8s.io/structured-merge-diff:typed/validate.go. */
export function validate(schema: MergeSchema, ref: TypeRef, value: Json): void {
  const errors = errorsIn(schema, ref, value).map(({ path, message }) =>
    path === '' ? message : `${path}: ${message}`,
  );
  if (errors.length === 1) throw new DiffError(errors[0]);
  if (errors.length > 1) throw new DiffError(['errors:', ...errors.map(it => `  ${it}`)].join('\n'));
}

interface ValidationError {
  readonly path: string;
  readonly message: string;
}

function errorsIn(schema: MergeSchema, ref: TypeRef, value: Json): readonly ValidationError[] {
  const atom = deduced(schema.resolve(ref), value);
  if (value === null) return [];
  if (atom.map) {
    if (!isObject(value)) return [{ path: '', message: `expected map, got &{${printed(value)}}` }];
    const errors: ValidationError[] = [];
    // Go walks maps in any order and stops at the first unknown field; sorted, the answer is always the same.
    for (const key of Object.keys(value).sort()) {
      const type = atom.map.fields.get(key)?.type ?? atom.map.of;
      if (!type) {
        errors.push({ path: `.${key}`, message: 'field not declared in schema' });
        break;
      }
      errors.push(...below(`.${key}`, errorsIn(schema, type, value[key] ?? null)));
    }
    return errors;
  }
  if (atom.scalar !== undefined) return scalarErrors(atom.scalar, value);
  if (!atom.list) return [{ path: '', message: 'schema error: invalid atom: inlined' }];
  if (!isList(value)) return [{ path: '', message: `expected list, got &{${printed(value)}}` }];
  const errors: ValidationError[] = [];
  const seen = new Set<string>();
  for (const [i, item] of value.entries()) {
    let step = `i:${i}`;
    if (atom.list.associative) {
      try {
        step = stepOfItem(schema, atom.list, item);
      } catch (cause) {
        if (!(cause instanceof DiffError)) throw cause;
        return [...errors, { path: '', message: `element ${i}: ${cause.message}` }];
      }
      if (seen.has(step)) errors.push({ path: '', message: `duplicate entries for key ${stepText(step)}` });
      seen.add(step);
    }
    errors.push(...below(stepText(step), errorsIn(schema, atom.list.of, item)));
  }
  return errors;
}

function below(prefix: string, errors: readonly ValidationError[]): readonly ValidationError[] {
  return errors.map(({ path, message }) => ({ path: prefix + path, message }));
}

function scalarErrors(scalar: string, value: Json): readonly ValidationError[] {
  const expected = (word: string, got: string) => [{ path: '', message: `expected ${word}, got ${got}` }];
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number' ? [] : expected('numeric (int or float)', goTypeName(value));
    case 'string':
      return typeof value === 'string' ? [] : expected('string', `&value.valueUnstructured{Value:${goSyntax(value)}}`);
    case 'boolean':
      return typeof value === 'boolean' ? [] : expected('boolean', `&{${printed(value)}}`);
    default:
      return isObject(value) || isList(value) ? expected('any scalar', `&{${printed(value)}}`) : [];
  }
}

function goTypeName(value: Json): string {
  if (isList(value)) return '[]interface {}';
  return isObject(value) ? 'map[string]interface {}' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** As Go's `%#v`: `[]interface {}{1, "a"}`. */
function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return printed(value);
  const entries = Object.keys(value).sort();
  return `map[string]interface {}{${entries.map(key => `${JSON.stringify(key)}:${goSyntax(value[key] ?? null)}`).join(', ')}}`;
}
