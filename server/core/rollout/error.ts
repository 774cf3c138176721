import type { Problem, ProblemFix } from '../text/finding.ts';
import { type Json, pointer } from '../text/json.ts';

/** Kubernetes' names for kinds of field errors (apimachinery: pkg/util/validation/field/errors.go). */
export type ErrorType =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueNotSupported'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/**
 * One error of the controller's validation. `field` is the path as the controller writes it; it leaves out `canary`, `blueGreen` and
 * `metadata` in places, so the true place is kept beside it as a JSON pointer.
 */
export interface RolloutError {
  readonly type: ErrorType;
  readonly field: string;
  readonly detail: string;
  /** Only where it is a text, number or boolean. */
  readonly badValue?: string | number | boolean;
  readonly path: string;
  readonly part?: 'key' | 'value' | 'entry';
  readonly fixes?: readonly ProblemFix[];
}

/** A place twice: as the controller writes it, and as a JSON pointer into the manifest. */
export interface Where {
  readonly field: string;
  readonly path: string;
}

export function child(at: Where, ...names: readonly string[]): Where {
  return { field: [at.field, ...names].join('.'), path: at.path + pointer(names) };
}

export function item(at: Where, index: number): Where {
  return { field: `${at.field}[${index}]`, path: `${at.path}/${index}` };
}

/** An entry of a map: `limits[cpu]`. */
export function entry(at: Where, key: string): Where {
  return { field: `${at.field}[${key}]`, path: at.path + pointer([key]) };
}

type More = Pick<RolloutError, 'part' | 'fixes'> & { readonly path?: string };

export function invalid(at: Where, badValue: Json | undefined, detail: string, more: More = {}): RolloutError {
  const scalar = typeof badValue === 'object' || badValue === undefined ? {} : { badValue };
  return { type: 'FieldValueInvalid', field: at.field, path: at.path, detail, ...scalar, ...more };
}

export function required(at: Where, detail = '', more: More = {}): RolloutError {
  return { type: 'FieldValueRequired', field: at.field, path: at.path, detail, badValue: '', ...more };
}

export function duplicate(at: Where, badValue: string, more: More = {}): RolloutError {
  return { type: 'FieldValueDuplicate', field: at.field, path: at.path, detail: '', badValue, ...more };
}

export function forbidden(at: Where, detail: string, more: More = {}): RolloutError {
  return { type: 'FieldValueForbidden', field: at.field, path: at.path, detail, badValue: '', ...more };
}

export function notSupported(at: Where, badValue: string, values: readonly string[], more: More = {}): RolloutError {
  const detail = `supported values: ${values.map(value => JSON.stringify(value)).join(', ')}`;
  return { type: 'FieldValueNotSupported', field: at.field, path: at.path, detail, badValue, ...more };
}

export function notFound(at: Where, badValue: string): RolloutError {
  return { type: 'FieldValueNotFound', field: at.field, path: at.path, detail: '', badValue };
}

export function internal(at: Where, detail: string): RolloutError {
  return { type: 'InternalError', field: at.field, path: at.path, detail };
}

const sentences: Readonly<Partial<Record<ErrorType, string>>> = {
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueForbidden: 'Forbidden',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueNotFound: 'Not found',
};

/** The controller's words first; where it gives none, Kubernetes' word for the kind of error. The field as the controller names it follows. */
export function problemOf(error: RolloutError, code: string): Problem {
  return {
    code,
    message: `${sentenceOf(error)} (${error.field})`,
    path: error.path,
    ...(error.part && { part: error.part }),
    ...(error.fixes && { fixes: error.fixes }),
  };
}

function sentenceOf({ type, detail, badValue }: RolloutError): string {
  const shown = badValue === undefined || badValue === '' ? '' : `: ${JSON.stringify(badValue)}`;
  const kind = `${sentences[type] ?? 'Invalid value'}${shown}`;
  if (type === 'FieldValueNotSupported') return `${kind}: ${detail}`;
  return detail === '' ? kind : detail;
}
