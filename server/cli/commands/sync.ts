import { type Command, Option } from 'commander';
import { addClusterOptions, applicationArgument, applicationHelp, openApplication } from '../cluster.ts';
import type { CliCommand, ExitStatus, World } from '../command.ts';
import { addRunningOptions, type RunningOptions, resourceFrom, runOperation } from '../operations.ts';

interface Options extends RunningOptions {
  readonly force?: boolean;
  readonly replace?: boolean;
  readonly resource?: readonly string[];
  readonly syncOption?: readonly string[];
}

export const sync: CliCommand = {
  name: 'sync',
  summary: 'Bring a cluster to what an Application says, after showing the plan',
  define: (command: Command, act) => {
    command
      .argument(applicationArgument, applicationHelp)
      .option('--force', 'take over fields of other managers, and recreate what cannot be changed')
      .option('--replace', 'write objects over as a whole instead of applying them')
      .option('--resource <GROUP:KIND:NAME...>', 'only these, without hooks and without history')
      .option('--sync-option <NAME=VALUE...>', "besides the Application's own, such as PruneLast=true")
      .addOption(
        new Option('--output <FORMAT>', 'text, or json: one event a line').choices(['text', 'json']).default('text'),
      );
    addRunningOptions(command);
    addClusterOptions(command).action((application: string, options: Options) =>
      act(world => run(application, options, world)),
    );
  },
};

/** 0 synced (and healthy with --wait), 1 failed or refused. */
async function run(argument: string, options: Options, world: World): Promise<ExitStatus> {
  const resources = (options.resource ?? []).map(resourceFrom);
  const opened = await openApplication(argument, options, world);
  const request = {
    kind: 'sync',
    prune: options.prune ?? false,
    pruneConfirmed: options.confirmPrune ?? false,
    dryRun: options.dryRun ?? false,
    force: options.force ?? false,
    replace: options.replace ?? false,
    ...(resources.length > 0 ? { resources } : {}),
    ...(options.syncOption ? { syncOptions: options.syncOption } : {}),
    ...(options.revision === undefined ? {} : { content: { revision: options.revision } }),
  } as const;
  return runOperation(opened, request, options, world);
}
