import { sourcesOf } from '../../core/render/sources.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { Observation } from './observe.ts';

/** Root of a local copy of a repository whose files somebody can open; `undefined`: there is none. */
export type RootOf = (repoURL: string) => Promise<string | undefined>;

/**
 * By position of the pair: the local file that says the object. Nothing for what a chart or a kustomization makes, whose rendering names no
 * file, and for repositories that no opened folder is a clone of.
 */
export async function manifestFiles(
  { application, rendering, pairs }: Pick<Observation, 'application' | 'rendering' | 'pairs'>,
  rootOf: RootOf,
): Promise<readonly (string | undefined)[]> {
  const roots = await Promise.all(
    sourcesOf(application).list.map(({ repoURL, chart }) =>
      typeof repoURL === 'string' && chart === undefined ? rootOf(repoURL) : undefined,
    ),
  );
  const files = new Map<JsonObject, string>();
  for (const { object, source, file } of rendering.manifests) {
    const root = roots[source];
    if (root !== undefined && file !== undefined) files.set(object, `${root}/${file}`);
  }
  return pairs.pairs.map(({ target }) => target && files.get(target));
}
