import type { DocumentLink, DocumentLinkParams } from 'vscode-languageserver';
import { repositoryPathAt, repositoryPathsIn } from '../../core/assist/references.ts';
import { ownKind } from '../../core/model/ours.ts';
import { type Location, openSourceCommand, previewScheme } from '../../protocol/requests.ts';
import { rangeInLine, rangeOf } from '../convert.ts';
import type { Feature } from '../feature.ts';
import { placeOf, placeOfSource } from '../places.ts';
import type { Session } from '../session.ts';
import { setOf } from './preview.ts';

/** From paths to the folder or file they name; in a preview, from a reason to what produced the Application. */
export const documentLinks: Feature<DocumentLinkParams, DocumentLink[]> = {
  name: 'documentLinks',
  method: 'textDocument/documentLink',
  capabilities: { documentLinkProvider: {} },
  neutral: [],
  places: true,
  handle: (session, { textDocument: { uri } }) =>
    uri.startsWith(`${previewScheme}:`) ? inPreview(session, uri) : inManifests(session, uri),
};

async function inManifests(session: Session, uri: string): Promise<DocumentLink[]> {
  const source = session.workbench.openSource(session.names.fileOf(uri));
  if (source?.content !== 'manifests') return [];
  const links = source.documents
    .filter(it => ['Application', 'ApplicationSet'].includes(ownKind(it) ?? ''))
    .flatMap(document =>
      repositoryPathsIn(document).map(async path => {
        const span = document.spanOf(path, 'value');
        const named = repositoryPathAt(document.value, path);
        const file = named && (await session.workbench.fileFor(named.repoURL, named.relative));
        if (!span || !named || file === undefined) return [];
        const target = targetOf(session, { uri: session.names.uriOf(file) }, named.kind === 'file');
        return [{ range: rangeOf(span, source.lines), target, tooltip: 'Open' }];
      }),
    );
  return (await Promise.all(links)).flat();
}

async function inPreview(session: Session, uri: string): Promise<DocumentLink[]> {
  const set = setOf(session, uri);
  const links = session.previews.get(uri) ?? [];
  if (!set) return [];
  const made = links.map(async ({ line, start, end, origin }): Promise<readonly DocumentLink[]> => {
    const place = origin.source
      ? await placeOfSource(session, origin.source)
      : await placeOf(session, set.file, set.document, origin.itemPath ?? origin.path);
    if (!place) return [];
    const isFile = origin.source?.kind !== 'directory';
    return [
      {
        range: rangeInLine(line, start, end),
        target: targetOf(session, place, isFile),
        tooltip: 'Open what produced this',
      },
    ];
  });
  return (await Promise.all(made)).flat();
}

/** A link cannot open a folder; our client's command shows it in the explorer. */
function targetOf(session: Session, place: Location, isFile: boolean): string {
  if (!isFile && session.options.folders)
    return `command:${openSourceCommand}?${encodeURIComponent(JSON.stringify([place]))}`;
  return place.range ? `${place.uri}#L${place.range.start.line + 1}` : place.uri;
}
