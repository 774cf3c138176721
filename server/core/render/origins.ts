import { isObject, type JsonObject } from '../text/json.ts';
import { textOf } from './content.ts';
import { type KustomizeFiles, kustomizationNames } from './kustomization.ts';
import { decodeTexts } from './manifests.ts';
import type { Work } from './renderers/renderer.ts';
import { kindOf } from './tracking.ts';
import { objectIn, textIn } from './words.ts';

/** The file that a built object most likely comes from: of its kind, and named as it is but for a prefix, a suffix or a hash. */
export type OriginOf = (object: JsonObject) => string | undefined;

interface Resource {
  readonly file: string;
  readonly key: string;
  readonly name: string;
}

/** Kustomize does not say where an object comes from, unless its kustomization asks for annotations that nobody wants in a cluster. */
export function originsOf(files: KustomizeFiles, work: Work): OriginOf {
  const named = Object.keys(files)
    .filter(it => /\.(ya?ml|json)$/.test(it) && !kustomizationNames.includes(it.slice(it.lastIndexOf('/') + 1)))
    .sort();
  const texts = named.map(file => textOf(files[file] ?? ''));
  const resources = decodeTexts(texts, work.facts).flatMap((decoded, at) =>
    decoded.flatMap(it => (it.kind === 'object' ? resourceOf(it.object, named[at] ?? '') : [])),
  );
  return object => {
    const own = resourceOf(object, '')[0];
    if (!own) return undefined;
    const alike = resources.filter(it => it.key === own.key && own.name.includes(it.name));
    const longest = Math.max(...alike.map(it => it.name.length));
    const found = new Set(alike.filter(it => it.name.length === longest).map(it => it.file));
    const [first, ...others] = found;
    // A patch names the same object as the resource that it changes; nothing tells which is which.
    return others.length === 0 ? first : undefined;
  };
}

function resourceOf(object: JsonObject, file: string): readonly Resource[] {
  const { group, kind } = kindOf(object);
  const name = isObject(object.metadata) ? textIn(objectIn(object.metadata).name) : '';
  return name === '' ? [] : [{ file, key: `${group}/${kind}`, name }];
}
