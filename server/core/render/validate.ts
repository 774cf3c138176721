import type { Problem } from '../text/finding.ts';
import { aboutOf } from './finish.ts';
import type { RenderedManifest, RenderFinding } from './rendering.ts';
import { textIn } from './words.ts';

/** What is wrong with an object of this kind; nothing is said of a kind that nobody knows. */
export type ProblemsOf = (apiVersion: string, kind: string, object: RenderedManifest['object']) => readonly Problem[];

/** What the API server would say of the rendered objects, each told with the file that made it. */
export function validated(manifests: readonly RenderedManifest[], problemsOf: ProblemsOf): readonly RenderFinding[] {
  return manifests.flatMap(({ object, source, file }) => {
    const about = aboutOf(object);
    const named = `${about.kind} ${about.namespace === '' ? '' : `${about.namespace}/`}${about.name}`;
    return problemsOf(textIn(object.apiVersion), textIn(object.kind), object).map(
      ({ code, message, severity, path }): RenderFinding => ({
        code,
        severity: severity ?? severityOf(code),
        message: `${named}: ${message}`,
        source,
        ...(file === undefined ? {} : { file }),
        about,
        path,
      }),
    );
  });
}

/** As the same codes have it in checks/codes.ts: the API server drops unknown fields and refuses the rest. */
function severityOf(code: string): RenderFinding['severity'] {
  return code === 'unknown-field' ? 'warning' : 'error';
}
