import type { GeneratedApplication, Generation } from '../../generate/generation.ts';
import { nameOf } from '../../generate/validate.ts';
import type { Problem, RelatedPath } from '../../text/finding.ts';
import type { Json, JsonObject } from '../../text/json.ts';
import type { Rule } from '../rule.ts';

/** What generating says of an ApplicationSet: the controller's refusals, template mistakes, Applications that cannot work. */
export const generation: Rule = {
  name: 'generation',
  summary: 'What the ApplicationSet controller would say of this set and of what it generates',
  codes: [
    'applicationset-unreadable',
    'generator-shape',
    'generator-failed',
    'selector-invalid',
    'merge-keys',
    'git-unavailable',
    'go-template-options',
    'template-syntax',
    'template-execution',
    'template-patch',
    'unrecognized-generator',
    'missing-application-name',
    'duplicate-application-name',
    'unknown-project',
    'invalid-destination',
  ],
  applies: kind => kind === 'ApplicationSet',
  check: ({ document }, context) => {
    const generated = context.generation?.(document);
    if (!generated) return { problems: [] };
    return { problems: generated.problems.map(it => explained(it, generated)), missing: generated.missing };
  },
};

/** Argo CD names the Applications that collide; the author also wants to know what they are made of. */
function explained(problem: Problem, { applications }: Generation): Problem {
  if (problem.code !== 'duplicate-application-name') return problem;
  const name = problem.message.slice(problem.message.lastIndexOf(': ') + 2);
  const colliding = applications.filter(it => nameOf(it.application) === name);
  if (colliding.length < 2) return problem;
  const told = differing(colliding.map(it => it.parameters)).slice(0, 3);
  const more = colliding.length > told.length ? ` and ${colliding.length - told.length} more` : '';
  return {
    ...problem,
    message: `${problem.message}. Argo CD skips all of them; their parameters are ${told.join(', ')}${more}. Put what differs into the name.`,
    related: [...(problem.related ?? []), ...colliding.slice(0, 5).flatMap(placeOf)],
  };
}

function placeOf({ origin }: GeneratedApplication): readonly RelatedPath[] {
  const item = origin.findLast(it => it.itemPath !== undefined);
  return item?.itemPath === undefined
    ? []
    : [{ path: item.itemPath, message: `One of them is made of ${item.item ?? 'this'}.` }];
}

/** Parameter sets in a few words: only what tells them apart, or all of it where nothing does. */
function differing(sets: readonly JsonObject[]): readonly string[] {
  const keys = [...new Set(sets.flatMap(it => Object.keys(it)))];
  const telling = keys.filter(key => new Set(sets.map(it => JSON.stringify(it[key]))).size > 1);
  const shown = (telling.length > 0 ? telling : keys).slice(0, 4);
  return sets.map(
    set =>
      `{${shown
        .filter(key => key in set)
        .map(key => `${key}: ${brief(set[key])}`)
        .join(', ')}}`,
  );
}

function brief(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
