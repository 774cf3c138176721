import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { templateFunctions } from './functions.ts';
import type { ParsedTemplate } from './nodes.ts';
import { functionsIn, walk } from './references.ts';

/** Paths from the parameters' root. */
export type Dependencies = readonly (readonly string[])[];

/** These change their arguments, which templates after this one see. */
const changing = new Set(['set', 'unset', 'merge', 'mustMerge', 'mergeOverwrite', 'mustMergeOverwrite']);

/**
 * All that a template's result depends on, so that `{{ .server | upper }}` runs once per server and not once per Application.
 * `undefined` where that cannot be told: the template takes all parameters at once, changes them, gives something else each time, or
 * is broken (its error repeats nothing of the parameters, but nobody runs it often).
 */
export function dependenciesOf(parsed: ParsedTemplate): Dependencies | undefined {
  if (parsed.errors.length > 0) return undefined;
  const opaque = functionsIn(parsed).some(
    ({ name }) => changing.has(name) || templateFunctions.get(name)?.volatile !== false,
  );
  if (opaque) return undefined;
  const paths: (readonly string[])[] = [];
  let whole = false;
  walk(parsed, {
    field: ({ path }) => paths.push(path),
    whole: () => {
      whole = true;
    },
  });
  return whole ? undefined : withoutLonger(paths);
}

/** `.a` includes `.a.b`. */
function withoutLonger(paths: Dependencies): Dependencies {
  const kept: (readonly string[])[] = [];
  for (const path of [...paths].sort((a, b) => a.length - b.length)) {
    if (!kept.some(it => it.every((name, at) => name === path[at]))) kept.push(path);
  }
  return kept;
}

/**
 * The parameters cut down to these paths. A template cannot tell the difference: what is missing stays missing, and where a path
 * meets something that is no map, that thing is kept whole.
 */
export function projected(params: JsonObject, dependencies: Dependencies): JsonObject {
  const result: Record<string, Json> = {};
  for (const path of dependencies) copyPath(params, result, path);
  return result;
}

function copyPath(from: JsonObject, to: Record<string, Json>, path: readonly string[]): void {
  let source = from;
  let target = to;
  for (const [at, name] of path.entries()) {
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    if (value === undefined) return;
    if (at === path.length - 1 || !isObject(value)) {
      put(target, name, value);
      return;
    }
    const known = Object.hasOwn(target, name) ? target[name] : undefined;
    const next: Record<string, Json> = isObject(known) ? (known as Record<string, Json>) : {};
    put(target, name, next);
    source = value;
    target = next;
  }
}

/** Also a parameter named `__proto__`. */
function put(to: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(to, name, { value, enumerable: true, configurable: true, writable: true });
}
