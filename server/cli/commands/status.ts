import { type Command, Option } from 'commander';
import type { ApplicationStatus, ResourceStatus } from '../../core/status/application.ts';
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

export const status: CliCommand = {
  name: 'status',
  summary: 'Tell sync, health and resources of an Application as they are in a cluster',
  define: (command: Command, act) => {
    command
      .argument(applicationArgument, applicationHelp)
      .addOption(new Option('--output <FORMAT>', 'text or json').choices(['text', 'json']).default('text'));
    addClusterOptions(command).action((application: string, options: Options) =>
      act(world => run(application, options, world)),
    );
  },
};

/** 0 Synced and Healthy, else 1. */
async function run(argument: string, options: Options, world: World): Promise<ExitStatus> {
  const { status: found } = await openApplication(argument, options, world);
  world.out(options.output === 'json' ? `${JSON.stringify(found, undefined, 2)}\n` : textOf(found));
  return found.sync === 'Synced' && found.health === 'Healthy' ? 0 : 1;
}

function textOf(status: ApplicationStatus): string {
  const lines = [
    `${status.namespace}/${status.name} in ${status.cluster}: ${status.sync}, ${status.health}`,
    ...status.conditions.map(it => `  ${it.type}: ${it.message}`),
    ...status.notes.map(it => `  Note: ${it}`),
    ...status.resources.filter(it => it.parent === undefined).map(it => `  ${resourceLine(it)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function resourceLine(resource: ResourceStatus): string {
  const name = `${resource.kind} ${resource.namespace === '' ? '' : `${resource.namespace}/`}${resource.name}`;
  const words = [
    resource.hook ? 'hook' : resource.sync,
    resource.missing ? 'missing' : undefined,
    resource.requiresPruning ? 'requires pruning' : undefined,
    resource.health?.status,
    resource.info,
  ].filter(it => it !== undefined);
  const why = resource.health?.message ? ` (${resource.health.message})` : '';
  return `${name}: ${words.join(', ')}${why}`;
}
