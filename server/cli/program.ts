import { Command, CommanderError } from 'commander';
import { Failure } from '../engine/ports.ts';
import { CannotDo, type ExitStatus, type World } from './command.ts';
import { commands } from './commands/index.ts';

/** Runs the command line with these arguments (without node and script) and gives its exit status. */
export async function runProgram(args: readonly string[], version: string, world: World): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = new Command('gitops-workbench')
    .description('Validate Argo CD manifests and preview what ApplicationSets generate, with the engine of the editor.')
    .version(version)
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .exitOverride();
  for (const it of commands) {
    const command = program.command(it.name).description(it.summary).exitOverride();
    command.configureOutput({ writeOut: world.out, writeErr: world.err });
    it.define(command, async run => {
      status = await run(world);
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (cause) {
    return statusOf(cause, world);
  }
}

function statusOf(cause: unknown, world: World): ExitStatus {
  world.progress(undefined);
  // Help and version end the program by the same way, and are fine. Commander has said what else is wrong already.
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
  if (cause instanceof CannotDo || cause instanceof Failure) {
    world.err(`gitops-workbench: ${cause.message}\n`);
    return 2;
  }
  world.err(`gitops-workbench: this is a mistake of ours: ${cause instanceof Error ? cause.stack : cause}\n`);
  return 2;
}
