import type { SourceFile } from '../core/documents/document.ts';
import { folderOf, relativeTo, resolvePath } from '../engine/paths.ts';
import type { Settings } from '../engine/settings.ts';
import { CannotDo, type World } from './command.ts';

/** A file to look at, by absolute path, and the way the user's argument spells it. */
export interface Target {
  readonly file: string;
  readonly shown: string;
  /** The argument named this very file, so not being able to read it is a failure and not a remark. */
  readonly named: boolean;
}

/** Standard input, under the name that reports give it. */
export const inputName = '-';

/** Standard input counts as a file of the present directory: its repository and the settings of paths are those. */
export function inputFile(world: World): string {
  return resolvePath(world.directory, 'standard-input.yaml');
}

/** The files that the arguments mean, each once, in the order of the arguments and then of their paths. */
export async function targetsOf(paths: readonly string[], world: World): Promise<readonly Target[]> {
  const found = new Map<string, Target>();
  for (const path of paths.filter(it => it !== inputName)) {
    const absolute = resolvePath(world.directory, path);
    const kind = await world.kindOf(absolute);
    if (kind === undefined) throw new CannotDo(`${path} does not exist.`);
    if (kind === 'file') {
      const shown = path.replace(/^(\.\/)+/, '');
      if (!found.get(absolute)?.named) found.set(absolute, { file: absolute, shown, named: true });
      continue;
    }
    const prefix = path.replace(/\/+$/, '').replace(/^(\.\/)+/, '');
    for await (const file of world.listManifests(absolute)) {
      const below = relativeTo(absolute, file) ?? file;
      const shown =
        prefix === '' && path.startsWith('/') ? file : prefix === '' || prefix === '.' ? below : `${prefix}/${below}`;
      if (!found.has(file)) found.set(file, { file, shown, named: false });
    }
  }
  return [...found.values()];
}

/** Why a file was not looked at: the rest of a sentence that begins with its name. */
export function whyUnread(source: SourceFile | undefined, { maxFileSize }: Settings): string {
  if (!source) return 'is not a text file, or cannot be read';
  // What is too large was not even loaded.
  if (source.text === '' || source.text.length > maxFileSize)
    return `is larger than ${Math.round(maxFileSize / 1_000_000)} MB`;
  return 'is nested more deeply than any manifest, or is not text';
}

/** What counts as the workspace: the repository of each argument, because projects and clusters lie elsewhere in it; else the argument itself. */
export async function workspaceOf(paths: readonly string[], world: World): Promise<readonly string[]> {
  const roots = new Set<string>();
  for (const path of paths) {
    const absolute = path === inputName ? world.directory : resolvePath(world.directory, path);
    const folder = (await world.kindOf(absolute)) === 'directory' ? absolute : folderOf(absolute);
    const repository = await world.repositoryOf(folder);
    if (repository !== undefined) roots.add(repository);
    else if (path !== inputName) roots.add(absolute);
  }
  return [...roots];
}
