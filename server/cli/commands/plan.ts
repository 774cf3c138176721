import { type Command, Option } from 'commander';
import { addClusterOptions, applicationArgument, applicationHelp, type ClusterOptions } from '../cluster.ts';
import type { CliCommand, ExitStatus, World } from '../command.ts';
import { openOperations, planText, printedPlan, resourceFrom } from '../operations.ts';

interface Options extends ClusterOptions {
  readonly output: 'text' | 'json';
  readonly prune?: boolean;
  readonly force?: boolean;
  readonly replace?: boolean;
  readonly resource?: readonly string[];
  readonly syncOption?: readonly string[];
}

export const plan: CliCommand = {
  name: 'plan',
  summary: 'Say what a sync of an Application would do, step by step, and what refuses it',
  define: (command: Command, act) => {
    command
      .argument(applicationArgument, applicationHelp)
      .option('--prune', 'as if what is not in the manifests any more were deleted')
      .option('--force', 'as if fields of other managers were taken over')
      .option('--replace', 'as if objects were written over as a whole')
      .option('--resource <GROUP:KIND:NAME...>', 'only these, without hooks')
      .option('--sync-option <NAME=VALUE...>', "besides the Application's own")
      .addOption(new Option('--output <FORMAT>', 'text or json').choices(['text', 'json']).default('text'));
    addClusterOptions(command).action((application: string, options: Options) =>
      act(world => run(application, options, world)),
    );
  },
};

/** 1 where something refuses the sync. */
async function run(argument: string, options: Options, world: World): Promise<ExitStatus> {
  const resources = (options.resource ?? []).map(resourceFrom);
  const { id, operations } = await openOperations(argument, options, world);
  const made = await operations.plan(id, {
    prune: options.prune ?? false,
    force: options.force ?? false,
    replace: options.replace ?? false,
    ...(resources.length > 0 ? { resources } : {}),
    ...(options.syncOption ? { syncOptions: options.syncOption } : {}),
    ...(options.revision === undefined ? {} : { content: { revision: options.revision } }),
  });
  const printed = printedPlan(made);
  world.out(options.output === 'json' ? `${JSON.stringify(printed, undefined, 2)}\n` : planText(printed));
  return made.refusals.length > 0 ? 1 : 0;
}
