import { isUnavailable } from '../../facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { commandText, failedCommand } from '../commandLine.ts';
import { baseName, joined, textOf } from '../content.ts';
import {
  type ChartFiles,
  chartFiles,
  dependencyProblem,
  missingDependencies,
  withDependencies,
} from '../dependencies.ts';
import { yamlOf } from '../jsonText.ts';
import { kubeVersionFrom } from '../kubeVersion.ts';
import { absolute, call, convertYaml, shown } from '../library.ts';
import { outputObjects } from '../manifests.ts';
import { each, Refused, Unknowable, Waiting } from '../stop.ts';
import { checkReferences, fileParametersOf, type ValueFile, valueFilesOf } from '../valueFiles.ts';
import { isTrue, objectIn, objectsIn, textIn, textsIn } from '../words.ts';
import type { Output, Rendered, Renderer, Work } from './renderer.ts';

/** Charts (argo-cd:reposerver/repository/repository.go helmTemplate, util/helm). */
export const helm: Renderer = {
  type: 'Helm',
  summary: 'A Helm chart, as `helm template` renders it',
  // Argo CD asks for the end of the name only.
  claims: fileName => fileName.endsWith('Chart.yaml'),
  render: renderChart,
};

/** What Argo CD puts in place of the name that its temporary file has; a refusal is shorter. */
const inlineValues = '<temp file with values from source.helm.values/valuesObject>';
const inlineValuesInErrors = '<values>';
/** Stands for that name until the command is written: a placeholder with spaces would be quoted. */
const temporary = '<temporary>';

function renderChart(work: Work): Output {
  const options = objectIn(work.source.helm);
  checkReferences(options, work);
  const invocation = invocationOf(options, work);
  checkChart(work);
  checkHelmVersion(textIn(options.version));
  const files = chartFiles(work);
  const first = template(invocation, files, work);
  const wanted = first.kind === 'failed' ? missingDependencies(first.error) : undefined;
  const result = wanted ? template(invocation, withDependencies(files, wanted, work), work) : first;
  if (result.kind === 'failed') throw refusal(invocation, result.error);
  return {
    objects: outputObjects(result.text, work.facts).map(it => ({ object: it.object, ...sourceFile(it.text, work) })),
    commands: [commandText(argumentsOf(invocation, temporary)).replace(temporary, inlineValues)],
  };
}

interface Invocation {
  readonly releaseName: string;
  readonly namespace: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  readonly setString: ReadonlyMap<string, string>;
  readonly setFile: ReadonlyMap<string, ValueFile>;
  readonly values: readonly ValueFile[];
  /** `values` or `valuesObject`, which wins; empty: none. */
  readonly inline: string;
  readonly includeCrds: boolean;
  readonly skipSchemaValidation: boolean;
  readonly skipTests: boolean;
}

function invocationOf(options: JsonObject, work: Work): Invocation {
  const { source, appName, environment } = work;
  const kustomize = objectIn(source.kustomize);
  const own = (field: string) => textIn(options[field]) || textIn(kustomize[field]);
  const kubeVersion = kubeVersionFrom(own('kubeVersion') || work.kubeVersion);
  const apiVersions = [options, kustomize].map(it => textsIn(it.apiVersions)).find(it => it.length > 0);
  const values = valueFilesOf(options, work);
  const parameters = objectsIn(options.parameters);
  const named = (forced: boolean) =>
    new Map(
      parameters
        .filter(it => isTrue(it.forceString) === forced)
        .map(it => [textIn(it.name), environment.substitute(textIn(it.value))]),
    );
  return {
    // An Application of another namespace is called `<namespace>_<name>`, and a release cannot be.
    releaseName: textIn(options.releaseName) || appName.slice(appName.indexOf('_') + 1) || appName,
    namespace: own('namespace') || work.namespace,
    kubeVersion,
    apiVersions: apiVersions ?? work.apiVersions,
    set: named(false),
    setString: named(true),
    setFile: fileParametersOf(options, work),
    values,
    inline: inlineText(options),
    includeCrds: !isTrue(options.skipCrds),
    skipSchemaValidation: isTrue(options.skipSchemaValidation),
    skipTests: isTrue(options.skipTests),
  };
}

function inlineText({ valuesObject, values }: JsonObject): string {
  // JSON is YAML, so the object needs no other form.
  return valuesObject === undefined || valuesObject === null ? textIn(values) : yamlOf(valuesObject);
}

/** argo-cd:reposerver/repository/repository.go getHelmDependencyRepos, which is where a folder that is no chart is noticed. */
function checkChart({ content, path, facts }: Work): void {
  const file = joined(path, 'Chart.yaml');
  const words = shown(absolute(file));
  const refuse = (why: string) =>
    new Refused(`error getting helm repos: error retrieving helm dependency repos: ${why}`);
  if (content.kindOf(file) !== 'file')
    throw refuse(`error reading helm chart from ${words}: open ${words}: no such file or directory`);
  const [chart] = convertYaml(content.read([file]).map(textOf), facts);
  const problem = chart && ('error' in chart ? chart.error : dependencyProblem(chart.value));
  if (problem !== undefined)
    throw refuse(`error unmarshalling the helm chart while getting helm dependency repos: ${problem}`);
}

function checkHelmVersion(version: string): void {
  if (['', 'v3', 'v4'].includes(version)) return;
  throw new Refused(
    `error initializing helm app object: failed to create new helm command: helm version '${version}' is not supported`,
  );
}

type Templated =
  | { readonly kind: 'rendered'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: string };

/** Helm reads its values before anything else, file after file, and stops at the first that is wrong. */
function template(invocation: Invocation, files: ChartFiles, work: Work): Templated {
  const values = valueTexts(invocation, work);
  const parameters = each([...invocation.setFile], ([key, file]) => ({ key, read: readValueFile(file, work) }));
  const broken = parameters.find(it => 'error' in it.read);
  const said = call(
    'helmTemplate',
    {
      files,
      releaseName: invocation.releaseName,
      namespace: invocation.namespace,
      kubeVersion: invocation.kubeVersion,
      apiVersions: invocation.apiVersions,
      includeCrds: invocation.includeCrds,
      skipTests: invocation.skipTests,
      skipSchemaValidation: invocation.skipSchemaValidation,
      values: values.texts,
      set: assignments(invocation.set),
      setString: assignments(invocation.setString),
      setFile: parameters.flatMap(({ key, read }) => ('text' in read ? [{ key, text: read.text }] : [])),
    },
    work.facts,
  );
  const answer = isObject(said) ? said : {};
  const failure = textIn(answer.error);
  // Read before everything else, and by Argo CD less strictly.
  if (/^(Error: )?invalid kube version/.test(failure)) return { kind: 'failed', error: failure };
  const ofValues = valueProblem(failure, values.names);
  if (ofValues !== undefined) return { kind: 'failed', error: ofValues };
  if (values.error !== undefined) return { kind: 'failed', error: values.error };
  if (broken && 'error' in broken.read && !/^(Error: )?failed parsing --set(-string)? data/.test(failure))
    return { kind: 'failed', error: `Error: failed parsing --set-file data: ${broken.read.error}` };
  if (failure !== '') return { kind: 'failed', error: failure };
  return { kind: 'rendered', text: textIn(answer.manifest) };
}

interface ValueTexts {
  readonly texts: readonly string[];
  readonly names: readonly string[];
  /** Of the file behind those that could be read; nothing after it counts. */
  readonly error?: string;
}

function valueTexts({ values, inline }: Invocation, work: Work): ValueTexts {
  const texts: string[] = [];
  const names: string[] = [];
  const reads = each(values, file => readValueFile(file, work));
  for (const [at, read] of reads.entries()) {
    if ('error' in read) return { texts, names, error: `Error: ${read.error}` };
    texts.push(read.text);
    names.push(values[at]?.shown ?? '');
  }
  if (inline !== '') {
    texts.push(inline);
    names.push(inlineValuesInErrors);
  }
  return { texts, names };
}

/** A values file that is no YAML is told by its number; people know it by its name. */
function valueProblem(failure: string, names: readonly string[]): string | undefined {
  const [, at, why] = /^(?:Error: )?failed to parse <values:(\d+)>: (.*)$/s.exec(failure) ?? [];
  return at === undefined ? undefined : `Error: failed to parse ${names[Number(at)] ?? inlineValuesInErrors}: ${why}`;
}

function readValueFile(file: ValueFile, { facts }: Work): { readonly text: string } | { readonly error: string } {
  if (file.kind === 'remote') {
    const text = facts.get('remoteFile', { url: file.url });
    if (text === undefined) throw new Waiting([{ kind: 'remoteFile', of: { url: file.url } }]);
    if (isUnavailable(text)) throw new Unknowable('valuesFile', file.url, text.why);
    return { text };
  }
  const kind = file.content.kindOf(file.path);
  if (kind === undefined) return { error: `open ${file.shown}: no such file or directory` };
  if (kind === 'directory') return { error: `read ${file.shown}: is a directory` };
  return { text: file.content.read([file.path]).map(textOf).join('') };
}

function assignments(values: ReadonlyMap<string, string>): Json {
  return [...values].map(([name, value]) => `${name}=${escapedCommas(value)}`);
}

/** argo-cd:util/helm/cmd.go cleanSetParameters: a comma divides for Helm, but in a list it is meant to. */
function escapedCommas(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replace(/,/g, (comma, at: number) => (value[at - 1] === '\\' ? comma : '\\,'));
}

function argumentsOf(invocation: Invocation, inline: string): readonly string[] {
  const { namespace, kubeVersion } = invocation;
  const many = (flag: string, values: readonly string[]) => values.flatMap(it => [flag, it]);
  const assigned = (flag: string, values: ReadonlyMap<string, string>) =>
    many(
      flag,
      [...values].map(([name, value]) => `${name}=${escapedCommas(value)}`),
    );
  const files = new Map([...invocation.setFile].map(([name, file]) => [name, file.shown]));
  return [
    ...['helm', 'template', '.', '--name-template', invocation.releaseName],
    ...(namespace === '' ? [] : ['--namespace', namespace]),
    ...(kubeVersion === '' ? [] : ['--kube-version', kubeVersion]),
    ...assigned('--set', invocation.set),
    ...assigned('--set-string', invocation.setString),
    ...assigned('--set-file', files),
    ...many(
      '--values',
      invocation.values.map(it => it.shown),
    ),
    ...(invocation.inline === '' ? [] : ['--values', inline]),
    ...many('--api-versions', invocation.apiVersions),
    ...(invocation.includeCrds ? ['--include-crds'] : []),
    ...(invocation.skipSchemaValidation ? ['--skip-schema-validation'] : []),
    ...(invocation.skipTests ? ['--skip-tests'] : []),
  ];
}

function refusal(invocation: Invocation, stderr: string): Refused {
  const words = failedCommand(argumentsOf(invocation, inlineValuesInErrors), stderr).message;
  // argo-cd:util/helm/cmd.go apiVersionsRemover: a cluster has hundreds of them.
  const shorter = words.replace(/(--api-versions [^ ]+ )+/g, '<api versions removed> ');
  return new Refused(`failed to execute helm template command: failed running helm: ${shorter}`);
}

/** Helm heads every document with the template that it comes from, after the name of its chart. */
function sourceFile(text: string, { content, path }: Work): Pick<Rendered, 'file'> {
  const named = /^# Source: [^/\n]+\/(.+)$/m.exec(text)?.[1];
  if (named === undefined) return {};
  // A template of a packaged subchart lies in its archive.
  for (let inside = named; inside !== ''; inside = inside.slice(0, Math.max(inside.lastIndexOf('/'), 0))) {
    const file = joined(path, inside);
    if (content.kindOf(file) === 'file') return { file };
    const archive = content
      .entries(joined(path, 'charts'))
      .find(it => it.name.endsWith('.tgz') && inside === `charts/${packed(it.name)}`);
    if (archive) return { file: joined(path, `charts/${archive.name}`) };
  }
  return {};
}

function packed(archive: string): string {
  return baseName(archive).replace(/-\d[^/]*\.tgz$/, '');
}
