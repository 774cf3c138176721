import type { Command } from 'commander';
import type { FileSubject } from '../engine/compare/files.ts';
import { CannotDo, type World } from './command.ts';
import { objectOf, objectsOf } from './objectFiles.ts';

/** Options of `diff` and `plan` between two files, with no cluster at all; the same words in both. */
export interface TwoFileOptions {
  readonly desired?: string;
  readonly live?: string;
  readonly settings?: string;
  readonly application?: string;
}

export function addTwoFileOptions(command: Command): Command {
  return command
    .option('--desired <FILE>', 'without a cluster: the objects that are wanted, in YAML or JSON; - is standard input')
    .option('--live <FILE>', 'without a cluster: the objects that live, as `kubectl get -o yaml` prints them')
    .option('--settings <FILE>', 'the ConfigMap argocd-cm: what it says of comparing counts')
    .option('--application <FILE>', 'the Application: its ignoreDifferences, sync options and destination count');
}

/** `undefined`: no two files were named, so a cluster is meant. */
export async function subjectOf(options: TwoFileOptions, world: World): Promise<FileSubject | undefined> {
  const { desired, live, settings, application } = options;
  if (desired === undefined && live === undefined) {
    if (settings === undefined && application === undefined) return undefined;
    throw new CannotDo('--settings and --application go with --desired FILE and --live FILE.');
  }
  if (desired === undefined || live === undefined)
    throw new CannotDo('Name both files: --desired FILE and --live FILE.');
  return {
    desired: await objectsOf(desired, world),
    live: await objectsOf(live, world),
    ...(settings !== undefined && { settings: await objectOf(settings, 'ConfigMap', world) }),
    ...(application !== undefined && { application: await objectOf(application, 'Application', world) }),
  };
}
