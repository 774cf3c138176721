import type { Problem } from '../../text/finding.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import type { Inspection } from './inspection.ts';

/** What is written and never read. */
export const ignored: Inspection = {
  name: 'ignored',
  summary: 'Nothing is written that Argo CD ignores',
  inspect({ context }) {
    const { spec, goTemplate, goTemplateOptions } = context.set;
    const problems: Problem[] = [];
    if (!goTemplate && goTemplateOptions.length > 0) {
      const message = 'goTemplateOptions have no effect without goTemplate: true.';
      problems.push({
        code: 'go-template-options',
        severity: 'warning',
        message,
        path: '/spec/goTemplateOptions',
        part: 'key',
      });
    }
    for (const { entry, path } of combined(spec.generators, '/spec/generators'))
      problems.push(...childTemplates(entry, path));
    return problems;
  },
};

/** Only the template of a top-level generator counts (argo-cd:applicationset/generators/matrix.go hands children an empty one). */
function childTemplates(entry: JsonObject, path: string): readonly Problem[] {
  return Object.entries(entry).flatMap(([name, spec]): readonly Problem[] => {
    if (!isObject(spec) || !isObject(spec.template) || Object.keys(spec.template).length === 0) return [];
    const message = `The template of a generator inside of a matrix or merge is ignored. Put it on the matrix or merge itself.`;
    return [{ code: 'ignored-template', severity: 'warning', message, path: `${path}/${name}/template`, part: 'key' }];
  });
}

function combined(
  entries: Json | undefined,
  path: string,
  inside = false,
): readonly { readonly entry: JsonObject; readonly path: string }[] {
  if (!Array.isArray(entries)) return [];
  return (entries as readonly Json[]).flatMap((entry, at) => {
    if (!isObject(entry)) return [];
    const place = `${path}/${at}`;
    const below = ['matrix', 'merge'].flatMap(name => {
      const spec = entry[name];
      return isObject(spec) ? combined(spec.generators, `${place}/${name}/generators`, true) : [];
    });
    return inside ? [{ entry, path: place }, ...below] : below;
  });
}
