import { type FactKind, type Facts, isUnavailable } from '../facts/facts.ts';
import type { Collected, Context } from './context.ts';
import type { Unknown } from './generation.ts';
import type { Params } from './params.ts';
import type { Failure } from './problem.ts';
import type { Scope } from './render.ts';
import type { Transformed } from './transform.ts';

/** What the generators of a set made, by entry of `spec.generators`. */
export type EntryResult = readonly Transformed[] | Failure;

/**
 * Parameter sets are remembered by everything they depend on, so that a keystroke in the template does not run the generators again:
 * the spec of the generators, the modes and settings, and the facts that were asked, which must still be the very same answers.
 */
interface Remembered {
  readonly results: readonly EntryResult[];
  readonly asked: Collected['asked'];
  readonly unknown: readonly Unknown[];
}

/** Sets whose parameters are kept; the editor works on few at once. */
const MOST_REMEMBERED = 24;

export function recall(context: Context, facts: Facts): readonly EntryResult[] | undefined {
  const stages = facts.renderings?.stages;
  const key = keyOf(context);
  const found = stages?.get(key) as Remembered | undefined;
  if (stages === undefined || found === undefined) return undefined;
  stages.delete(key);
  for (const { kind, of, answer } of found.asked) {
    if (!isSame(facts.get(kind as FactKind, of as never), answer)) return undefined;
  }
  stages.set(key, found);
  for (const entry of found.unknown) context.unknown(entry);
  return found.results;
}

/** Only a complete result is worth remembering. */
export function remember(
  results: readonly EntryResult[],
  context: Context,
  facts: Facts,
  { asked, unknown, missing }: Collected,
): void {
  const stages = facts.renderings?.stages;
  const waits = results.some(result => Array.isArray(result) && result.some(it => it.outcome.waits));
  if (stages === undefined || waits || missing.length > 0) return;
  stages.set(keyOf(context), { results, asked, unknown } satisfies Remembered);
  for (const key of stages.keys()) {
    if (stages.size <= MOST_REMEMBERED) break;
    if (key !== SCOPES) stages.delete(key);
  }
}

/** Parameters as templates see them, interned once although they are rendered at every keystroke. */
export function scopeOf(params: Params, facts: Facts): Scope {
  const stages = facts.renderings?.stages;
  if (stages === undefined) return { params };
  const scopes = (stages.get(SCOPES) as WeakMap<Params, Scope> | undefined) ?? new WeakMap<Params, Scope>();
  stages.set(SCOPES, scopes);
  const scope = scopes.get(params) ?? { params };
  scopes.set(params, scope);
  return scope;
}

const SCOPES = 'scopes';

function keyOf({ set, options }: Context): string {
  const spec = set.template.spec;
  const project = typeof spec === 'object' && spec !== null && 'project' in spec ? spec.project : undefined;
  const { newGitFileGlobbing, includeHiddenDirectories, controllerNamespace } = options;
  return JSON.stringify([
    'generators',
    set.spec.generators ?? null,
    set.goTemplate,
    set.goTemplateOptions,
    set.namespace,
    project ?? null,
    newGitFileGlobbing ?? false,
    includeHiddenDirectories ?? false,
    controllerNamespace ?? null,
  ]);
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return isUnavailable(a) && isUnavailable(b) && a.why === b.why && a.error === b.error;
}
