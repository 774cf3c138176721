import type { Problem } from '../../text/finding.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { pathMatch } from '../globs/pathMatch.ts';
import type { Inspection } from './inspection.ts';

/** Directory patterns that can never match; Argo CD only logs them or says nothing. */
export const patterns: Inspection = {
  name: 'patterns',
  summary: 'Directory patterns of git generators can match something',
  inspect({ context }) {
    return gitGenerators(context.set.spec.generators, '/spec/generators').flatMap(({ spec, path }) =>
      items(spec.directories).flatMap((item, at): readonly Problem[] => {
        const pattern = typeof item.path === 'string' ? item.path : '';
        const why = pattern.includes('{{') ? undefined : fault(pattern);
        if (why === undefined) return [];
        const place = `${path}/directories/${at}/path`;
        const fixes =
          why.better === undefined
            ? {}
            : {
                fixes: [
                  { title: `Write ${why.better}`, changes: [{ kind: 'set' as const, path: place, value: why.better }] },
                ],
              };
        return [{ code: 'git-pattern', severity: 'warning', message: why.message, path: place, ...fixes }];
      }),
    );
  },
};

function fault(pattern: string): { readonly message: string; readonly better?: string } | undefined {
  if (pathMatch(pattern) === undefined) {
    return { message: `syntax error in pattern. ${JSON.stringify(pattern)} is malformed, so Argo CD leaves it out.` };
  }
  const better = pattern.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  if (better !== pattern && better !== '') {
    return {
      message: `${JSON.stringify(pattern)} matches no directory: paths have no slash at their ends and no ./ before them.`,
      better,
    };
  }
  if (/\{[^{}]*,[^{}]*\}/.test(pattern)) {
    return {
      message: `Braces stand for themselves in directory patterns; ${JSON.stringify(pattern)} needs one entry for each alternative.`,
    };
  }
  return undefined;
}

function gitGenerators(
  entries: Json | undefined,
  path: string,
): readonly { readonly spec: JsonObject; readonly path: string }[] {
  return items(entries).flatMap((entry, at) =>
    Object.entries(entry).flatMap(([name, spec]) => {
      const place = `${path}/${at}/${name}`;
      if (!isObject(spec)) return [];
      return name === 'git' ? [{ spec, path: place }] : gitGenerators(spec.generators, `${place}/generators`);
    }),
  );
}

function items(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}
