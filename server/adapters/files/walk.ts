import { readdir, readFile, stat } from 'node:fs/promises';
import ignore, { type Ignore } from 'ignore';
import { matcherOf } from './glob.ts';

export interface WalkOptions {
  /** VS Code globs, relative to the root. */
  readonly exclude: readonly string[];
  /** Which file names are wanted. */
  readonly wanted: (name: string) => boolean;
  /** Links to files: the index skips them (their target would count twice), a tree lists them, as git does. */
  readonly links: 'skip' | 'list';
  /** A plain folder that stands for a repository holds what it holds, whatever its .gitignore says about new files. */
  readonly ignoreFiles: 'respect' | 'disregard';
  readonly signal?: AbortSignal | undefined;
}

/**
 * Absolute paths below `root` in code unit order, without what .gitignore files (nested ones, those above the root up to the repository, and
 * `.git/info/exclude`) or globs hide. Links are never followed into directories, so loops end: what they show lies in the tree anyway, or is
 * not part of it. Folders that cannot be read are left out: a repository with one locked folder is still a repository.
 */
export async function* walk(root: string, options: WalkOptions): AsyncIterable<string> {
  const base = root.replace(/\/+$/, '');
  const excluded = matcherOf(options.exclude);
  const respects = options.ignoreFiles === 'respect';

  async function* below(directory: string, relative: string, outer: readonly Rules[]): AsyncIterable<string> {
    if (options.signal?.aborted) return;
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    const own =
      respects && entries.some(it => it.name === '.gitignore') ? await rulesIn(`${directory}/.gitignore`) : undefined;
    const inner = own ? [...outer, { prefix: relative, rules: own }] : outer;
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (options.signal?.aborted) return;
      const isDirectory = entry.isDirectory();
      const isFile = entry.isFile() || (options.links === 'list' && entry.isSymbolicLink());
      if (entry.name === '.git' || !(isDirectory || (isFile && options.wanted(entry.name)))) continue;
      const within = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (excluded(within) || hidden(inner, within, isDirectory)) continue;
      if (isDirectory) yield* below(`${directory}/${entry.name}`, within, inner);
      else yield `${directory}/${entry.name}`;
    }
  }
  yield* below(base, '', respects ? await rulesAbove(base) : []);
}

/** Whether `walk` would list this file. */
export async function isShown(root: string, file: string, options: WalkOptions): Promise<boolean> {
  const base = root.replace(/\/+$/, '');
  if (!file.startsWith(`${base}/`)) return false;
  const excluded = matcherOf(options.exclude);
  const segments = file.slice(base.length + 1).split('/');
  const rules = [...(await rulesAbove(base))];
  for (const [at, name] of segments.entries()) {
    const prefix = segments.slice(0, at).join('/');
    const own = await rulesIn(prefix === '' ? `${base}/.gitignore` : `${base}/${prefix}/.gitignore`);
    if (own) rules.push({ prefix, rules: own });
    const within = segments.slice(0, at + 1).join('/');
    const isDirectory = at < segments.length - 1;
    if (name === '.git' || excluded(within) || hidden(rules, within, isDirectory)) return false;
  }
  return options.wanted(segments.at(-1) ?? '');
}

interface Rules {
  /** Folder of the rules relative to the root; rules from above the root carry the root's path below them in `above`. */
  readonly prefix: string;
  readonly above?: string;
  readonly rules: Ignore;
}

/** The deepest file decides; `unignored` there beats what an outer one hides (gitignore(5)). */
function hidden(rules: readonly Rules[], path: string, isDirectory: boolean): boolean {
  for (const it of rules.toReversed()) {
    const local = it.above ? `${it.above}/${path}` : it.prefix === '' ? path : path.slice(it.prefix.length + 1);
    const verdict = it.rules.test(isDirectory ? `${local}/` : local);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

async function rulesAbove(root: string): Promise<readonly Rules[]> {
  const found: Rules[] = [];
  let folder = root;
  for (let below = ''; ; ) {
    const isRepository = (await stat(`${folder}/.git`).catch(() => undefined)) !== undefined;
    if (below !== '') {
      const rules = await rulesIn(`${folder}/.gitignore`);
      if (rules) found.unshift({ prefix: '', above: below, rules });
    }
    if (isRepository) {
      const rules = await rulesIn(`${folder}/.git/info/exclude`);
      if (rules) found.unshift({ prefix: '', ...(below === '' ? {} : { above: below }), rules });
      return found;
    }
    const cut = folder.lastIndexOf('/');
    // Outside of a repository the files above the root mean nothing.
    if (cut <= 0) return [];
    const name = folder.slice(cut + 1);
    below = below === '' ? name : `${name}/${below}`;
    folder = folder.slice(0, cut);
  }
}

/** As git sets core.ignorecase where the usual file system does not tell cases apart. */
const ignorecase = process.platform === 'darwin' || process.platform === 'win32';

async function rulesIn(file: string): Promise<Ignore | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : ignore({ ignorecase, allowRelativePaths: true }).add(text);
}
