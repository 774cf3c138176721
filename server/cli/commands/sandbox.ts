import { type Command, InvalidArgumentError } from 'commander';
import { parseFile } from '../../core/documents/parse.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { resolvePath } from '../../engine/paths.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';

interface Options {
  readonly name?: readonly string[];
  readonly port?: number;
  readonly kubeconfig?: string;
  readonly seed?: readonly string[];
  readonly withArgocd?: boolean;
}

export const sandbox: CliCommand = {
  name: 'sandbox',
  summary: 'Run a cluster in memory: a Kubernetes API with the controllers that matter, until Ctrl-C',
  define: (command: Command, act) => {
    command
      .option('--name <NAME>', 'name of the cluster and of its context (repeatable: one cluster each)', collected)
      .option('--port <NUMBER>', 'port of 127.0.0.1 for the first cluster; any that is free otherwise', portIn)
      .option('--kubeconfig <FILE>', 'also write the kubeconfig here; `--sandbox` of other commands finds it without')
      .option('--seed <FILE>', 'manifests to apply at the start, a file or a folder of them (repeatable)', collected)
      .option('--with-argocd', "serve Argo CD's kinds; there is no Argo CD that acts on them")
      .action((options: Options) => act(world => run(options, world)));
  },
};

async function run(options: Options, world: World): Promise<ExitStatus> {
  const seeds = await seedsIn(options.seed ?? [], world);
  const clusters = await world.sandbox({
    names: options.name ?? ['sandbox'],
    argocd: options.withArgocd ?? false,
    seeds,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.kubeconfig === undefined ? {} : { kubeconfig: resolvePath(world.directory, options.kubeconfig) }),
  });
  for (const it of clusters.started) world.out(`${it.name} runs at ${it.url}\n`);
  world.out(
    [
      `The kubeconfig is ${clusters.kubeconfig}`,
      'Use it with --sandbox here, or with kubectl:',
      `  export KUBECONFIG=${clusters.kubeconfig}`,
      'Nothing is kept: the clusters end with Ctrl-C.',
      '',
    ].join('\n'),
  );
  await clusters.ended;
  return 0;
}

async function seedsIn(paths: readonly string[], world: World): Promise<readonly JsonObject[]> {
  const objects: JsonObject[] = [];
  for (const path of paths) {
    const absolute = resolvePath(world.directory, path);
    const kind = await world.kindOf(absolute);
    if (kind === undefined) throw new CannotDo(`${path} does not exist.`);
    const files: string[] = [];
    if (kind === 'file') files.push(absolute);
    else for await (const it of world.listManifests(absolute)) files.push(it);
    for (const file of files.sort()) {
      const text = await world.readFile(file);
      const documents = text === undefined ? [] : parseFile(file, text).documents;
      const [error] = documents.flatMap(it => it.errors);
      if (error) throw new CannotDo(`${file} cannot be read. ${error.message}`);
      for (const { value } of documents) if (isObject(value) && typeof value.kind === 'string') objects.push(value);
    }
  }
  return objects;
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function portIn(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Write a port number.');
  return port;
}
