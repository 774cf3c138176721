import { type Command, Option } from 'commander';
import { addClusterOptions, applicationArgument, applicationHelp, type Opened, openApplication } from '../cluster.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';
import { addRunningOptions, type RunningOptions, runOperation } from '../operations.ts';

interface Options extends RunningOptions {
  readonly git?: boolean;
}

export const rollback: CliCommand = {
  name: 'rollback',
  summary: 'Bring a cluster back to an entry of the history, or make the commit that does it for good',
  define: (command: Command, act) => {
    command
      .argument(applicationArgument, applicationHelp)
      .argument('[id]', 'of the history; the one before the newest by default')
      .option('--git', 'make a revert commit on a new branch instead; touches no cluster and pushes nothing')
      .addOption(
        new Option('--output <FORMAT>', 'text, or json: one event a line').choices(['text', 'json']).default('text'),
      );
    addRunningOptions(command);
    addClusterOptions(command).action((application: string, id: string | undefined, options: Options) =>
      act(world => run(application, id, options, world)),
    );
  },
};

async function run(argument: string, id: string | undefined, options: Options, world: World): Promise<ExitStatus> {
  const opened = await openApplication(argument, options, world);
  const entry = await entryOf(id, opened);
  if (options.git) return revert(entry, opened, options, world);
  const choices = await opened.delivery.rollbackChoices(opened.id, entry);
  if (choices.cluster.undoneBy !== undefined) world.err(`${choices.cluster.undoneBy}\n`);
  if (choices.git.possible) world.err(`What lasts is a commit: rollback --git. ${choices.git.summary}\n`);
  const request = {
    kind: 'rollback',
    entry,
    prune: options.prune ?? false,
    pruneConfirmed: options.confirmPrune ?? false,
    dryRun: options.dryRun ?? false,
  } as const;
  return runOperation(opened, request, options, world);
}

async function entryOf(id: string | undefined, { id: application, delivery }: Opened): Promise<number> {
  const history = (await delivery.history(application)).filter(it => it.result === 'Succeeded');
  if (id !== undefined) {
    if (!/^\d+$/.test(id)) throw new CannotDo(`"${id}" is no id of the history.`);
    return Number(id);
  }
  const former = history[1];
  if (!former) throw new CannotDo('The history has no earlier entry to go back to.');
  return former.id;
}

async function revert(entry: number, { id, delivery }: Opened, options: Options, world: World): Promise<ExitStatus> {
  const answer = await delivery.revertInGit(id, entry);
  if (options.output === 'json') world.out(`${JSON.stringify(answer)}\n`);
  else
    world.out(
      answer.kind === 'made'
        ? `${answer.summary}\nBranch ${answer.branch} of ${answer.repository}, commit ${answer.commit.slice(0, 12)}. Push it and open a pull request.\n`
        : `${answer.why}\n`,
    );
  return answer.kind === 'made' ? 0 : 1;
}
