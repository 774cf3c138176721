import type { Json } from '../../text/json.ts';
import { chartFiles } from '../dependencies.ts';
import { kubeVersionFrom } from '../kubeVersion.ts';
import { call } from '../library.ts';
import { outputObjects, quoted } from '../manifests.ts';
import { Refused, Unknowable } from '../stop.ts';
import { listIn, objectIn, objectsIn, textIn } from '../words.ts';
import type { Renderer, Work } from './renderer.ts';

/**
 * A config management plugin runs beside Argo CD's repo server, and nothing of it is known here. Where the user named a command for it, that
 * runs in a copy of the repository with the environment that the plugin would have; otherwise its manifests are left out, and that is said.
 */
export const plugin: Renderer = {
  type: 'Plugin',
  summary: 'A config management plugin: the command that the user named for it',
  render: work => {
    const name = textIn(objectIn(work.source.plugin).name);
    if (!work.settings.plugins.includes(name)) throw notConfigured(name);
    const files = chartFiles({ ...work, path: '' });
    const value = objectIn(
      call('plugin', { name, path: work.path, files, environment: environmentOf(work) }, work.facts),
    );
    const error = textIn(value.error);
    if (error !== '')
      throw new Refused(
        `CMP processing failed for application ${quoted(work.appName)}: error generating manifests in cmp: ${error}`,
      );
    return {
      objects: outputObjects(textIn(value.manifest), work.facts).map(({ object }) => ({ object })),
      commands: [],
    };
  },
};

function notConfigured(name: string): Unknowable {
  const what = name === '' ? 'A config management plugin makes' : `The config management plugin "${name}" makes`;
  const how =
    name === ''
      ? 'Which one is known to Argo CD alone: name it in the source.'
      : 'Name a command for it in the setting gitopsWorkbench.plugins, in a trusted workspace.';
  return new Unknowable('plugin', name, `${what} these manifests, and they are left out. ${how}`);
}

/** argo-cd:reposerver/repository/repository.go getPluginEnvs, pkg/apis/application/v1alpha1/types.go Environ. */
function environmentOf({ source, environment, kubeVersion, apiVersions }: Work): Readonly<Record<string, string>> {
  const own = objectIn(source.plugin);
  const parameters = objectsIn(own.parameters);
  const entries: [string, string][] = [
    ...Object.entries(environment.entries),
    ['KUBE_VERSION', kubeVersionFrom(kubeVersion)],
    ['KUBE_API_VERSIONS', apiVersions.join(',')],
    ...objectsIn(own.env).map((it): [string, string] => [
      `ARGOCD_ENV_${textIn(it.name)}`,
      environment.substitute(textIn(it.value)),
    ]),
    ['ARGOCD_APP_PARAMETERS', JSON.stringify(parameters)],
    ...parameters.flatMap(it => parameterEntries(`PARAM_${escaped(textIn(it.name))}`, it.string, it.map, it.array)),
  ];
  return Object.fromEntries(entries);
}

function parameterEntries(
  name: string,
  text: Json | undefined,
  map: Json | undefined,
  list: Json | undefined,
): [string, string][] {
  return [
    ...(typeof text === 'string' ? [[name, text] as [string, string]] : []),
    ...Object.entries(objectIn(map)).map(([key, it]): [string, string] => [`${name}_${escaped(key)}`, textIn(it)]),
    ...listIn(list).map((it, at): [string, string] => [`${name}_${at}`, textIn(it)]),
  ];
}

function escaped(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
}
