import { extensions, workspace } from 'vscode';
import type { Configuration } from '../server/protocol/requests.ts';

export const section = 'gitopsWorkbench';

/** The configuration as the server wants it, with what only the editor knows. */
export function configuration(): Configuration {
  const own = workspace.getConfiguration(section);
  const http = workspace.getConfiguration('http');
  const exclude = workspace.getConfiguration('files').get('exclude');
  const schemaFeatures = own.get<string>('yaml.schemaFeatures', 'auto');
  const redhat = extensions.getExtension('redhat.vscode-yaml') !== undefined;
  const validates = workspace.getConfiguration('yaml').get<boolean>('validate', true);
  return {
    trusted: workspace.isTrusted,
    // Commands run in trusted workspaces only, whoever wrote the setting.
    settings: {
      ...plain(own),
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
