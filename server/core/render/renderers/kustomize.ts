import type { FileContent } from '../../facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { commandText, failedCommand } from '../commandLine.ts';
import { joined, textOf } from '../content.ts';
import { yamlOf } from '../jsonText.ts';
import { kubeVersionFrom } from '../kubeVersion.ts';
import {
  type KustomizeFiles,
  kustomizationIn,
  kustomizationNames,
  kustomizeFiles,
  withRemotes,
} from '../kustomization.ts';
import { absolute, call, convertYaml, root, shown } from '../library.ts';
import { outputObjects } from '../manifests.ts';
import { originsOf } from '../origins.ts';
import { Refused } from '../stop.ts';
import { isTrue, listIn, objectIn, objectsIn, textIn, textsIn } from '../words.ts';
import type { Output, Renderer, Work } from './renderer.ts';

/** Kustomizations (argo-cd:util/kustomize/kustomize.go). */
export const kustomize: Renderer = {
  type: 'Kustomize',
  summary: 'A kustomization, edited as the source says and built as `kustomize build` does',
  claims: fileName => kustomizationNames.includes(fileName),
  render: build,
};

function build(work: Work): Output {
  const options = objectIn(work.source.kustomize);
  checkVersion(textIn(options.version), work);
  const helm = objectIn(work.source.helm);
  const own = (field: string) => textIn(helm[field]) || textIn(options[field]);
  const kubeVersion = kubeVersionFrom(own('kubeVersion') || work.kubeVersion);
  const apiVersions = [helm, options].map(it => textsIn(it.apiVersions)).find(it => it.length > 0) ?? work.apiVersions;
  const flags = buildFlags(work.settings.kustomizeBuildOptions ?? '', kubeVersion, apiVersions);
  const args = ['kustomize', 'build', absolute(work.path), ...flags];
  const named = [...textsIn(options.components), ...objectsIn(options.patches).map(it => textIn(it.path))];
  const edited = edit(options, kustomizeFiles(work.path, named, work), work);
  const files = withRemotes(edited.files, flags.includes('--enable-helm'), work);
  const value = objectIn(
    call('kustomizeBuild', { files: placed(files), path: absolute(work.path), options: flags }, work.facts),
  );
  const error = textIn(value.error);
  if (error !== '') throw failedCommand(args.map(shown), shown(error));
  const originOf = originsOf(files, work);
  return {
    objects: outputObjects(textIn(value.manifest), work.facts).map(({ object }) => {
      const file = originOf(object);
      return file === undefined ? { object } : { object, file };
    }),
    commands: [...edited.commands, commandText(args)].map(it => it.replaceAll(root, '.')),
  };
}

/** argo-cd:util/settings/settings.go GetKustomizeBinaryPath. */
function checkVersion(version: string, { settings }: Work): void {
  if (version === '' || (settings.kustomizeVersions?.includes(version) ?? true)) return;
  throw new Refused(`error getting kustomize binary path: kustomize version ${version} is not registered`);
}

/** `kustomize.buildOptions` of argocd-cm, and what the destination adds where charts may be rendered (parseKustomizeBuildOptions). */
function buildFlags(options: string, kubeVersion: string, apiVersions: readonly string[]): readonly string[] {
  const given = options.split(/\s+/).filter(it => it !== '');
  if (!options.includes('--enable-helm')) return given;
  const version = kubeVersion === '' ? [] : ['--helm-kube-version', kubeVersion];
  return [...given, ...version, ...apiVersions.flatMap(it => ['--helm-api-versions', it])];
}

function placed(files: KustomizeFiles): Readonly<Record<string, FileContent>> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [absolute(path), content]));
}

interface Edited {
  readonly files: KustomizeFiles;
  readonly commands: readonly string[];
}

/** The edits of a source in Argo CD's order; patches have no command of Kustomize and are written into the file. */
function edit(options: JsonObject, files: KustomizeFiles, work: Work): Edited {
  const { commands: before, refusal } = editCommands(options, work);
  const patches = objectsIn(options.patches);
  const components = presentComponents(options, work);
  const adding = components.length > 0 ? [['edit', 'add', 'component', ...components]] : [];
  const first = run(before, files, work);
  if (refusal) throw refusal;
  const second = patches.length > 0 ? withPatches(patches, first, work) : first;
  const last = run(adding, second, work);
  const commands = (list: readonly (readonly string[])[]) => list.map(it => commandText(['kustomize', ...it]));
  return {
    files: last,
    commands: [...commands(before), ...(patches.length > 0 ? [patchesNote] : []), ...commands(adding)],
  };
}

interface Commands {
  readonly commands: readonly (readonly string[])[];
  /** Of Argo CD itself, once these commands have run. */
  readonly refusal?: Refused;
}

function editCommands(options: JsonObject, { environment }: Work): Commands {
  const commands: string[][] = [];
  const [prefix, suffix, namespace] = ['namePrefix', 'nameSuffix', 'namespace'].map(it => textIn(options[it]));
  if (prefix) commands.push(['edit', 'set', 'nameprefix', '--', prefix]);
  if (suffix) commands.push(['edit', 'set', 'namesuffix', '--', suffix]);
  const images = textsIn(options.images).map(it => environment.substitute(it));
  if (images.length > 0) commands.push(['edit', 'set', 'image', ...images]);
  const replicas: string[] = [];
  for (const it of objectsIn(options.replicas)) {
    const count = countOf(it.count);
    if (count === undefined)
      return { commands, refusal: new Refused(`expected integer value for count. Received: ${textIn(it.count)}`) };
    replicas.push(`${textIn(it.name)}=${count}`);
  }
  if (replicas.length > 0) commands.push(['edit', 'set', 'replicas', ...replicas]);
  const labels = entriesOf(options.commonLabels).map(([name, value]) => `${name}:${environment.substitute(value)}`);
  if (labels.length > 0) {
    const flags = [
      ...(isTrue(options.forceCommonLabels) ? ['--force'] : []),
      ...(isTrue(options.labelWithoutSelector) ? ['--without-selector'] : []),
      ...(isTrue(options.labelIncludeTemplates) ? ['--include-templates'] : []),
    ];
    commands.push(['edit', 'add', 'label', ...flags, ...labels]);
  }
  const substituted = isTrue(options.commonAnnotationsEnvsubst);
  const annotations = entriesOf(options.commonAnnotations).map(
    ([name, value]) => `${name}:${substituted ? environment.substitute(value) : value}`,
  );
  if (annotations.length > 0) {
    const force = isTrue(options.forceCommonAnnotations) ? ['--force'] : [];
    commands.push(['edit', 'add', 'annotation', ...force, ...annotations]);
  }
  if (namespace) commands.push(['edit', 'set', 'namespace', '--', namespace]);
  return { commands };
}

function entriesOf(value: Json | undefined): readonly (readonly [string, string])[] {
  return Object.entries(objectIn(value)).map(([name, it]) => [name, textIn(it)] as const);
}

/** go:strconv.Atoi of a text, an integer as it is; none at all is 0. */
function countOf(count: Json | undefined): number | bigint | undefined {
  if (count === undefined || count === null) return 0;
  if (typeof count === 'number') return Math.trunc(count);
  const text = textIn(count);
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = BigInt(text.replace(/^\+/, ''));
  return number === BigInt.asIntN(64, number) ? number : undefined;
}

const patchesNote =
  '# kustomization.yaml updated with patches. There is no `kustomize edit` command for adding patches. In order to generate the manifests in your local environment, you will need to copy the patches into kustomization.yaml manually.';

function presentComponents(options: JsonObject, { content, path }: Work): readonly string[] {
  const named = textsIn(options.components);
  if (!isTrue(options.ignoreMissingComponents)) return named;
  return named.filter(it => content.kindOf(clean(joined(path, it))) !== undefined);
}

/** Kept where it climbs out of the repository: nothing is there. */
function clean(path: string): string {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (segment !== '' && segment !== '.') out.push(segment);
  }
  return out.join('/');
}

function run(commands: readonly (readonly string[])[], files: KustomizeFiles, work: Work): KustomizeFiles {
  if (commands.length === 0) return files;
  const value = objectIn(
    call(
      'kustomizeEdit',
      { files: placed(files), path: absolute(work.path), commands: commands.map(it => it.slice(1)) },
      work.facts,
    ),
  );
  const failed = commands[typeof value.at === 'number' ? value.at : 0] ?? [];
  if (textIn(value.error) !== '') throw failedCommand(['kustomize', ...failed], shown(textIn(value.error)));
  const changed = Object.entries(objectIn(value.files)).map(([path, text]) => [
    path.slice(root.length + 1),
    textIn(text),
  ]);
  return { ...files, ...Object.fromEntries(changed) };
}

function withPatches(patches: readonly JsonObject[], files: KustomizeFiles, work: Work): KustomizeFiles {
  const file = kustomizationIn(work.content, work.path);
  if (file === undefined) throw new Refused('kustomization file not found in the path');
  const [converted] = convertYaml([textOf(files[file] ?? '')], work.facts);
  if (!converted || 'error' in converted)
    throw new Refused(
      `failed to unmarshal kustomization.yaml: error converting YAML to JSON: ${converted?.error ?? ''}`,
    );
  const { value } = converted;
  if (!isObject(value)) {
    // Go prints the type of the map that it did not get.
    throw new Refused('expected kustomization.yaml to be type map[string]any, but got map[string]interface {}');
  }
  const before = value.patches;
  if (before !== undefined && !Array.isArray(before)) {
    const type = before === null ? '<nil>' : isObject(before) ? 'map[string]interface {}' : typeof before;
    throw new Refused(`expected 'patches' field in kustomization.yaml to be []any, but got ${type}`);
  }
  // JSON is YAML; the order of the fields means nothing to Kustomize.
  return { ...files, [file]: yamlOf({ ...value, patches: [...listIn(before), ...patches.map(withoutEmpty)] }) };
}

/** A patch goes through Argo CD's own type, which leaves out what is empty (argo-cd:pkg/apis/application/v1alpha1/types.go KustomizePatch). */
function withoutEmpty(patch: JsonObject): JsonObject {
  const kept = Object.entries(patch).filter(([, it]) => it !== null && it !== '');
  return Object.fromEntries(kept.filter(([key, it]) => key !== 'options' || Object.keys(objectIn(it)).length > 0));
}
