import { type Command, Option } from 'commander';
import { parseFile } from '../../core/documents/parse.ts';
import type { Health } from '../../core/health/health.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import { healthOf } from '../../engine/health.ts';
import { resolvePath } from '../../engine/paths.ts';
import { CannotDo, type CliCommand, type ExitStatus, type World } from '../command.ts';
import { inputName } from '../targets.ts';

interface Options {
  readonly output: 'text' | 'json';
}

/** The JSON shape of the answer; it is stable. */
export interface ObjectHealth {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `null`: a kind without health, which counts for nothing in its Application. */
  readonly health: Pick<Health, 'status' | 'message'> | null;
}

export const health: CliCommand = {
  name: 'health',
  summary: 'Judge the health of objects as a cluster returned them; needs no cluster',
  define: (command: Command, act) => {
    command
      .argument('<objects.yaml>', 'live objects in YAML or JSON, a List among them or not; - reads standard input')
      .addOption(new Option('--output <FORMAT>', 'text or json').choices(['text', 'json']).default('json'))
      .action((file: string, options: Options) => act(world => run(file, options, world)));
  },
};

async function run(path: string, { output }: Options, world: World): Promise<ExitStatus> {
  const text = path === inputName ? await world.readInput() : await world.readFile(resolvePath(world.directory, path));
  if (text === undefined) throw new CannotDo(`${path} does not exist or is not a text file.`);
  const file = parseFile(path, text);
  const [error] = file.documents.flatMap(it => it.errors);
  if (file.content === 'skipped' || error)
    throw new CannotDo(`${path} cannot be read. ${error?.message ?? 'It is too large, or is not a text file.'}`);
  const objects = file.documents.flatMap(it => objectsIn(it.value));
  const healths = await healthOf(objects, world.library());
  const told = objects.map((it, i) => tell(it, healths[i]));
  world.out(output === 'json' ? `${JSON.stringify(told, undefined, 2)}\n` : told.map(line).join(''));
  return 0;
}

/** What `kubectl get -o yaml` prints for several objects is a List. */
function objectsIn(value: unknown): readonly JsonObject[] {
  if (!isObject(value)) return [];
  if (typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items))
    return value.items.flatMap(objectsIn);
  return [value];
}

function tell(object: JsonObject, found: Health | undefined): ObjectHealth {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    apiVersion: text(object.apiVersion),
    kind: text(object.kind),
    namespace: text(metadata.namespace),
    name: text(metadata.name),
    health: found ? { status: found.status, message: found.message } : null,
  };
}

function line({ kind, namespace, name, health: found }: ObjectHealth): string {
  const object = `${kind}/${namespace === '' ? '' : `${namespace}/`}${name}`;
  return `${object}: ${found ? `${found.status}${found.message === '' ? '' : ` (${found.message})`}` : 'no health'}\n`;
}
