import type { Problem } from '../text/finding.ts';
import { suggest } from '../text/suggest.ts';
import { isTemplate } from './sources.ts';

/**
 * A line of a project role: `p, proj:<project>:<role>, <resource>, <action>, <project>/<object>, allow|deny`
 * (argo-cd:pkg/apis/application/v1alpha1/types.go, validatePolicy). The part that is wrong is marked inside the text.
 */
export function policyProblem(
  policy: string,
  { project, role }: { readonly project: string; readonly role: string },
  path: string,
): readonly Problem[] {
  if (isTemplate(policy) || isTemplate(project) || isTemplate(role)) return [];
  const parts = partsOf(policy);
  const texts = parts.map(it => it.text);
  if (parts.length !== 6 || texts[0] !== 'p') {
    return [problem(policy, "must be of the form: 'p, sub, res, act, obj, eft'", path)];
  }
  const [, subject = '', resource = '', action = '', object = '', effect = ''] = texts;
  const wanted = `proj:${project}:${role}`;
  const wrong = (index: number, sentence: string, meant?: string): readonly Problem[] => {
    const within = parts[index] ?? { start: 0, end: policy.length };
    const span = { start: within.start, end: within.end };
    const fixes =
      meant === undefined
        ? []
        : [
            {
              title: `Change to ${meant}`,
              preferred: true,
              changes: [{ kind: 'replaceWithin' as const, path, within: span, text: meant }],
            },
          ];
    return [{ ...problem(policy, sentence, path), within: span, fixes }];
  };
  // A project whose name is not written down yet cannot be compared with.
  if (project !== '' && subject !== wanted)
    return wrong(1, `policy subject must be: '${wanted}', not '${subject}'`, wanted);
  if (!resources.includes(resource)) {
    const list = "'applications', 'applicationsets', 'repositories', 'exec', 'logs' or 'clusters'";
    return wrong(2, `project resource must be: ${list}, not '${resource}'`, suggest(resource, resources));
  }
  if (!actions.includes(action) && !/(action|update|delete)\//.test(action)) {
    return wrong(
      3,
      `invalid action '${action}'`,
      suggest(
        action,
        actions.filter(it => it !== '*'),
      ),
    );
  }
  if (project !== '' && !isObjectOf(project, object)) {
    return wrong(
      4,
      `object must be of form '${project}/*', '${project}[/<NAMESPACE>]/<APPNAME>' or '${project}/<APPNAME>', not '${object}'`,
    );
  }
  return effect === 'allow' || effect === 'deny'
    ? []
    : wrong(5, "effect must be: 'allow' or 'deny'", suggest(effect, ['allow', 'deny']));
}

const resources = ['applications', 'applicationsets', 'repositories', 'exec', 'logs', 'clusters'];
const actions = ['get', 'create', 'update', 'delete', 'sync', 'override', '*'];

function isObjectOf(project: string, object: string): boolean {
  const rest = object.startsWith(project) ? object.slice(project.length) : '';
  return /^(\/[*\w.-]+)?\/[*\w.-]+$/.test(rest);
}

function problem(policy: string, sentence: string, path: string): Problem {
  return { code: 'invalid-project-policy', message: `invalid policy rule '${policy}': ${sentence}`, path };
}

interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Separated by commas, with the blanks around them left out. */
function partsOf(policy: string): readonly Part[] {
  let from = 0;
  return policy.split(',').map(raw => {
    const text = raw.replace(/^ +| +$/g, '');
    const start = from + (text === '' ? 0 : raw.indexOf(text));
    from += raw.length + 1;
    return { text, start, end: start + text.length };
  });
}
