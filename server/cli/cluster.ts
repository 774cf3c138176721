import type { Command } from 'commander';
import type { ApplicationStatus } from '../core/status/application.ts';
import { isObject, type JsonObject } from '../core/text/json.ts';
import type { Desk } from '../engine/delivery/create.ts';
import { destinationOf } from '../engine/delivery/destinations.ts';
import { resolvePath } from '../engine/paths.ts';
import type { Workbench } from '../engine/workbench.ts';
import { CannotDo, type World } from './command.ts';
import { addKnowledgeOptions, type KnowledgeOptions, settingsFor } from './options.ts';
import { workspaceOf } from './targets.ts';

/** Options of every command that speaks to a cluster; the same words everywhere. */
export interface ClusterOptions extends KnowledgeOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly sandbox?: boolean;
  readonly revision?: string;
}

export const applicationArgument = '<application>';
export const applicationHelp =
  'a file with an Application, or the name of one that the present repository declares or generates';

export function addClusterOptions(command: Command): Command {
  command
    .option('--context <NAME>', 'a kubeconfig context; nothing else is ever contacted')
    .option('--kubeconfig <FILE>', 'a kubeconfig file; without --context its current context')
    .option('--sandbox', 'the sandbox cluster that `gitops-workbench sandbox` runs')
    .option('--revision <REVISION>', 'read repositories at this branch, tag or commit instead of their work tree');
  return addKnowledgeOptions(command);
}

/** One Application in the chosen cluster, observed once. The world disposes of it. */
export interface Opened {
  readonly delivery: Desk;
  readonly workbench: Workbench;
  readonly id: string;
  readonly status: ApplicationStatus;
}

/**
 * Connects to the chosen cluster and looks at the Application that the argument means. The explicit choice wins over the manifest's
 * destination, as with kubectl: whoever says --context means that cluster.
 */
export async function openApplication(argument: string, options: ClusterOptions, world: World): Promise<Opened> {
  if (options.revision?.startsWith('-')) throw new CannotDo(`"${options.revision}" is not a revision.`);
  const contexts = await world.contexts({
    ...(options.kubeconfig === undefined ? {} : { kubeconfig: resolvePath(world.directory, options.kubeconfig) }),
    ...(options.sandbox ? { sandbox: true } : {}),
  });
  const context = await chosenContext(options, contexts);
  const workbench = world.workbench(settingsFor(options, world.directory), { background: false, warm: true });
  const file = resolvePath(world.directory, argument);
  const isFile = (await world.kindOf(file)) === 'file';
  workbench.setFolders(await workspaceOf([isFile ? argument : '.'], world));
  const application = isFile ? await applicationIn(workbench, file, argument) : undefined;
  const { name, server } = destinationOf(application ?? {});
  // A file's destination, and a name's that is looked for among all: both mean the chosen cluster.
  const meant = application ? [name, server].filter(it => it !== '') : ['*'];
  const mapping = Object.fromEntries(meant.map(it => [it, context]));
  const delivery = world.delivery(workbench, { contexts, destinations: () => mapping });
  delivery.choose([context]);
  await delivery.settled();
  world.progress(undefined);
  const [cluster] = delivery.clusters();
  if (cluster && cluster.state !== 'connected')
    throw new CannotDo(`${context} cannot be used: ${cluster.message ?? cluster.state}`);
  const wanted = application ? nameOf(application) : argument;
  const found = delivery.applications().filter(it => it.name === wanted || `${it.namespace}/${it.name}` === wanted);
  const [status, ...others] = found;
  if (!status)
    throw new CannotDo(
      `No Application is named ${wanted}${isFile ? '' : ', and there is no such file'}. ${known(delivery)}`,
    );
  if (others.length > 0)
    throw new CannotDo(
      `Several Applications are named ${wanted}: ${found.map(it => `${it.namespace}/${it.name}`).join(', ')}. Write the namespace too.`,
    );
  const { id } = status;
  // On a busy machine the cluster may answer after the desk was asked whether it is done.
  if (status.phase === 'loading') await delivery.refresh(id);
  return { delivery, workbench, id, status: delivery.application(id) ?? status };
}

async function chosenContext(
  options: ClusterOptions,
  contexts: Awaited<ReturnType<World['contexts']>>,
): Promise<string> {
  const list = await contexts.list();
  if (options.context !== undefined) {
    if (list.some(it => it.name === options.context)) return options.context;
    throw new CannotDo(
      `No context is named ${options.context}. There are: ${list.map(it => it.name).join(', ') || 'none'}.`,
    );
  }
  if (options.kubeconfig === undefined && !options.sandbox)
    throw new CannotDo('Say which cluster: --context NAME, --kubeconfig FILE, or --sandbox.');
  const current = list.find(it => it.current) ?? (list.length === 1 ? list[0] : undefined);
  if (current) return current.name;
  throw new CannotDo(
    options.sandbox
      ? 'No sandbox cluster runs. Start one: gitops-workbench sandbox'
      : `${options.kubeconfig} has no current context; name one with --context.`,
  );
}

async function applicationIn(workbench: Workbench, file: string, shown: string): Promise<JsonObject> {
  const source = await workbench.source(file);
  const [error] = source?.documents.flatMap(it => it.errors) ?? [];
  if (error) throw new CannotDo(`${shown} cannot be read. ${error.message}`);
  const found = source?.documents.filter(it => it.kind === 'Application') ?? [];
  const [first, ...others] = found;
  if (!first || !isObject(first.value)) throw new CannotDo(`${shown} holds no Application.`);
  if (others.length > 0)
    throw new CannotDo(
      `${shown} holds several Applications: ${found.map(it => it.name).join(', ')}. Give a name instead of the file.`,
    );
  return first.value;
}

function nameOf(application: JsonObject): string {
  const { metadata } = application;
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

function known(delivery: Desk): string {
  const names = delivery.applications().map(it => it.name);
  if (names.length === 0) return 'This repository declares none for the cluster.';
  return `There are: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`;
}
