import { type Command, Option } from 'commander';
import type { Workbench } from '../../engine/workbench.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';
import { type PrintedFinding, printed, reportOf } from '../findings.ts';
import {
  addKnowledgeOptions,
  type FailOn,
  failOnOption,
  fails,
  type KnowledgeOptions,
  settingsFor,
} from '../options.ts';
import { printers } from '../printers/index.ts';
import { inputFile, inputName, type Target, targetsOf, whyUnread, workspaceOf } from '../targets.ts';

interface Options extends KnowledgeOptions {
  readonly output: string;
  readonly failOn: FailOn;
}

export const validate: CliCommand = {
  name: 'validate',
  summary: 'Report what is wrong with the manifests below some paths',
  define: (command: Command, act) => {
    command
      .argument('<path...>', 'files and folders; - reads standard input')
      .addOption(
        new Option('--output <FORMAT>', printers.map(it => `${it.name}: ${it.summary}`).join('; '))
          .choices(printers.map(it => it.name))
          .default('text'),
      )
      .addOption(failOnOption());
    addKnowledgeOptions(command).action((paths: readonly string[], options: Options) =>
      act(world => run(paths, options, world)),
    );
  },
};

async function run(paths: readonly string[], options: Options, world: World): Promise<ExitStatus> {
  const targets = await targetsOf(paths, world);
  const workbench = world.workbench(settingsFor(options, world.directory), { background: true });
  workbench.setFolders(await workspaceOf(paths, world));
  const fromInput = paths.includes(inputName);
  if (fromInput) workbench.open(inputFile(world), await world.readInput(), 1);
  // Names of other sets and projects of other files count, so the index comes first.
  await workbench.idle();
  const all: readonly Target[] = [
    ...targets,
    ...(fromInput ? [{ file: inputFile(world), shown: inputName, named: true }] : []),
  ];
  const looked = await lookAtAll(all, workbench, world);
  const findings = looked.flatMap(it => it.findings);
  const report = reportOf(
    findings,
    looked.length,
    looked.reduce((sum, it) => sum + it.documents, 0),
  );
  const printer = printers.find(it => it.name === options.output);
  world.out(printer?.print(report) ?? '');
  return fails(findings, options.failOn) ? 1 : 0;
}

interface LookedAt {
  readonly findings: readonly PrintedFinding[];
  readonly documents: number;
}

/** Files that wait for the library while others are checked. */
const abreast = 8;

async function lookAtAll(targets: readonly Target[], workbench: Workbench, world: World): Promise<readonly LookedAt[]> {
  const looked: (LookedAt | undefined)[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < targets.length; at = next++) {
      const target = targets[at];
      if (target) looked[at] = await lookAt(target, workbench, world);
      if (at % 50 === 0) world.progress(`Checked ${at} of ${targets.length} files`);
    }
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  world.progress(undefined);
  return looked.flatMap(it => it ?? []);
}

async function lookAt(target: Target, workbench: Workbench, world: World): Promise<LookedAt | undefined> {
  const { findings, source } = await workbench.findings(target.file);
  if (!source || source.content === 'skipped') {
    const why = whyUnread(source, workbench.settings);
    if (target.named) throw new CannotDo(`${target.shown} ${why}.`);
    world.err(`${target.shown} ${why}; it is skipped.\n`);
    return undefined;
  }
  return {
    findings: findings.map(it => printed(it, target.shown, source.lines)),
    documents: source.documents.filter(it => it.value !== null).length,
  };
}
