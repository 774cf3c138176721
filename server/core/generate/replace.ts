import type { Field, Shape, StructShape } from '../model/go/shape.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { byCodePoint } from './go/print.ts';
import { type Failure, isFailure, type Pending, pending } from './problem.ts';

/**
 * `deeplyReplace` of argo-cd:applicationset/utils/utils.go: every string of a Go value is a template, keys of maps too. A value is
 * planned once and run for each parameter set; what holds no template is shared between the results.
 */
export type Plan =
  | { readonly kind: 'fixed'; readonly value: Json | undefined }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly path: string;
      readonly omitEmpty: boolean;
      readonly wrap: string;
    }
  | { readonly kind: 'list'; readonly items: readonly Plan[]; readonly omitEmpty: boolean }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [string, Plan])[]; readonly omitEmpty: boolean }
  | { readonly kind: 'entries'; readonly entries: readonly (readonly [Plan, Plan])[]; readonly omitEmpty: boolean };

export type TextPlan = Plan & { kind: 'text' };

/** Renders one planned string; a `Failure` ends the whole value, `pending` lets the others be asked for too. */
export type RenderText = (plan: TextPlan) => string | Pending | Failure;

export interface PlanOptions {
  /** Strings that this returns a plan for are not planned as usual (`values` of a matrix's second generator). */
  readonly special?: (field: Field, value: Json, path: string) => Plan | undefined;
}

export function planStruct(shape: StructShape, value: JsonObject, path: string, options: PlanOptions = {}): Plan {
  return plan(shape, value, { path, omitEmpty: false, wrap: '' }, options);
}

interface Place {
  readonly path: string;
  readonly omitEmpty: boolean;
  readonly wrap: string;
}

function plan(shape: Shape, value: Json, place: Place, options: PlanOptions): Plan {
  switch (shape.kind) {
    case 'string':
    case 'intOrString':
      return text(value, place);
    case 'raw':
      return planJson(value, {
        ...place,
        omitEmpty: false,
        wrap: `${place.wrap}failed to deeply replace JSON field contents: `,
      });
    case 'list':
      return planList(shape.of, value, place, options);
    case 'map':
      return planMap(shape.of, value, place, options);
    case 'struct':
      return isObject(value) ? planFields(shape, value, place, options) : fixed(value);
    default:
      return fixed(value);
  }
}

function planFields(shape: StructShape, value: JsonObject, place: Place, options: PlanOptions): Plan {
  const fields = shape.fields.flatMap((field): [string, Plan][] => {
    const item = value[field.name];
    const path = `${place.path}/${escaped(field.name)}`;
    if (item === undefined || item === null) {
      const zero = field.always && !field.pointer ? writtenZero(field.shape) : undefined;
      return zero === undefined ? [] : [[field.name, fixed(zero)]];
    }
    const omitEmpty = !field.always && !field.pointer;
    const special = options.special?.(field, item, path);
    if (special !== undefined) return [[field.name, special]];
    if (omitEmpty && isEmpty(item)) return [];
    return [[field.name, plan(field.shape, item, { path, omitEmpty, wrap: place.wrap }, options)]];
  });
  return folded({ kind: 'fields', fields, omitEmpty: place.omitEmpty });
}

function planList(of: Shape, value: Json, place: Place, options: PlanOptions): Plan {
  if (!Array.isArray(value)) return fixed(value);
  const items = (value as readonly Json[]).map((item, at) =>
    plan(of, item, { path: `${place.path}/${at}`, omitEmpty: false, wrap: place.wrap }, options),
  );
  return folded({ kind: 'list', items, omitEmpty: place.omitEmpty });
}

/** Go visits a map in random order; ours is sorted. A key is rendered after its value. */
function planMap(of: Shape, value: Json, place: Place, options: PlanOptions): Plan {
  if (!isObject(value)) return fixed(value);
  const entries = Object.keys(value)
    .sort(byCodePoint)
    .map((key): [Plan, Plan] => {
      const inside = { path: `${place.path}/${escaped(key)}`, omitEmpty: false, wrap: place.wrap };
      return [text(key, inside), plan(of, value[key] ?? null, inside, options)];
    });
  return folded({ kind: 'entries', entries, omitEmpty: place.omitEmpty });
}

/** Inside of any JSON a `null` in a map vanishes and one in a list stays. */
function planJson(value: Json, place: Place): Plan {
  if (typeof value === 'string') return text(value, place);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item, at) =>
      planJson(item, { ...place, path: `${place.path}/${at}` }),
    );
    return folded({ kind: 'list', items, omitEmpty: false });
  }
  if (!isObject(value)) return fixed(value);
  const entries = Object.keys(value)
    .sort(byCodePoint)
    .filter(key => value[key] !== null)
    .map((key): [Plan, Plan] => {
      const inside = { ...place, path: `${place.path}/${escaped(key)}` };
      return [text(key, inside), planJson(value[key] ?? null, inside)];
    });
  return folded({ kind: 'entries', entries, omitEmpty: false });
}

function text(value: Json, place: Place): Plan {
  if (typeof value !== 'string' || !value.includes('{{')) return fixed(value);
  return { kind: 'text', text: value, path: place.path, omitEmpty: place.omitEmpty, wrap: place.wrap };
}

function fixed(value: Json | undefined): Plan {
  return { kind: 'fixed', value };
}

/** A plan whose parts are all fixed is fixed. */
function folded(made: Exclude<Plan, { kind: 'fixed' | 'text' }>): Plan {
  const parts =
    made.kind === 'list'
      ? made.items
      : made.kind === 'fields'
        ? made.fields.map(([, part]) => part)
        : made.entries.flat();
  if (parts.some(part => part.kind !== 'fixed')) return made;
  const value = run(made, () => pending);
  return fixed(value === pending || isFailure(value) ? undefined : value);
}

/** The rendered value; `undefined` where it is left out; the first failure in Argo CD's order; `pending` when an answer is missing. */
export function run(it: Plan, render: RenderText): Json | undefined | Failure | Pending {
  switch (it.kind) {
    case 'fixed':
      return it.value;
    case 'text': {
      const rendered = render(it);
      return rendered === '' && it.omitEmpty ? undefined : rendered;
    }
    case 'list':
      return runList(it, render);
    case 'fields':
      return runFields(it, render);
    default:
      return runEntries(it, render);
  }
}

function runList(it: Plan & { kind: 'list' }, render: RenderText): Json | undefined | Failure | Pending {
  const result: Json[] = [];
  let waits = false;
  for (const item of it.items) {
    const value = run(item, render);
    if (isFailure(value)) return value;
    if (value === pending) waits = true;
    else result.push(value ?? null);
  }
  if (waits) return pending;
  return it.omitEmpty && result.length === 0 ? undefined : result;
}

function runFields(it: Plan & { kind: 'fields' }, render: RenderText): Json | undefined | Failure | Pending {
  const result: Record<string, Json> = {};
  let waits = false;
  let empty = true;
  for (const [name, part] of it.fields) {
    const value = part.kind === 'fixed' ? part.value : run(part, render);
    if (isFailure(value)) return value;
    if (value === pending) waits = true;
    else if (value !== undefined) {
      result[name] = value;
      empty = false;
    }
  }
  if (waits) return pending;
  return it.omitEmpty && empty ? undefined : result;
}

function runEntries(it: Plan & { kind: 'entries' }, render: RenderText): Json | undefined | Failure | Pending {
  const result: Record<string, Json> = {};
  let waits = false;
  for (const [keyPlan, part] of it.entries) {
    const value = part.kind === 'fixed' ? part.value : run(part, render);
    if (isFailure(value)) return value;
    const key = keyPlan.kind === 'fixed' ? keyPlan.value : run(keyPlan, render);
    if (isFailure(key)) return key;
    if (value === pending || key === pending) waits = true;
    else if (typeof key === 'string') result[key] = value ?? null;
  }
  if (waits) return pending;
  return it.omitEmpty && Object.keys(result).length === 0 ? undefined : result;
}

function writtenZero(shape: Shape): Json | undefined {
  if (shape.kind === 'string') return '';
  if (shape.kind === 'bool') return false;
  if (shape.kind === 'int') return 0;
  return shape.kind === 'struct' ? {} : undefined;
}

function isEmpty(value: Json): boolean {
  return value === '' || value === false || value === 0;
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
