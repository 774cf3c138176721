import { type ExtensionContext, extensions, workspace } from 'vscode';
import type { Configuration } from '../server/protocol/requests.ts';
import { chosenContexts } from './chosenClusters.ts';
import { section } from './section.ts';

/** The configuration as the server wants it, with what only the editor knows. */
export function configuration(context: ExtensionContext): Configuration {
  const own = workspace.getConfiguration(section);
  const { clusters, ...others } = plain(own);
  const http = workspace.getConfiguration('http');
  const exclude = workspace.getConfiguration('files').get('exclude');
  const schemaFeatures = own.get<string>('yaml.schemaFeatures', 'auto');
  const redhat = extensions.getExtension('redhat.vscode-yaml') !== undefined;
  const validates = workspace.getConfiguration('yaml').get<boolean>('validate', true);
  return {
    trusted: workspace.isTrusted,
    // Commands run in trusted workspaces only, whoever wrote the setting.
    settings: {
      ...others,
      clusters: { ...(clusters as object | undefined), contexts: chosenContexts(context) },
      exclude,
      proxy: { url: http.get('proxy'), noProxy: http.get('noProxy') },
      ...(workspace.isTrusted ? {} : { plugins: {} }),
    },
    schemaFeatures: schemaFeatures === 'on' || (schemaFeatures === 'auto' && !redhat),
    syntaxElsewhere: schemaFeatures === 'auto' && redhat && validates,
  };
}

/** VS Code's configuration object has methods beside the values. */
function plain(values: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(values)) as Record<string, unknown>;
}
