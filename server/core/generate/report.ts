import type { Problem, RelatedPath } from '../text/finding.ts';
import { isObject } from '../text/json.ts';
import { nameOfSet } from './describe.ts';
import type { GeneratedApplication } from './generation.ts';
import { type Failure, problemOf } from './problem.ts';
import { parseGoTemplate } from './templates/parse.ts';
import { functionsIn } from './templates/references.ts';
import { nameOf, type Refusal } from './validate.ts';

/** The same mistake met by ten thousand parameter sets is told once; different ones at one place, a few times. */
const MOST_AT_ONE_PLACE = 40;

export function failureProblems(failures: readonly Failure[], parameters: readonly string[]): readonly Problem[] {
  const problems = new Map<string, Problem>();
  const atPlace = new Map<string, number>();
  for (const failure of failures) {
    const key = `${failure.path} ${failure.message}`;
    const count = atPlace.get(failure.path) ?? 0;
    if (problems.has(key) || count >= MOST_AT_ONE_PLACE) continue;
    atPlace.set(failure.path, count + 1);
    problems.set(key, otherMode(problemOf(failure), failure, parameters));
  }
  return [...problems.values()];
}

/** `{{name}}` with goTemplate: true is a function that does not exist; a parameter of that name says what was meant. */
function otherMode(problem: Problem, failure: Failure, parameters: readonly string[]): Problem {
  const name = /function "([^"]+)" not defined/.exec(failure.message)?.[1];
  const { template, path } = failure;
  if (name === undefined || template === undefined || !parameters.includes(name)) return problem;
  const parsed = parseGoTemplate(template);
  const found = functionsIn(parsed).find(it => it.name === name);
  const within = found?.span ?? problem.within;
  return {
    ...problem,
    code: 'other-template-mode',
    message: `${problem.message}. With goTemplate: true a parameter is written with a dot: {{ .${name} }}`,
    ...(within === undefined
      ? {}
      : {
          within,
          fixes: [
            {
              title: `Write .${name}`,
              preferred: true,
              changes: [{ kind: 'replaceWithin', path, within, text: `.${name}` }],
            },
          ],
        }),
  };
}

/** What the controller would skip, once for each of its messages, with the parameter sets that it comes from. */
export function refusalProblems(
  refusals: ReadonlyMap<number, Refusal>,
  applications: readonly GeneratedApplication[],
): readonly Problem[] {
  const groups = new Map<string, { readonly refusal: Refusal; readonly from: GeneratedApplication[] }>();
  for (const [at, refusal] of refusals) {
    const generated = applications[at];
    const group = groups.get(refusal.message) ?? { refusal, from: [] };
    groups.set(refusal.message, group);
    if (generated !== undefined) group.from.push(generated);
  }
  return [...groups.values()].map(({ refusal: { code, message, path }, from }): Problem => {
    const related = relatedOf(from);
    return {
      code,
      message: `${message}. ${adviceFor(code, from)}`,
      path: `/spec/template${path}`,
      ...(related.length === 0 ? {} : { related }),
    };
  });
}

function adviceFor(code: string, from: readonly GeneratedApplication[]): string {
  const names = from.slice(0, 4).map(nameOfSet);
  const sources = `${names.join(' and ')}${from.length > names.length ? ` and ${from.length - names.length} more` : ''}`;
  if (code === 'duplicate-application-name') {
    return `Argo CD creates none of them: ${sources} give the same name, so put what differs between them into it`;
  }
  const one = from[0];
  const name = one === undefined || !isObject(one.application) ? '' : nameOf(one.application);
  const which =
    from.length > 1
      ? `${from.length} Applications are skipped (${sources})`
      : `Application ${name} is skipped (${sources})`;
  return which;
}

function relatedOf(from: readonly GeneratedApplication[]): readonly RelatedPath[] {
  const related = new Map<string, RelatedPath>();
  for (const generated of from.slice(0, 10)) {
    for (const { itemPath, item } of generated.origin) {
      if (itemPath !== undefined)
        related.set(itemPath, { path: itemPath, message: `${item ?? 'this item'} is one of them` });
    }
  }
  return [...related.values()];
}
