import { parseFile } from '../core/documents/parse.ts';
import { kustomizationNames } from '../core/render/kustomization.ts';
import { isObject, type JsonObject } from '../core/text/json.ts';
import { pathInside } from './paths.ts';

/** Text of a file of the repository; `undefined`: there is none of this name. */
export type ReadInside = (path: string) => Promise<string | undefined>;

const mostPaths = 200;

/**
 * What a source is made of in its repository, as paths relative to it: its folder, value files beside it, and what its kustomizations refer
 * to. The repository itself is `.`.
 */
export async function pathsOfSource(source: JsonObject, read: ReadInside): Promise<readonly string[]> {
  const own = pathInside(typeof source.path === 'string' ? source.path : '') || '.';
  const helm = isObject(source.helm) ? source.helm : {};
  const values = textsIn(helm.valueFiles).flatMap(it => (it.startsWith('$') ? [] : (joined(own, it) ?? [])));
  const found = new Set([own, ...values]);
  const queue = [own];
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift())
    for (const it of await referredBy(folder, read)) {
      if (found.has(it) || found.size > mostPaths) continue;
      found.add(it);
      queue.push(it);
    }
  return [...found];
}

async function referredBy(folder: string, read: ReadInside): Promise<readonly string[]> {
  for (const name of kustomizationNames) {
    const text = await read(folder === '.' ? name : `${folder}/${name}`);
    if (text === undefined) continue;
    const value = parseFile(name, text).documents[0]?.value;
    if (!isObject(value)) return [];
    return ['resources', 'bases', 'components', 'crds'].flatMap(key =>
      textsIn(value[key]).flatMap(it => joined(folder, it) ?? []),
    );
  }
  return [];
}

function joined(folder: string, path: string): string | undefined {
  if (path.includes('://')) return undefined;
  if (path.startsWith('/')) return pathInside(path.slice(1));
  return pathInside(folder === '.' ? path : `${folder}/${path}`);
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(it => typeof it === 'string') : [];
