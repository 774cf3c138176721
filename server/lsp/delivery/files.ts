import { sourcesOf } from '../../core/render/sources.ts';
import type { ApplicationStatus } from '../../core/status/application.ts';
import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import { pathsOfSource } from '../../engine/sourcePaths.ts';
import type { Session } from '../session.ts';

type Asking = Pick<Session, 'workbench'>;

/** Local folders and files that the sources of an Application are made of; bases of kustomizations too. */
export async function sourcePathsOf(
  session: Asking,
  status: ApplicationStatus,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const application = await declarationOf(session, status, signal);
  if (!application) return [];
  const found = await Promise.all(sourcesOf(application).list.map(it => pathsIn(session, it)));
  return found.flat();
}

/** Manifest files of the workspace among them. */
export async function sourceFilesOf(
  session: Asking,
  application: ApplicationStatus,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths = await sourcePathsOf(session, application, signal);
  return session.workbench.files().filter(file => paths.some(it => isBelow(file, it)));
}

export const isBelow = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** The Application as the workspace says it: written by hand, or as its set generates it. */
async function declarationOf(
  { workbench }: Asking,
  { declared, name }: ApplicationStatus,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  if (!declared) return undefined;
  const { file, document, set } = declared;
  if (set === undefined) {
    const value = (await workbench.source(file))?.documents[document]?.value;
    return isObject(value) ? value : undefined;
  }
  const generated = workbench.latestGeneration(file, document) ?? (await workbench.generation(file, document, signal));
  return generated?.generation.applications.find(it => nameOf(it.application) === name)?.application;
}

async function pathsIn({ workbench }: Asking, source: JsonObject): Promise<readonly string[]> {
  const { repoURL, chart } = source;
  const root = typeof repoURL === 'string' && chart === undefined ? await workbench.fileFor(repoURL, '') : undefined;
  if (root === undefined) return [];
  const paths = await pathsOfSource(source, async path => (await workbench.source(`${root}/${path}`))?.text);
  return paths.map(it => (it === '.' ? root : `${root}/${it}`));
}

function nameOf(application: Json | undefined): string | undefined {
  const metadata = isObject(application) && isObject(application.metadata) ? application.metadata : {};
  return typeof metadata.name === 'string' ? metadata.name : undefined;
}
