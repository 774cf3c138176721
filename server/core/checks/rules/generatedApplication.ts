import type { GeneratedApplication } from '../../generate/generation.ts';
import { nameOf } from '../../generate/validate.ts';
import { validateApplication } from '../../policy/application.ts';
import type { Problem } from '../../text/finding.ts';
import type { Rule } from '../rule.ts';
import { knownWorld } from './application.ts';

/**
 * What is wrong with Applications that a set generates. The ApplicationSet controller makes them all the same; each then stands there with
 * the condition InvalidSpecError. Told once for all Applications that have the same mistake, at the template.
 */
export const generatedApplication: Rule = {
  name: 'generatedApplication',
  summary: 'What the Application controller would refuse of what a set generates',
  codes: [
    'incomplete-source',
    'several-sources',
    'several-tools',
    'invalid-ref',
    'unknown-ref',
    'duplicate-source-name',
    'not-permitted',
    'unknown-project',
    'unused-namespace-metadata',
    'invalid-retry',
    'invalid-history-limit',
    'empty-ignore-difference',
    'invalid-json-pointer',
  ],
  applies: kind => kind === 'ApplicationSet',
  check: ({ document }, context) => {
    const generated = context.generation?.(document);
    if (!generated || document.broken) return { problems: [] };
    const world = knownWorld(context.facts);
    const groups = new Map<string, { readonly problem: Problem; readonly names: string[] }>();
    for (const one of generated.applications.filter(isWhole).slice(0, most)) {
      for (const problem of validateApplication(one.application, world).filter(isOurs)) {
        const key = `${problem.code}\n${problem.path}\n${problem.message}`;
        const group = groups.get(key) ?? { problem, names: [] };
        groups.set(key, group);
        group.names.push(nameOf(one.application));
      }
    }
    return { problems: [...groups.values()].map(({ problem, names }) => inTemplate(problem, names)) };
  },
};

/** A mistake that thousands share is seen in the first ones. */
const most = 1000;

/** Those that the ApplicationSet controller skips have been told of. */
function isWhole({ skipped, partial }: GeneratedApplication): boolean {
  return skipped === undefined && partial !== true;
}

/** `unknown-cluster`: a set is often written before its clusters are registered, and would say it once for each. */
const toldByGeneration: ReadonlySet<string> = new Set(['unknown-cluster', 'invalid-destination']);

function isOurs({ code }: Problem): boolean {
  return !toldByGeneration.has(code);
}

/** Repairs are left out: what stands in the Application is not what stands in the template. */
function inTemplate({ code, message, path, part, severity, related }: Problem, names: readonly string[]): Problem {
  const [first = '', ...others] = names;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const template = (pointer: string): string => `/spec/template${pointer}`;
  return {
    code,
    message: `${message} (generated Application ${first}${more})`,
    path: template(path),
    ...(part && { part }),
    ...(severity && { severity }),
    ...(related && { related: related.map(it => ({ ...it, path: template(it.path) })) }),
  };
}
