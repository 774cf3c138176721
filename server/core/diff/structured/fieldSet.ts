import { byCodePoint } from '../../generate/go/print.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { DiffError } from '../failure.ts';
import { isList } from '../json.ts';
import { type Atom, deduced, type ListType, type MergeSchema, type TypeRef } from './schema.ts';

/** One step of a path into an object, in the words of `managedFields`: `f:spec`, `k:{"name":"web"}`, `v:"a"`, `i:0`. */
export type Step = string;

/** A set of fields (sigs.k8s.io/structured-merge-diff:fieldpath/set.go): which steps are members, and what is below. */
export interface FieldSet {
  readonly members: ReadonlySet<Step>;
  readonly children: ReadonlyMap<Step, FieldSet>;
}

export const noFields: FieldSet = { members: new Set(), children: new Map() };

export const fieldStep = (name: string): Step => `f:${name}`;
export const isEmpty = ({ members, children }: FieldSet): boolean => members.size === 0 && children.size === 0;

/** A set while it is being made. */
export class FieldSetBuilder {
  readonly members = new Set<Step>();
  readonly children = new Map<Step, FieldSetBuilder>();

  insert(path: readonly Step[]): void {
    let at: FieldSetBuilder = this;
    for (const step of path.slice(0, -1)) {
      let below = at.children.get(step);
      if (!below) {
        below = new FieldSetBuilder();
        at.children.set(step, below);
      }
      at = below;
    }
    const last = path.at(-1);
    // Nobody owns an object as a whole.
    if (last !== undefined) at.members.add(last);
  }
}

/** `fieldsV1` of a managedFields entry. */
export function fieldSetOf(fields: Json | undefined): FieldSet {
  const members = new Set<Step>();
  const children = new Map<Step, FieldSet>();
  for (const [key, below] of Object.entries(isObject(fields) ? fields : {})) {
    if (key === '.') continue;
    const step = canonicalStep(key);
    const inner = isObject(below) ? below : {};
    const keys = Object.keys(inner);
    if (keys.length === 0 || '.' in inner) members.add(step);
    if (keys.some(it => it !== '.')) children.set(step, fieldSetOf(inner));
  }
  return { members, children };
}

function canonicalStep(text: string): Step {
  if (!/^[fkvi]:/.test(text)) throw new DiffError(`unrecognized path element ${JSON.stringify(text)}`);
  if (!text.startsWith('k:') && !text.startsWith('v:')) return text;
  try {
    const value = JSON.parse(text.slice(2)) as Json;
    return text.startsWith('k:') && isObject(value) ? keyStep(value) : valueStep(value);
  } catch {
    throw new DiffError(`parsing value ${JSON.stringify(text)}: invalid JSON`);
  }
}

export function keyStep(keys: JsonObject): Step {
  const sorted = Object.keys(keys).sort(byCodePoint);
  return `k:{${sorted.map(it => `${JSON.stringify(it)}:${JSON.stringify(keys[it])}`).join(',')}}`;
}

export const valueStep = (value: Json): Step => `v:${JSON.stringify(value)}`;

/** As error messages have it: `.spec`, `[name="web"]`, `[="a"]`, `[0]`. */
export function stepText(step: Step): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return `.${rest}`;
  if (step.startsWith('i:')) return `[${rest}]`;
  if (step.startsWith('v:')) return `[=${rest}]`;
  const keys = JSON.parse(rest) as JsonObject;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`;
}

/** How an entry of a list that is merged is named; throws where it cannot be. */
export function stepOfItem(schema: MergeSchema, list: ListType, item: Json): Step {
  if (list.keys.length === 0) return stepOfSetItem(item);
  if (item === null) throw new DiffError('associative list with keys may not have a null element');
  if (!isObject(item)) throw new DiffError('associative list with keys may not have non-map elements');
  const keys: Record<string, Json> = {};
  const { map } = schema.resolve(list.of);
  for (const key of list.keys) {
    // A null is a value here: only a key that is absent has its default.
    const value = Object.hasOwn(item, key) ? item[key] : map?.fields.get(key)?.fallback;
    if (value !== undefined) keys[key] = value;
  }
  if (Object.keys(keys).length === 0)
    throw new DiffError(
      `associative list with keys has an element that omits all key fields [${list.keys.map(it => JSON.stringify(it)).join(' ')}] (and doesn't have default values for any key fields)`,
    );
  return keyStep(keys);
}

function stepOfSetItem(item: Json): Step {
  if (item === null) throw new DiffError("associative list without keys has an element that's an explicit null");
  if (isList(item)) throw new DiffError('not supported: associative list with lists as elements');
  if (isObject(item)) throw new DiffError("associative list without keys has an element that's a map type");
  return valueStep(item);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children);
  for (const [step, set] of b.children) {
    const own = children.get(step);
    children.set(step, own ? union(own, set) : set);
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<Step, FieldSet>();
  for (const [step, set] of a.children) {
    const other = b.children.get(step);
    const both = other ? intersection(set, other) : noFields;
    if (!isEmpty(both)) children.set(step, both);
  }
  return { members: new Set([...a.members].filter(it => b.members.has(it))), children };
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<Step, FieldSet>();
  for (const [step, set] of a.children) {
    const other = b.children.get(step);
    const rest = other ? difference(set, other) : set;
    if (!isEmpty(rest)) children.set(step, rest);
  }
  return { members: new Set([...a.members].filter(it => !b.members.has(it))), children };
}

/** Fields of a struct that only have something below them count as members themselves. */
export function withNamedFields(set: FieldSet, schema: MergeSchema, ref: TypeRef): FieldSet {
  const atom: Atom = Object.keys(ref).length === 0 ? {} : schema.resolve(ref);
  const members = new Set(set.members);
  const children = new Map<Step, FieldSet>();
  for (const [step, below] of set.children) {
    const name = step.startsWith('f:') ? step.slice(2) : undefined;
    const field = name === undefined ? undefined : atom.map?.fields.get(name);
    if (field) members.add(step);
    const type = name !== undefined ? (field?.type ?? atom.map?.of) : step.startsWith('k:') ? atom.list?.of : undefined;
    children.set(step, withNamedFields(below, schema, type ?? {}));
  }
  return { members, children };
}

/** Paths of every member, in no special order. */
export function pathsOf(set: FieldSet, prefix: readonly Step[] = []): readonly (readonly Step[])[] {
  return [
    ...[...set.members].map(it => [...prefix, it]),
    ...[...set.children].flatMap(([step, below]) => pathsOf(below, [...prefix, step])),
  ];
}

/** Every leaf and every entry that a value mentions (typed/tofieldset.go). */
export function fieldsOf(schema: MergeSchema, ref: TypeRef, value: Json): FieldSet {
  const set = new FieldSetBuilder();
  collect(schema, ref, value, [], set);
  return set;
}

function collect(schema: MergeSchema, ref: TypeRef, value: Json, path: readonly Step[], set: FieldSetBuilder): void {
  const atom = deduced(schema.resolve(ref), value);
  if (atom.map) {
    if (atom.map.atomic) set.insert(path);
    else if (isObject(value))
      for (const key of Object.keys(value)) {
        const it = value[key] ?? null;
        const below = [...path, fieldStep(key)];
        const field = atom.map.fields.get(key);
        collect(schema, field?.type ?? atom.map.of ?? {}, it, below, set);
        if (!field || it === null || (isObject(it) && Object.keys(it).length === 0)) set.insert(below);
      }
  } else if (atom.scalar !== undefined) set.insert(path);
  else if (atom.list) {
    if (!atom.list.associative) set.insert(path);
    else if (isList(value)) collectItems(schema, atom.list, value, path, set);
  }
}

function collectItems(
  schema: MergeSchema,
  list: ListType,
  items: readonly Json[],
  path: readonly Step[],
  set: FieldSetBuilder,
): void {
  const steps = items.map(it => stepOfItem(schema, list, it));
  const counts = new Map<Step, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  for (const [i, step] of steps.entries()) {
    if ((counts.get(step) ?? 0) === 1) collect(schema, list.of, items[i] ?? null, [...path, step], set);
    set.insert([...path, step]);
  }
}
