import { type FileContent, isUnavailable, type Missing, type RemoteTree } from '../facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { type Content, joined, textOf } from './content.ts';
import { yamlOf } from './jsonText.ts';
import { convertYaml, matching } from './library.ts';
import { cleaned } from './paths.ts';
import type { Work } from './renderers/renderer.ts';
import { Unknowable, Waiting } from './stop.ts';
import { objectIn, objectsIn, textIn, textsIn } from './words.ts';

/** In the order in which Argo CD looks for them. */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export function kustomizationIn(content: Content, folder: string): string | undefined {
  return kustomizationNames.map(name => joined(folder, name)).find(file => content.kindOf(file) === 'file');
}

/** By path relative to the repository. */
export type KustomizeFiles = Readonly<Record<string, FileContent>>;

/**
 * Everything that a build of this folder could read: its kustomization, what that names, and so on. A repository may hold thousands of other
 * files, so only what is named is taken: every text of a kustomization that is the path of something is taken for one.
 */
export function kustomizeFiles(path: string, extra: readonly string[], work: Work): KustomizeFiles {
  const gathering = new Gathering(work);
  gathering.enter(path);
  // What the source itself names: components, files of patches.
  for (const named of extra) for (const it of expanded(named, path, work)) gathering.name(it, '');
  gathering.run();
  return gathering.files;
}

/** Paths by a pattern, which `kustomize edit add component` takes, too. */
function expanded(pattern: string, from: string, { content, facts }: Work): readonly string[] {
  let paths: readonly string[] = [from];
  for (const segment of pattern.split('/'))
    paths = paths.flatMap(path => {
      if (!/[*?[]/.test(segment)) return [joined(path, segment)];
      const names = content.entries(cleaned(path) ?? '').map(it => it.name);
      const { matches } = matching('doublestar', segment, names, facts);
      return names.filter((_, at) => matches[at]).map(it => joined(path, it));
    });
  return paths;
}

class Gathering {
  readonly files: Record<string, FileContent> = {};
  readonly #work: Work;
  readonly #content: Content;
  /** Folders with a kustomization that were not looked into yet. */
  readonly #folders: string[] = [];
  readonly #seen = new Set<string>();
  /** Files to be read; with the folder that paths inside of it count from, where it may name others. */
  readonly #waiting = new Map<string, string | undefined>();

  constructor(work: Work) {
    this.#work = work;
    this.#content = work.content;
  }

  enter(folder: string): void {
    if (this.#seen.has(folder)) return;
    this.#seen.add(folder);
    const entries = this.#content.entries(folder);
    const own = entries.filter(it => kustomizationNames.includes(it.name) && it.kind !== 'directory');
    for (const { name } of own) this.#waiting.set(joined(folder, name), folder);
    if (own.length > 0) this.#folders.push(folder);
    // A folder without one is there all the same, and what Kustomize says of it differs from what it says of nothing.
    const [first] = entries.filter(it => it.kind === 'file');
    if (own.length === 0 && first) this.files[joined(folder, first.name)] ??= '';
  }

  /** What a text stands for, if it is the path of something; `key=path` is how generators name files. */
  name(text: string, from: string): void {
    if (text === '' || text.length > 4000 || text.includes('\n')) return;
    for (const named of [text, text.slice(text.indexOf('=') + 1)]) {
      const path = named.startsWith('/') ? undefined : cleaned(joined(from, named));
      const kind = path === undefined ? undefined : this.#content.kindOf(path);
      if (path === undefined || kind === undefined) continue;
      if (kind === 'directory') this.enter(path);
      else if (!this.#waiting.has(path)) this.#waiting.set(path, undefined);
    }
  }

  run(): void {
    const read = new Set<string>();
    for (;;) {
      const wanted = [...this.#waiting].filter(([path]) => !read.has(path));
      if (wanted.length === 0) return;
      const contents = this.#content.read(wanted.map(([path]) => path));
      for (const [at, [path]] of wanted.entries()) {
        read.add(path);
        this.files[path] = contents[at] ?? '';
      }
      this.#look(
        wanted.flatMap(([path, from], at) =>
          from === undefined ? [] : [{ path, from, text: textOf(contents[at] ?? '') }],
        ),
      );
    }
  }

  #look(files: readonly { readonly path: string; readonly from: string; readonly text: string }[]): void {
    if (files.length === 0) return;
    const values = convertYaml(
      files.flatMap(it => documentsIn(it.text)),
      this.#work.facts,
    );
    let at = 0;
    for (const { from, text } of files) {
      for (const _ of documentsIn(text)) {
        const converted = values[at++];
        if (converted && 'value' in converted && isObject(converted.value)) this.#lookInto(converted.value, from);
      }
    }
  }

  #lookInto(value: JsonObject, from: string): void {
    for (const text of textsBelow(value)) this.name(text, from);
    // Configuration of a generator or transformer names files too, and they count from the kustomization.
    for (const list of ['generators', 'transformers', 'validators'])
      for (const named of textsIn(value[list])) {
        const path = cleaned(joined(from, named));
        if (path !== undefined && this.#content.kindOf(path) === 'file') this.#waiting.set(path, from);
      }
    for (const folder of chartFolders(value, from)) this.#take(folder);
  }

  /** A chart is rendered as a whole. */
  #take(folder: string): void {
    for (const { name, kind } of this.#content.entries(folder)) {
      const path = joined(folder, name);
      if (kind === 'directory') this.#take(path);
      else if (this.#content.kindOf(path) === 'file' && !this.#waiting.has(path)) this.#waiting.set(path, undefined);
    }
  }
}

function documentsIn(text: string): readonly string[] {
  return text.split(/^---.*$/m).filter(it => it.trim() !== '');
}

function* textsBelow(value: Json): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* textsBelow(item);
  else if (isObject(value)) for (const item of Object.values(value)) yield* textsBelow(item);
}

interface HelmChart {
  readonly name: string;
  readonly repo: string;
  readonly version: string;
  /** Folder of the chart, relative to the repository. */
  readonly folder: string;
}

/** kustomize:api/internal/builtins/HelmChartInflationGenerator.go: a chart with repository and version has a folder of its own. */
function helmChartsOf(kustomization: JsonObject, from: string): readonly HelmChart[] {
  const globals = objectIn(kustomization.helmGlobals);
  const inFile = textIn(kustomization.kind) === 'HelmChartInflationGenerator' ? [kustomization] : [];
  return [...objectsIn(kustomization.helmCharts), ...inFile].flatMap(it => {
    const [name, repo, version] = [textIn(it.name), textIn(it.repo), textIn(it.version)];
    const home = cleaned(joined(from, textIn(it.chartHome) || textIn(globals.chartHome) || 'charts'));
    if (name === '' || home === undefined) return [];
    const parent = repo !== '' && version !== '' ? joined(home, `${name}-${version}`) : home;
    return [{ name, repo, version, folder: joined(parent, name) }];
  });
}

function chartFolders(kustomization: JsonObject, from: string): readonly string[] {
  return helmChartsOf(kustomization, from).map(it => it.folder);
}

/** The kustomizations among the files, read; what is no YAML is left to Kustomize to say. */
export function kustomizationsIn(
  files: KustomizeFiles,
  work: Work,
): readonly { readonly file: string; readonly folder: string; readonly value: JsonObject }[] {
  const own = Object.keys(files).filter(file => kustomizationNames.includes(file.slice(file.lastIndexOf('/') + 1)));
  if (own.length === 0) return [];
  const values = convertYaml(
    own.map(file => textOf(files[file] ?? '')),
    work.facts,
  );
  return own.flatMap((file, at) => {
    const converted = values[at];
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
    return converted && 'value' in converted && isObject(converted.value)
      ? [{ file, folder, value: converted.value }]
      : [];
  });
}

/**
 * Charts of `helmCharts` and remote bases, which Kustomize would fetch by itself: they are facts, and lie where it would have put the charts,
 * and for the bases in folders that the kustomizations then name instead.
 */
export function withRemotes(files: KustomizeFiles, helmEnabled: boolean, work: Work): KustomizeFiles {
  const added: Record<string, FileContent> = {};
  const missing: Missing[] = [];
  const get = <T>(run: () => T): T | undefined => {
    try {
      return run();
    } catch (cause) {
      if (!(cause instanceof Waiting)) throw cause;
      missing.push(...cause.missing);
      return undefined;
    }
  };
  for (const { file, folder, value } of kustomizationsIn(files, work)) {
    for (const chart of helmEnabled ? helmChartsOf(value, folder) : []) {
      if (chart.repo === '' || work.content.kindOf(chart.folder) === 'directory') continue;
      for (const [path, content] of Object.entries(get(() => fetchedChart(chart, work)) ?? {}))
        added[joined(chart.folder, path)] = content;
    }
    const remotes = remotesOf(value, folder, work.content);
    if (remotes.length === 0) continue;
    const places = new Map<string, string>();
    for (const url of remotes) {
      const tree = get(() => fetchedTree(url, work));
      if (!tree) continue;
      const place = `.remote-${places.size}`;
      for (const [path, content] of Object.entries(tree.files)) added[joined(folder, `${place}/${path}`)] = content;
      places.set(url, joined(place, tree.path));
    }
    added[file] = yamlOf(replaced(value, places));
  }
  if (missing.length > 0) throw new Waiting(missing);
  return { ...files, ...added };
}

function fetchedChart({ name, repo, version }: HelmChart, { facts }: Work): Readonly<Record<string, FileContent>> {
  const of = { repoURL: repo, chart: name, revision: version };
  const chart = facts.get('chart', of);
  if (chart === undefined) throw new Waiting([{ kind: 'chart', of }]);
  if (isUnavailable(chart)) throw new Unknowable('chart', `${repo} ${name} ${version}`, chart.why);
  return chart.files;
}

function fetchedTree(url: string, { facts }: Work): RemoteTree {
  const tree = facts.get('remoteTree', { url });
  if (tree === undefined) throw new Waiting([{ kind: 'remoteTree', of: { url } }]);
  if (isUnavailable(tree)) throw new Unknowable('remoteBase', url, tree.why);
  return tree;
}

/** Fields whose entries Kustomize looks for on the disk first, and then anywhere in the world. */
const reaching = ['resources', 'bases', 'components', 'crds'];

function remotesOf(kustomization: JsonObject, folder: string, content: Content): readonly string[] {
  const named = reaching.flatMap(field => textsIn(kustomization[field]));
  return [...new Set(named.filter(it => isRemote(it) && !isLocal(it, folder, content)))];
}

function isLocal(named: string, folder: string, content: Content): boolean {
  const path = cleaned(joined(folder, named));
  return path !== undefined && content.kindOf(path) !== undefined;
}

/** kustomize:api/internal/git/repospec.go, as far as a look at the text can tell. */
function isRemote(named: string): boolean {
  return (
    /^(git::)?(https?|ssh|git|file):\/\//.test(named) ||
    /^(git::)?[\w.-]+@[\w.-]+[:/]/.test(named) ||
    /^(git::)?(github|gitlab|bitbucket)\.(com|org)[:/]/.test(named) ||
    /(\.git(\/|\?|$)|\/\/.*\?|\?(ref|version)=)/.test(named)
  );
}

function replaced(kustomization: JsonObject, places: ReadonlyMap<string, string>): JsonObject {
  const changed: Record<string, Json> = { ...kustomization };
  for (const field of reaching) {
    const list = changed[field];
    if (Array.isArray(list))
      changed[field] = (list as readonly Json[]).map(it => (typeof it === 'string' ? (places.get(it) ?? it) : it));
  }
  return changed;
}
