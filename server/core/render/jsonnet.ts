import type { Json } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { joined, parentOf, textOf } from './content.ts';
import { absolute, call, root, shown } from './library.ts';
import { cleaned, resolveInside } from './paths.ts';
import type { Work } from './renderers/renderer.ts';
import { isTrue, objectIn, objectsIn, textIn, textsIn } from './words.ts';

export type JsonnetResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string };

/** One Jsonnet file with what it imports (argo-cd:reposerver/repository/repository.go, makeJsonnetVM). */
export function evaluateJsonnet(file: string, work: Work): JsonnetResult {
  const options = objectIn(objectIn(work.source.directory).jsonnet);
  const libs = textsIn(options.libs).map(lib => resolveInside(work.content, '', lib, { root: true }));
  // Libraries are relative to the repository, and the application's own folder comes last.
  const folders = [work.path, ...libs];
  const files = importsOf(file, folders, work);
  const answer = call(
    'jsonnet',
    {
      files: Object.fromEntries(Object.entries(files).map(([path, text]) => [absolute(path), text])),
      path: absolute(file),
      tlas: variables(options.tlas, work),
      extVars: variables(options.extVars, work),
      libs: folders.map(absolute),
    },
    work.facts,
  );
  const value = isObject(answer) ? answer : {};
  return typeof value.value === 'string'
    ? { ok: true, text: value.value }
    : { ok: false, error: shown(textIn(value.error)) };
}

function variables(list: Json | undefined, { environment }: Work): Json {
  return objectsIn(list).map(it => ({
    name: textIn(it.name),
    value: environment.substitute(textIn(it.value)),
    code: isTrue(it.code),
  }));
}

const importing = /\bimport(?:str|bin)?\s*@?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** Every file that could be imported: where a path is found in several folders, Jsonnet takes the first, and so it must see them all. */
function importsOf(file: string, folders: readonly string[], { content }: Work): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  let wanted: readonly string[] = [file];
  while (wanted.length > 0) {
    const read = content.read(wanted).map(textOf);
    const next = new Set<string>();
    for (const [at, path] of wanted.entries()) {
      const text = read[at] ?? '';
      texts[path] = text;
      for (const match of text.matchAll(importing)) {
        const named = (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1');
        for (const folder of [parentOf(path), ...folders]) {
          const candidate = named.startsWith('/') ? insideRoot(named) : cleaned(joined(folder, named));
          if (candidate !== undefined && content.kindOf(candidate) === 'file' && !(candidate in texts))
            next.add(candidate);
        }
      }
    }
    wanted = [...next];
  }
  return texts;
}

function insideRoot(path: string): string | undefined {
  return path.startsWith(`${root}/`) ? cleaned(path.slice(root.length + 1)) : undefined;
}
