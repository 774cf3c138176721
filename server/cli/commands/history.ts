import { type Command, Option } from 'commander';
import type { HistoryEntry } from '../../core/status/application.ts';
import {
  addClusterOptions,
  applicationArgument,
  applicationHelp,
  type ClusterOptions,
  openApplication,
} from '../cluster.ts';
import type { CliCommand, ExitStatus, World } from '../command.ts';

interface Options extends ClusterOptions {
  readonly output: 'text' | 'json';
}

export const history: CliCommand = {
  name: 'history',
  summary: 'List what was synced when, by whom and from where, as the cluster remembers it',
  define: (command: Command, act) => {
    command
      .argument(applicationArgument, applicationHelp)
      .addOption(new Option('--output <FORMAT>', 'text or json').choices(['text', 'json']).default('text'));
    addClusterOptions(command).action((application: string, options: Options) =>
      act(world => run(application, options, world)),
    );
  },
};

async function run(argument: string, options: Options, world: World): Promise<ExitStatus> {
  const { id, delivery } = await openApplication(argument, options, world);
  const entries = await delivery.history(id);
  if (options.output === 'json') world.out(`${JSON.stringify(entries, undefined, 2)}\n`);
  else if (entries.length === 0) world.out('Nothing was synced yet.\n');
  else world.out(entries.map(it => `${textOf(it)}\n`).join(''));
  return 0;
}

function textOf({ id, deployedAt, revisions, initiatedBy, result, sources }: HistoryEntry): string {
  const at = new Date(deployedAt).toISOString();
  const what = sources
    .map((it, i) => `${it} at ${(revisions[i] ?? '').slice(0, 12) || 'an unknown revision'}`)
    .join('; ');
  return `${id}  ${at}  ${result}  ${initiatedBy}  ${what}`;
}
