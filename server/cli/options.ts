import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Severity } from '../core/text/finding.ts';
import { resolvePath } from '../engine/paths.ts';
import { defaultSettings, type Settings } from '../engine/settings.ts';

/** Options that say what is known of the world; the same words in every command. */
export interface KnowledgeOptions {
  readonly repo?: Readonly<Record<string, string>>;
  readonly clusters?: string;
  readonly parameters?: string;
  readonly newGitFileGlobbing?: boolean;
  readonly includeHiddenDirectories?: boolean;
  readonly argocdVersion?: string;
  readonly argocdNamespace?: string;
}

export function addKnowledgeOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--repo <URL=DIR>',
        'where the content of a repository lies: a git work tree or a plain folder (repeatable)',
      ).argParser(repositoryIn),
    )
    .option('--clusters <FILE>', 'a YAML file of Argo CD cluster Secrets')
    .option('--parameters <FILE>', 'sample parameters for generators that ask the network (docs/parameters.md)')
    .option('--new-git-file-globbing', 'match git files as the controller does with its new file globbing switched on')
    .option('--include-hidden-directories', 'offer hidden directories to git generators, as the repo server can')
    .option(
      '--argocd-namespace <NAME>',
      'where Argo CD runs; cluster Secrets of other namespaces do not count',
      'argocd',
    )
    .addOption(
      new Option('--argocd-version <VERSION>', 'the Argo CD whose fields and rules apply, such as 3.5').argParser(
        versionIn,
      ),
    );
}

export function settingsFor(options: KnowledgeOptions, directory: string): Settings {
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolvePath(directory, path));
  return {
    ...defaultSettings,
    argocdVersion: options.argocdVersion,
    repositories: Object.fromEntries(
      Object.entries(options.repo ?? {}).map(([url, folder]) => [url, resolvePath(directory, folder)]),
    ),
    clustersFile: absolute(options.clusters),
    parametersFile: absolute(options.parameters),
    newGitFileGlobbing: options.newGitFileGlobbing ?? false,
    argocdNamespace: options.argocdNamespace ?? 'argocd',
    includeHiddenDirectories: options.includeHiddenDirectories ?? false,
  };
}

/** `DIR` may hold `=`, and so may a URL's query; a directory rarely begins with a scheme, so the last `=` divides. */
function repositoryIn(text: string, before: Readonly<Record<string, string>> | undefined) {
  const cut = text.lastIndexOf('=');
  if (cut <= 0 || cut === text.length - 1) throw new InvalidArgumentError('Write URL=DIR.');
  return { ...before, [text.slice(0, cut)]: text.slice(cut + 1) };
}

function versionIn(text: string): string {
  const version = /^v?(\d+\.\d+)(\.\d+)?$/.exec(text)?.[1];
  if (version === undefined) throw new InvalidArgumentError('Write a version such as 3.5.');
  return version;
}

export type FailOn = 'error' | 'warning';

export function failOnOption(): Option {
  return new Option('--fail-on <SEVERITY>', 'the least severity that makes the exit status 1')
    .choices(['error', 'warning'])
    .default('error');
}

export function fails(findings: readonly { readonly severity: Severity }[], failOn: FailOn): boolean {
  return findings.some(it => it.severity === 'error' || (failOn === 'warning' && it.severity === 'warning'));
}
