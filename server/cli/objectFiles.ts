import { parseFile } from '../core/documents/parse.ts';
import { isObject, type JsonObject } from '../core/text/json.ts';
import { resolvePath } from '../engine/paths.ts';
import { CannotDo, type World } from './command.ts';
import { inputName } from './targets.ts';

/** All objects of a YAML or JSON file, those of Lists among them; `-` is standard input. */
export async function objectsOf(path: string, world: World): Promise<readonly JsonObject[]> {
  const text = path === inputName ? await world.readInput() : await world.readFile(resolvePath(world.directory, path));
  if (text === undefined) throw new CannotDo(`${path} does not exist or is not a text file.`);
  const file = parseFile(path, text);
  const [error] = file.documents.flatMap(it => it.errors);
  if (file.content === 'skipped' || error)
    throw new CannotDo(`${path} cannot be read. ${error?.message ?? 'It is too large, or is not a text file.'}`);
  return file.documents.flatMap(it => itemsOf(it.value));
}

/** The one object of a kind in a file. */
export async function objectOf(path: string, kind: string, world: World): Promise<JsonObject> {
  const found = (await objectsOf(path, world)).filter(it => it.kind === kind);
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new CannotDo(`${path} has ${found.length === 0 ? 'no' : found.length} ${kind}; it should have exactly one.`);
}

/** What `kubectl get -o yaml` prints for several objects is a List; an array of objects is as good. */
function itemsOf(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(itemsOf);
  if (!isObject(value)) return [];
  if (typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items))
    return value.items.flatMap(itemsOf);
  return [value];
}
