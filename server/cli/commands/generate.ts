import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { GeneratedApplication } from '../../core/generate/generation.ts';
import { isObject } from '../../core/text/json.ts';
import { resolvePath } from '../../engine/paths.ts';
import type { SetGeneration, Workbench } from '../../engine/workbench.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';
import { type PrintedFinding, printed } from '../findings.ts';
import {
  addKnowledgeOptions,
  type FailOn,
  failOnOption,
  fails,
  type KnowledgeOptions,
  settingsFor,
} from '../options.ts';
import { line } from '../printers/text.ts';
import { inputFile, inputName, whyUnread, workspaceOf } from '../targets.ts';

interface Options extends KnowledgeOptions {
  readonly name?: string;
  readonly revision?: string;
  readonly output: 'yaml' | 'json' | 'names';
  readonly failOn: FailOn;
}

/** The JSON shape of the answer; it is stable. */
export interface Generated {
  readonly applicationSets: readonly GeneratedSet[];
  /** What belongs to no set. */
  readonly findings: readonly PrintedFinding[];
}

export interface GeneratedSet {
  readonly namespace: string;
  readonly name: string;
  readonly applications: readonly GeneratedApplication[];
  readonly findings: readonly PrintedFinding[];
  /** What is not known and would change the answer. */
  readonly missing: readonly { readonly kind: string; readonly of: string; readonly why: string }[];
}

export const generate: CliCommand = {
  name: 'generate',
  summary: 'Print the Applications that the ApplicationSets of a file generate',
  define: (command: Command, act) => {
    command
      .argument('<file>', 'a file with ApplicationSets; - reads standard input')
      .option('--name <NAME>', 'only the ApplicationSet of this name')
      .option('--revision <REVISION>', 'read repositories at this branch, tag or commit instead of their work tree')
      .addOption(
        new Option(
          '--output <FORMAT>',
          'yaml: the Applications; json: with reasons and findings; names: one name a line',
        )
          .choices(['yaml', 'json', 'names'])
          .default('yaml'),
      )
      .addOption(failOnOption());
    addKnowledgeOptions(command).action((file: string, options: Options) => act(world => run(file, options, world)));
  },
};

async function run(path: string, options: Options, world: World): Promise<ExitStatus> {
  if (options.revision?.startsWith('-')) throw new CannotDo(`"${options.revision}" is not a revision.`);
  const fromInput = path === inputName;
  const file = fromInput ? inputFile(world) : resolvePath(world.directory, path);
  const kind = fromInput ? 'file' : await world.kindOf(file);
  if (kind !== 'file') throw new CannotDo(kind ? `${path} is a folder; name a file.` : `${path} does not exist.`);
  const workbench = world.workbench(settingsFor(options, world.directory), { background: false, warm: true });
  workbench.setFolders(await workspaceOf([path], world));
  if (fromInput) workbench.open(file, await world.readInput(), 1);
  const generated = await generatedBy(file, fromInput ? inputName : path.replace(/^(\.\/)+/, ''), options, workbench);
  world.progress(undefined);
  print(generated, options.output, world);
  const findings = [...generated.findings, ...generated.applicationSets.flatMap(it => it.findings)];
  if (fails(findings, options.failOn)) return 1;
  if (generated.applicationSets.length === 0)
    throw new CannotDo(
      options.name === undefined
        ? `${path} holds no ApplicationSet.`
        : `${path} holds no ApplicationSet named "${options.name}".`,
    );
  return 0;
}

async function generatedBy(file: string, shown: string, options: Options, workbench: Workbench): Promise<Generated> {
  const { findings, source } = await workbench.findings(file);
  if (!source || source.content === 'skipped') throw new CannotDo(`${shown} ${whyUnread(source, workbench.settings)}.`);
  const sets: GeneratedSet[] = [];
  const inSets = new Set<number>();
  for (const document of source.documents) {
    if (document.kind !== 'ApplicationSet' || !document.apiVersion?.startsWith('argoproj.io/')) continue;
    inSets.add(document.index);
    if (options.name !== undefined && document.name !== options.name) continue;
    const { revision } = options;
    const set = await (revision === undefined
      ? workbench.generation(file, document.index)
      : workbench.generationAt(file, document.index, { revision }));
    const own = set ? set.findings : findings.filter(it => it.document === document.index);
    sets.push({
      namespace: document.namespace ?? '',
      name: document.name ?? '',
      applications:
        set?.generation.applications.map(({ application, parameters, origin }) => ({
          application,
          parameters,
          origin,
        })) ?? [],
      findings: own.map(it => printed(it, shown, source.lines)),
      missing: missingOf(set),
    });
  }
  const outer = findings.filter(it => !inSets.has(it.document));
  return { applicationSets: sets, findings: outer.map(it => printed(it, shown, source.lines)) };
}

function missingOf(set: SetGeneration | undefined): GeneratedSet['missing'] {
  return set?.generation.unknown.map(({ kind, of, why }) => ({ kind, of, why })) ?? [];
}

function print(generated: Generated, output: Options['output'], world: World): void {
  const applications = generated.applicationSets.flatMap(it => it.applications);
  if (output === 'json') {
    world.out(`${JSON.stringify(generated, undefined, 2)}\n`);
    return;
  }
  if (output === 'names') world.out(applications.map(it => `${nameOf(it)}\n`).join(''));
  else
    world.out(
      applications
        .map(it => `---\n${stringify(it.application, { lineWidth: 0, aliasDuplicateObjects: false })}`)
        .join(''),
    );
  for (const set of generated.applicationSets)
    for (const { kind, of, why } of set.missing) world.err(`${set.name}: ${kind} ${of}: ${why}\n`);
  const findings = [...generated.findings, ...generated.applicationSets.flatMap(it => it.findings)];
  for (const finding of findings) world.err(`${line(finding)}\n`);
}

function nameOf({ application }: GeneratedApplication): string {
  const { metadata } = application;
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}
