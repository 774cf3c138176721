import { type Command, Option } from 'commander';
import type { Plan } from '../../core/sync/plan.ts';
import { planFiles } from '../../engine/compare/files.ts';
import type { PlanRequest } from '../../engine/delivery.ts';
import { addClusterOptions, applicationHelp, type ClusterOptions, openApplication } from '../cluster.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';
import { planText, resourceFrom } from '../operations.ts';
import { addTwoFileOptions, subjectOf, type TwoFileOptions } from '../twoFiles.ts';

interface Options extends ClusterOptions, TwoFileOptions {
  readonly output: 'text' | 'json';
  readonly prune?: boolean;
  readonly confirmPrune?: boolean;
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
      .argument('[application]', applicationHelp)
      .option('--prune', 'as if what is not in the manifests any more were deleted')
      .option('--confirm-prune', 'as if somebody confirmed what is pruned with Prune=confirm only')
      .option('--force', 'as if fields of other managers were taken over')
      .option('--replace', 'as if objects were written over as a whole')
      .option('--resource <GROUP:KIND:NAME...>', 'only these, without hooks')
      .option('--sync-option <NAME=VALUE...>', "besides the Application's own")
      .addOption(new Option('--output <FORMAT>', 'text or json').choices(['text', 'json']).default('text'));
    addClusterOptions(addTwoFileOptions(command)).action((application: string | undefined, options: Options) =>
      act(world => run(application, options, world)),
    );
  },
};

/** 1 where something refuses the sync. */
async function run(argument: string | undefined, options: Options, world: World): Promise<ExitStatus> {
  const made = await planned(argument, options, world);
  const printed = { steps: made.steps, refusals: made.refusals, warnings: made.warnings };
  world.out(options.output === 'json' ? `${JSON.stringify(printed, undefined, 2)}\n` : planText(printed));
  return made.refusals.length > 0 ? 1 : 0;
}

async function planned(argument: string | undefined, options: Options, world: World): Promise<Plan> {
  const resources = (options.resource ?? []).map(resourceFrom);
  const request: PlanRequest = {
    ...(options.prune === undefined ? {} : { prune: options.prune }),
    ...(options.confirmPrune === undefined ? {} : { pruneConfirmed: options.confirmPrune }),
    force: options.force ?? false,
    replace: options.replace ?? false,
    ...(resources.length > 0 ? { resources } : {}),
    ...(options.syncOption ? { syncOptions: options.syncOption } : {}),
    ...(options.revision === undefined ? {} : { content: { revision: options.revision } }),
  };
  const subject = await subjectOf(options, world);
  if (subject) return planFiles(subject, request, world.library(), world.types(), Date.now());
  if (argument === undefined) throw new CannotDo('Name an Application, or --desired FILE and --live FILE.');
  const { id, delivery } = await openApplication(argument, options, world);
  return delivery.plan(id, request);
}
