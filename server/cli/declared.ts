import type { SourceFile } from '../core/documents/document.ts';
import { isObject, type JsonObject } from '../core/text/json.ts';
import { folderOf, resolvePath } from '../engine/paths.ts';
import type { Workbench } from '../engine/workbench.ts';
import { CannotDo, type World } from './command.ts';
import { inputFile, inputName, workspaceOf } from './targets.ts';

export interface Declared {
  readonly application: JsonObject;
  /** Folder of the file that declares it, or whose set generates it. */
  readonly folder: string;
}

/**
 * The Applications that an argument means: those that a file declares or that its ApplicationSets generate (`name` chooses among them), or the
 * one of that name in the present repository. Opens the workspace. At least one, or `CannotDo`.
 */
export async function declaredApplications(
  argument: string,
  name: string | undefined,
  workbench: Workbench,
  world: World,
): Promise<readonly Declared[]> {
  const fromInput = argument === inputName;
  const file = fromInput ? inputFile(world) : resolvePath(world.directory, argument);
  const isFile = fromInput || (await world.kindOf(file)) === 'file';
  workbench.setFolders(await workspaceOf([isFile ? argument : '.'], world));
  if (fromInput) workbench.open(file, await world.readInput(), 1);
  if (isFile) return chosen(await declaredIn(file, argument, workbench), name, argument);
  await workbench.indexed();
  const files = [
    ...workbench.lookup({ kind: 'Application', name: argument.slice(argument.indexOf('/') + 1) }).map(it => it.file),
    ...workbench.applicationSets().map(it => it.file),
  ];
  const found: Declared[] = [];
  for (const it of new Set(files)) {
    const all = await declaredIn(it, it, workbench);
    found.push(...all.filter(one => isNamed(one.application, argument)));
    if (found.length > 0) break;
  }
  if (found.length === 0)
    throw new CannotDo(
      `There is no file ${argument}, and nothing in this repository declares or generates an Application of that name.`,
    );
  return found;
}

function chosen(found: readonly Declared[], name: string | undefined, shown: string): readonly Declared[] {
  const wanted = name === undefined ? found : found.filter(it => isNamed(it.application, name));
  if (wanted.length > 0) return wanted;
  if (found.length > 0) throw new CannotDo(`${shown} holds no Application named "${name}".`);
  throw new CannotDo(
    `${shown} holds no Application, nor a set that generates one here (gitops-workbench generate says why).`,
  );
}

async function declaredIn(file: string, shown: string, workbench: Workbench): Promise<readonly Declared[]> {
  const source = await workbench.source(file);
  if (!source || source.content === 'skipped') throw new CannotDo(`${shown} cannot be read as text.`);
  const [error] = source.documents.flatMap(it => it.errors);
  if (error) throw new CannotDo(`${shown} cannot be read. ${error.message}`);
  const applications: JsonObject[] = [];
  for (const document of source.documents) {
    if (!document.apiVersion?.startsWith('argoproj.io/')) continue;
    if (document.kind === 'Application' && isObject(document.value)) applications.push(document.value);
    if (document.kind === 'ApplicationSet')
      applications.push(...(await generatedBy(source, document.index, workbench)));
  }
  return applications.map(application => ({ application, folder: folderOf(file) }));
}

async function generatedBy(source: SourceFile, document: number, workbench: Workbench): Promise<readonly JsonObject[]> {
  const set = await workbench.generation(source.file, document);
  // What the controller skips never comes to be.
  return set?.generation.applications.filter(it => it.skipped === undefined).map(it => it.application) ?? [];
}

function isNamed(application: JsonObject, name: string): boolean {
  const { metadata } = application;
  const namespace = isObject(metadata) && typeof metadata.namespace === 'string' ? metadata.namespace : '';
  return nameOf(application) === name || `${namespace}/${nameOf(application)}` === name;
}

export function nameOf({ metadata }: JsonObject): string {
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}
