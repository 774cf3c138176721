import { isObject } from '../core/text/json.ts';
import type { Library } from './ports.ts';

/**
 * The version that a chart's revision means among those that there are: a version means itself, anything else is a constraint and means the
 * highest that satisfies it (argo-cd:util/versions/tags.go). `undefined`: none does, or it cannot be read.
 */
export async function bestVersion(
  library: Library,
  revision: string,
  versions: readonly string[],
): Promise<string | undefined> {
  if (versions.includes(revision)) return revision;
  const [answer] = await library.call([{ op: 'semver', args: { constraint: revision, versions } }]);
  const value = answer?.ok && isObject(answer.value) ? answer.value : {};
  if (value.isVersion === true) return revision;
  return typeof value.best === 'string' ? value.best : undefined;
}
