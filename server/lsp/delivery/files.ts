import type { ApplicationStatus } from '../../core/status/application.ts';
import { isObject, type Json } from '../../core/text/json.ts';
import type { Session } from '../session.ts';

type Asking = Pick<Session, 'workbench'>;

/** Local folders (or files) that the sources of an Application name. */
export async function sourceFoldersOf(
  { workbench }: Asking,
  { declared, name }: ApplicationStatus,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!declared) return [];
  const { file, document, set } = declared;
  const application =
    set === undefined
      ? (await workbench.source(file))?.documents[document]?.value
      : (
          workbench.latestGeneration(file, document) ?? (await workbench.generation(file, document, signal))
        )?.generation.applications.find(it => nameOf(it.application) === name)?.application;
  const spec = isObject(application) && isObject(application.spec) ? application.spec : {};
  const sources = [spec.source, ...(Array.isArray(spec.sources) ? spec.sources : [])].filter(isObject);
  const found = await Promise.all(
    sources.map(({ repoURL, path }) =>
      typeof repoURL === 'string' && typeof path === 'string' ? workbench.fileFor(repoURL, path) : undefined,
    ),
  );
  return found.filter(it => it !== undefined);
}

/** Manifest files of the workspace below those folders. */
export async function sourceFilesOf(
  session: Asking,
  application: ApplicationStatus,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const folders = await sourceFoldersOf(session, application, signal);
  return session.workbench.files().filter(file => folders.some(it => isBelow(file, it)));
}

export const isBelow = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

function nameOf(application: Json | undefined): string | undefined {
  const metadata = isObject(application) && isObject(application.metadata) ? application.metadata : {};
  return typeof metadata.name === 'string' ? metadata.name : undefined;
}
