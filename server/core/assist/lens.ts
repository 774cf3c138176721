import type { Generation } from '../generate/generation.ts';
import type { Finding } from '../text/finding.ts';
import { countOf } from './previewText.ts';

/** What stands above an ApplicationSet: how much it generates, what is wrong, and whether that is the whole answer. */
export function lensTitle(
  generation: Generation | undefined,
  findings: readonly Finding[],
  state: { readonly complete: boolean },
): string {
  if (!generation) return 'Generating…';
  const count = generation.refused === undefined ? countOf(generation) : 'No Applications: refused by the controller';
  const skipped = generation.applications.filter(it => it.skipped !== undefined).length;
  const wrong = findings.filter(it => it.severity === 'error' || it.severity === 'warning').length;
  return [
    state.complete ? count : `${count} so far…`,
    ...(skipped > 0 ? [`${skipped} not created`] : []),
    ...(wrong > 0 ? [`${wrong} ${wrong === 1 ? 'finding' : 'findings'}`] : []),
  ].join(' · ');
}
