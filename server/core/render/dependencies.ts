import { type FileContent, isUnavailable, type Missing } from '../facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { failedCommand } from './commandLine.ts';
import { type Content, joined, textOf } from './content.ts';
import { convertYaml } from './library.ts';
import { typeName } from './manifests.ts';
import { cleaned } from './paths.ts';
import type { Work } from './renderers/renderer.ts';
import { Refused, Unknowable, Waiting } from './stop.ts';
import { objectIn, objectsIn, textIn } from './words.ts';

/** By path relative to the chart. */
export type ChartFiles = Readonly<Record<string, FileContent>>;

export function chartFiles({ content, path }: Pick<Work, 'content' | 'path'>): ChartFiles {
  return filesBelow(content, path);
}

/** Links are followed, as Helm's loader does; what leaves the repository was refused before. */
function filesBelow(content: Content, folder: string): ChartFiles {
  const paths = walk(content, folder, '', 0);
  const texts = content.read(paths.map(it => joined(folder, it)));
  return Object.fromEntries(paths.map((path, at) => [path, texts[at] ?? '']));
}

/** Links to folders may lead in circles; no chart is this deep. */
const deepest = 40;

function walk(content: Content, folder: string, inside: string, depth: number): readonly string[] {
  if (depth > deepest) return [];
  return content.entries(joined(folder, inside)).flatMap(({ name }) => {
    const path = joined(inside, name);
    if (path === '.git') return [];
    const kind = content.kindOf(joined(folder, path));
    return kind === 'directory' ? walk(content, folder, path, depth + 1) : kind === 'file' ? [path] : [];
  });
}

/** Why Argo CD cannot read the dependencies of a Chart.yaml, which it does before Helm sees it; scalars count as texts there. */
export function dependencyProblem(chart: Json): string | undefined {
  const wrong = (it: Json, where: string) =>
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${typeName(it)} into Go ${where}`;
  const list = 'struct field dependencies.Dependencies of type';
  if (chart === null) return undefined;
  if (!isObject(chart)) return wrong(chart, 'value of type repository.dependencies');
  const dependencies = chart.dependencies ?? [];
  if (!Array.isArray(dependencies)) return wrong(dependencies, `${list} []repository.repositories`);
  for (const it of dependencies as readonly Json[]) {
    if (it === null) continue;
    if (!isObject(it)) return wrong(it, `${list} repository.repositories`);
    const repository = it.repository ?? '';
    if (typeof repository === 'object')
      return wrong(repository, 'struct field repositories.Dependencies.Repository of type string');
  }
  return undefined;
}

/** The names, where Helm says that dependencies are not in `charts/`: Argo CD then runs `helm dependency build` and tries again. */
export function missingDependencies(error: string): readonly string[] | undefined {
  const [, inRequirements, inChart] =
    /found in (?:requirements\.yaml, but missing in charts(?:\/ directory)?: (.+)|Chart\.yaml, but missing in charts\/ directory: (.+))/.exec(
      error,
    ) ?? [];
  const names = inRequirements ?? inChart;
  return names?.split(',').map(it => it.trim());
}

/** The chart with its missing dependencies put where `helm dependency build` would have put them. */
export function withDependencies(files: ChartFiles, wanted: readonly string[], work: Work): ChartFiles {
  const declared = declaredDependencies(files, work);
  const locked = declaredDependencies({ 'Chart.yaml': files['Chart.lock'] ?? files['requirements.lock'] ?? '' }, work);
  const added: Record<string, FileContent> = {};
  const missing: Missing[] = [];
  for (const dependency of declared.filter(it => wanted.includes(it.name))) {
    const version = locked.find(it => it.name === dependency.name)?.version ?? dependency.version;
    try {
      for (const [path, content] of Object.entries(filesOf({ ...dependency, version }, work)))
        added[`charts/${dependency.name}/${path}`] = content;
    } catch (cause) {
      if (!(cause instanceof Waiting)) throw cause;
      missing.push(...cause.missing);
    }
  }
  if (missing.length > 0) throw new Waiting(missing);
  return { ...files, ...added };
}

interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
}

function declaredDependencies(files: ChartFiles, { facts }: Work): readonly Dependency[] {
  const texts = ['Chart.yaml', 'requirements.yaml'].flatMap(name => files[name] ?? []).map(textOf);
  return convertYaml(texts, facts).flatMap(it =>
    'value' in it && isObject(it.value) ? objectsIn(it.value.dependencies).map(dependencyFrom) : [],
  );
}

function dependencyFrom(declared: JsonObject): Dependency {
  const { name, version, repository } = objectIn(declared);
  return { name: textIn(name), version: textIn(version), repository: textIn(repository) };
}

/** argo-cd:util/helm/helm.go DependencyBuild. */
function notBuilt(why: string): Refused {
  const { message } = failedCommand(['helm', 'dependency', 'build'], `Error: ${why}`);
  return new Refused(
    `error building helm chart dependencies: failed to build helm dependencies: failed to build dependencies: failed running helm: ${message}`,
  );
}

function filesOf({ name, version, repository }: Dependency, { content, path, facts }: Work): ChartFiles {
  if (repository.startsWith('file://')) {
    const folder = cleaned(joined(path, repository.slice('file://'.length)));
    if (folder !== undefined && content.kindOf(joined(folder, 'Chart.yaml')) === 'file')
      return filesBelow(content, folder);
    throw notBuilt(`directory ${repository.slice('file://'.length)} not found`);
  }
  // Without a repository Helm looks where nothing was found before.
  if (repository === '') throw notBuilt(`directory charts/${name} not found`);
  if (!/^(https?|oci):\/\//.test(repository)) {
    throw new Unknowable(
      'chart',
      `${name} ${version}`,
      `The dependency "${name}" is of the repository "${repository}", which is known to Argo CD alone: put the chart into charts/.`,
    );
  }
  const of = { repoURL: repository, chart: name, revision: version };
  const chart = facts.get('chart', of);
  if (chart === undefined) throw new Waiting([{ kind: 'chart', of }]);
  if (isUnavailable(chart)) throw new Unknowable('chart', `${repository} ${name} ${version}`, chart.why);
  return chart.files;
}
