import { type Command, Option } from 'commander';
import { diffFiles, type FileDiff, type FileDifference } from '../../engine/compare/files.ts';
import { addClusterOptions, applicationHelp, type ClusterOptions, openApplication } from '../cluster.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';
import { unifiedDiff } from '../printers/unifiedDiff.ts';
import { addTwoFileOptions, subjectOf, type TwoFileOptions } from '../twoFiles.ts';

interface Options extends ClusterOptions, TwoFileOptions {
  readonly output: 'text' | 'json';
}

/** The JSON shape of the answer; it is stable. */
export type DiffReport = FileDiff;

export const diff: CliCommand = {
  name: 'diff',
  summary: 'Show what a sync would change, as Argo CD compares: against a cluster, or between two files',
  define: (command: Command, act) => {
    command
      .argument('[application]', applicationHelp)
      .addOption(new Option('--output <FORMAT>', 'text or json').choices(['text', 'json']).default('text'));
    addClusterOptions(addTwoFileOptions(command)).action((application: string | undefined, options: Options) =>
      act(world => run(application, options, world)),
    );
  },
};

/** 1 where something is OutOfSync. */
async function run(argument: string | undefined, options: Options, world: World): Promise<ExitStatus> {
  const report = await reportOf(argument, options, world);
  world.out(options.output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : textOf(report));
  return report.resources.some(it => it.status === 'OutOfSync') ? 1 : 0;
}

async function reportOf(argument: string | undefined, options: Options, world: World): Promise<DiffReport> {
  const subject = await subjectOf(options, world);
  if (subject) return diffFiles(subject, world.library(), world.types());
  if (argument === undefined) throw new CannotDo('Name an Application, or --desired FILE and --live FILE.');
  const { delivery, id } = await openApplication(argument, options, world);
  const found = await delivery.differences(
    id,
    options.revision === undefined ? {} : { target: { revision: options.revision } },
  );
  return {
    resources: found
      .filter(it => !it.hook)
      .map(({ apiVersion, kind, namespace, name, status, modified, live, predicted }) => ({
        apiVersion,
        kind,
        namespace,
        name,
        status,
        modified,
        live: live ?? null,
        predicted: predicted ?? null,
      })),
    findings: found.flatMap(({ kind, name, note }) =>
      note === undefined
        ? []
        : [{ code: 'not-compared', severity: 'warning', message: `${kind} ${name}: ${note}` } as const],
    ),
  };
}

function textOf({ resources, findings }: DiffReport): string {
  const differing = resources.filter(it => it.status === 'OutOfSync');
  const diffs = differing.map(it => headOf(it) + unifiedDiff(nameOf(it), it.live, it.predicted));
  const notes = findings.map(it => `${it.severity}: ${it.message}\n`);
  const synced = resources.length - differing.length;
  return [...diffs, ...notes, `${differing.length} OutOfSync, ${synced} Synced\n`].join('');
}

function headOf(it: FileDifference): string {
  if (!it.live) return `${nameOf(it)}: not in the cluster\n`;
  return it.predicted ? `${nameOf(it)}: differs\n` : `${nameOf(it)}: not in the manifests, requires pruning\n`;
}

function nameOf({ kind, namespace, name }: FileDifference): string {
  return [kind, namespace, name].filter(it => it !== '').join('/');
}
