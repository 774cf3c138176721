/**
 * Compares a plain value with the schema of its kind, as the API server does when the object is applied: what it would refuse is an error
 * (a wrong type, a missing field, a value outside its choices or bounds), what it would silently drop is a warning (an unknown field).
 *
 * Never reported: `null` (the API server takes it for absent), `status`, and anything where the schema leaves the value open. A document
 * that is a patch of another one (strategic merge directives, or told so by the caller) misses nothing. A document that SOPS has encrypted,
 * and a value that a plugin or a build puts in later (`<path:secret#key>`, `${NAME}`, `$(NAME)`), are not yet what they will be.
 */
import type { Problem, ProblemFix } from '../text/finding.ts';
import { isObject, type Json, type JsonObject, pointer } from '../text/json.ts';
import { suggest } from '../text/suggest.ts';
import { outOfBounds, tooFewOrMany } from './bounds.ts';
import type { Schema } from './schema.ts';
import { dotted, fits, typeProblem } from './type.ts';

export interface ValidateOptions {
  /** The value is laid over another object (a Kustomize patch), so it need not be whole. */
  readonly partial?: boolean;
}

export function validateSchema(
  value: Json,
  schema: Schema,
  { partial = false }: ValidateOptions = {},
): readonly Problem[] {
  if (isEncrypted(value)) return [];
  const walk: Walk = { problems: [], path: [], schemas: [], partial, lenient: 0, directive: false };
  check(value, schema, walk);
  if (schema.kind !== undefined && !partial && isObject(value) && isNameless(value))
    walk.problems.push(nameless(schema.kind));
  return walk.directive ? walk.problems.filter(it => it.code !== 'missing-field') : walk.problems;
}

/** The state of one walk. Paths are built only for what is reported: nearly every value is right. */
interface Walk {
  readonly problems: Problem[];
  readonly path: (string | number)[];
  /** The schemas of the values that contain the present one, outermost first. */
  readonly schemas: Schema[];
  readonly partial: boolean;
  /** How many lenient values contain the present one. */
  lenient: number;
  /** A strategic merge directive was met: the document is a patch. */
  directive: boolean;
}

/** SOPS replaces the values and adds its metadata beside them. */
function isEncrypted(value: Json): boolean {
  return isObject(value) && isObject(value.sops) && typeof value.sops.mac === 'string';
}

const placeholder = /^(<[^<>]+>|\$\{[^{}]+\}|\$\([^()]+\))$/;

function check(value: Json, schema: Schema, walk: Walk): void {
  if (schema.types.length === 0 || (typeof value === 'string' && placeholder.test(value))) return;
  if (!fits(value, schema.types)) {
    const problem = typeProblem(value, schema, walk.path, walk.schemas[0]?.title);
    if (problem) walk.problems.push(problem);
    return;
  }
  if (schema.lenient) walk.lenient++;
  if (Array.isArray(value)) checkItems(value, schema, walk);
  else if (isObject(value)) checkFields(value, schema, walk);
  else if (schema.choices || schema.bounds) checkScalar(value, schema, walk);
  if (schema.lenient) walk.lenient--;
}

function checkItems(list: readonly Json[], { items }: Schema, walk: Walk): void {
  if (!items) return;
  for (const [index, item] of list.entries()) {
    walk.path.push(index);
    check(item, items, walk);
    walk.path.pop();
  }
}

function checkFields(value: JsonObject, schema: Schema, walk: Walk): void {
  const { properties, values } = schema;
  if (!properties && !values) return;
  walk.schemas.push(schema);
  for (const name in value) {
    const field = value[name];
    if (field === undefined) continue;
    const known = properties ? properties.get(name) : values;
    if (!known) reportUnknown(name, schema, walk);
    else if (field !== null) {
      walk.path.push(name);
      check(field, known, walk);
      walk.path.pop();
    }
  }
  walk.schemas.pop();
  if (walk.partial || walk.lenient > 0) return;
  for (const name of schema.required)
    if (value[name] === undefined || value[name] === null) walk.problems.push(missing(name, schema, walk.path));
  if (schema.bounds) walk.problems.push(...tooFewOrMany(value, schema.bounds, walk.path));
}

function missing(name: string, schema: Schema, path: readonly (string | number)[]): Problem {
  const where = path.length === 0 ? (schema.title ?? 'the object') : dotted(path);
  return {
    code: 'missing-field',
    path: pointer([...path, name]),
    part: 'key',
    message: `Missing field "${name}" in ${where}. The API server refuses the object without it.`,
  };
}

/** No schema says so, but the API server demands it of every object: kubernetes/apimachinery:pkg/api/validation/objectmeta.go. */
function isNameless({ metadata }: JsonObject): boolean {
  if (metadata === undefined || metadata === null) return true;
  if (!isObject(metadata)) return false;
  return isUnset(metadata.name) && isUnset(metadata.generateName);
}

const isUnset = (value: unknown): boolean => value === undefined || value === null || value === '';

function nameless(kind: string): Problem {
  return {
    code: 'missing-field',
    path: '/metadata/name',
    part: 'key',
    message: `This ${kind} has no name. Set metadata.name; the API server refuses the object without it.`,
  };
}

/** kubernetes/apimachinery:pkg/util/strategicpatch/patch.go */
const directives = /^\$(patch|retainKeys|setElementOrder\/.+|deleteFromPrimitiveList\/.+)$/;

function reportUnknown(name: string, schema: Schema, walk: Walk): void {
  if (directives.test(name)) {
    walk.directive = true;
    return;
  }
  const path = pointer([...walk.path, name]);
  const where = walk.path.length === 0 ? (schema.title ?? 'the object') : dotted(walk.path);
  const near = suggest(name, [...(schema.properties?.keys() ?? [])]);
  const since = schema.later.get(name);
  if (since !== undefined) {
    const message = `"${name}" in ${where} needs Argo CD ${since} or later. The version chosen in the settings drops it.`;
    walk.problems.push({ code: 'unknown-field', path, part: 'key', message });
    return;
  }
  const home = near?.toLowerCase() === name.toLowerCase() ? undefined : homeOf(name, schema, walk);
  const ignored = walk.lenient > 0 ? 'Argo CD ignores it' : 'the API server drops it';
  const advice =
    home !== undefined
      ? `It belongs in ${home}; here ${ignored}.`
      : near !== undefined
        ? `Did you mean "${near}"?`
        : `${ignored.charAt(0).toUpperCase()}${ignored.slice(1)}.`;
  const rename: ProblemFix[] =
    home !== undefined || near === undefined
      ? []
      : [{ title: `Change to ${near}`, preferred: true, changes: [{ kind: 'renameKey', path, to: near }] }];
  const message = `Unknown field "${name}" in ${where}. ${advice}`;
  walk.problems.push({ code: 'unknown-field', path, part: 'key', message, fixes: rename });
}

/** Where a field of this very name would stand, if it is one level too high or some levels too deep: the usual slips of indentation. */
function homeOf(name: string, schema: Schema, walk: Walk): string | undefined {
  const below = [...(schema.properties ?? [])].filter(([, it]) => it.properties?.has(name)).map(([it]) => it);
  const only = below[0];
  if (below.length === 1 && only !== undefined) return dotted([...walk.path, only]);
  // Lists stand between, so positions in `schemas` are not positions in the path: go up by the fields only.
  let depth = walk.path.length;
  for (const above of walk.schemas.slice(0, -1).toReversed()) {
    do depth--;
    while (depth > 0 && typeof walk.path[depth] === 'number');
    if (above.properties?.has(name)) return depth === 0 ? 'the top level' : dotted(walk.path.slice(0, depth));
  }
  return undefined;
}

function checkScalar(value: Json, schema: Schema, walk: Walk): void {
  const { choices, bounds } = schema;
  if (choices && typeof value === 'string' && !choices.includes(value) && !(value === '' && schema.emptyIsUnset))
    walk.problems.push(notAChoice(value, choices, walk.path));
  if (!bounds) return;
  const problem = outOfBounds(value, bounds, walk.path);
  if (problem) walk.problems.push(problem);
}

function notAChoice(value: string, choices: readonly string[], path: readonly (string | number)[]): Problem {
  const near = suggest(value, choices);
  const at = pointer(path);
  const listed = choices.length > 12 ? `${quoted(choices.slice(0, 12))}, …` : quoted(choices);
  return {
    code: 'invalid-value',
    path: at,
    message: `${dotted(path)} cannot be "${value}". ${near === undefined ? '' : `Did you mean "${near}"? `}It takes ${listed}.`,
    fixes:
      near === undefined
        ? []
        : [{ title: `Change to ${near}`, preferred: true, changes: [{ kind: 'set', path: at, value: near }] }],
  };
}

const quoted = (names: readonly string[]): string => names.map(it => `"${it}"`).join(', ');
