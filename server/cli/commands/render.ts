import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import type { RenderFinding, Rendering } from '../../core/render/rendering.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { RenderOptions } from '../../engine/render.ts';
import type { Workbench } from '../../engine/workbench.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';
import { declaredApplications, nameOf } from '../declared.ts';
import { addKnowledgeOptions, type KnowledgeOptions, settingsFor } from '../options.ts';

interface Options extends KnowledgeOptions {
  readonly name?: string;
  readonly revision?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly fetch?: boolean;
  readonly plugin?: Readonly<Record<string, readonly string[]>>;
  readonly output: 'text' | 'json';
}

/** The JSON shape of the answer; it is stable. */
export interface Rendered {
  readonly manifests: readonly JsonObject[];
  readonly findings: readonly PrintedRenderFinding[];
  /** What was left out because it cannot be known here; while there is any, `manifests` is not everything. */
  readonly missing: readonly PrintedMissing[];
}

/** `application`: only where several were rendered. */
type OfApplication = { readonly application?: string };
export type PrintedRenderFinding = OfApplication & RenderFinding;
export type PrintedMissing = OfApplication & { readonly kind: string; readonly of: string; readonly why: string };

export const render: CliCommand = {
  name: 'render',
  summary: 'Make the manifests of an Application, as Argo CD does before it compares them with the cluster',
  define: (command: Command, act) => {
    command
      .argument(
        '<application>',
        'a file with an Application, or the name of one that the present repository has; - reads standard input',
      )
      .option('--name <NAME>', 'only this one of the Applications that the file declares or generates')
      .option('--revision <REVISION>', 'read repositories at this branch, tag or commit instead of their work tree')
      .option('--kube-version <VERSION>', "the destination's Kubernetes version, which charts may ask for")
      .addOption(
        new Option(
          '--api-versions <LIST>',
          "the destination's API versions, by commas, which charts may ask for (repeatable)",
        ).argParser((text: string, before: readonly string[] | undefined) => [
          ...(before ?? []),
          ...text.split(',').flatMap(it => it.trim() || []),
        ]),
      )
      .addOption(
        new Option(
          '--plugin <NAME=PROGRAM>',
          'a program to run in place of a config management plugin, in a copy of the repository (repeatable)',
        ).argParser(pluginIn),
      )
      .option(
        '--fetch',
        'fetch charts, remote bases and repositories that are not here, with the logins of git and helm',
      )
      .addOption(
        new Option('--output <FORMAT>', 'text: YAML documents; json: with findings and what is missing')
          .choices(['text', 'json'])
          .default('text'),
      );
    addKnowledgeOptions(command).action((application: string, options: Options) =>
      act(world => run(application, options, world)),
    );
  },
};

/** Without arguments: a script of one line has them. */
function pluginIn(text: string, before: Options['plugin']): NonNullable<Options['plugin']> {
  const cut = text.indexOf('=');
  if (cut <= 0 || cut === text.length - 1) throw new InvalidArgumentError('Write NAME=PROGRAM.');
  const program = text.slice(cut + 1);
  return { ...before, [text.slice(0, cut)]: [program] };
}

async function run(argument: string, options: Options, world: World): Promise<ExitStatus> {
  if (options.revision?.startsWith('-')) throw new CannotDo(`"${options.revision}" is not a revision.`);
  const settings = { ...settingsFor(options, world.directory), plugins: options.plugin ?? {} };
  const workbench = world.workbench(settings, { background: false });
  const declared = await declaredApplications(argument, options.name, workbench, world);
  const parts: Rendered[] = [];
  for (const { application, folder } of declared) {
    const rendering = await rendered(application, workbench, {
      near: [folder],
      content: options.revision === undefined ? 'buffers' : { revision: options.revision },
      kubeVersion: options.kubeVersion,
      apiVersions: options.apiVersions,
      fetch: options.fetch,
      settings: { controllerNamespace: settings.argocdNamespace },
    });
    parts.push(renderedFrom(rendering, declared.length > 1 ? { application: nameOf(application) } : {}));
  }
  world.progress(undefined);
  const whole = {
    manifests: parts.flatMap(it => it.manifests),
    findings: parts.flatMap(it => it.findings),
    missing: parts.flatMap(it => it.missing),
  };
  print(whole, options.output, world);
  if (whole.findings.some(it => it.severity === 'error')) return 1;
  return whole.missing.length > 0 ? 2 : 0;
}

/** With `--fetch` the repositories that nobody has are cloned, each once, and then it is rendered again. */
async function rendered(application: JsonObject, workbench: Workbench, options: RenderOptions): Promise<Rendering> {
  const tried = new Set<string>();
  for (;;) {
    const rendering = await workbench.renderer.renderApplication(application, options);
    const wanted = rendering.unknown.flatMap(it => (it.kind === 'repository' && !tried.has(it.of) ? [it.of] : []));
    if (!options.fetch || wanted.length === 0) return rendering;
    for (const url of wanted) {
      tried.add(url);
      await workbench.fetchRepository(url);
    }
  }
}

function renderedFrom(rendering: Rendering, of: OfApplication): Rendered {
  const { error } = rendering;
  const refused: readonly RenderFinding[] =
    error === undefined
      ? []
      : [{ code: 'render-failed', severity: 'error', message: error, source: rendering.failed ?? 0 }];
  return {
    manifests: rendering.manifests.map(it => it.object),
    findings: [...refused, ...rendering.findings].map(it => ({ ...of, ...it })),
    missing: [
      ...rendering.unknown.map(({ kind, of: what, why }) => ({ ...of, kind, of: what, why })),
      ...rendering.missing.map(it => ({
        ...of,
        kind: it.kind,
        of: JSON.stringify(it.of).slice(0, 200),
        why: 'It was asked for again and again without an answer.',
      })),
    ],
  };
}

function print(rendered: Rendered, output: Options['output'], world: World): void {
  if (output === 'json') {
    world.out(`${JSON.stringify(rendered, undefined, 2)}\n`);
    return;
  }
  const text = (object: JsonObject) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' });
  world.out(rendered.manifests.map(it => `---\n${text(it)}`).join(''));
  for (const { severity, code, message, file } of rendered.findings)
    world.err(`${file === undefined ? '' : `${file}: `}${severity} ${code}: ${message}\n`);
  for (const { kind, of, why } of rendered.missing) world.err(`missing ${kind} ${of}: ${why}\n`);
}
