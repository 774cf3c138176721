import type { SetGeneration } from '../../engine/workbench.ts';
import type { Location, TreeNode, TreeParams } from '../../protocol/requests.ts';
import { applicationNodes, idFrom, parameterNodes, reasonNodes, setNode } from '../../views/generatedTree.ts';
import type { Session } from '../session.ts';

export async function tree(
  session: Session,
  { parent }: TreeParams,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const { workbench, names } = session;
  if (parent === undefined) {
    return workbench
      .applicationSets()
      .map(it => setNode(it, workbench.latestGeneration(it.file, it.document), names.uriOf(it.file)));
  }
  const id = idFrom(parent);
  if (!id) return [];
  const generated = await generationOf(session, id.file, id.document, signal);
  if (!generated) return [];
  switch (id.kind) {
    case 'set':
      return applicationNodes(generated);
    case 'application':
      return reasonNodes(generated, id.index);
    case 'parameters': {
      const application = generated.generation.applications[id.index];
      return application ? parameterNodes(application, parent) : [];
    }
    case 'origin':
      return [];
  }
}

async function generationOf(
  { workbench }: Session,
  file: string,
  document: number,
  signal: AbortSignal,
): Promise<SetGeneration | undefined> {
  const latest = workbench.latestGeneration(file, document);
  return latest?.complete ? latest : workbench.generation(file, document, signal);
}

/** Where the thing behind a node is: the set's place for a generator, the file or Secret that produced an Application. */
export async function locate(session: Session, node: string, signal: AbortSignal): Promise<Location | null> {
  const id = idFrom(node);
  if (!id) return null;
  const { workbench, names } = session;
  if (id.kind === 'origin') {
    const generated = await generationOf(session, id.file, id.document, signal);
    const origin = generated?.generation.applications[id.index]?.origin[id.step];
    const located = origin?.source && (await workbench.locate(origin.source));
    if (located?.kind === 'file') return { uri: names.uriOf(located.file) };
    if (located?.kind === 'directory') return { uri: names.uriOf(located.directory) };
    if (located?.kind === 'manifest') return placeOf(session, located.entry.file, located.entry.document, '');
    return placeOf(session, id.file, id.document, origin?.itemPath ?? origin?.path ?? '');
  }
  return placeOf(session, id.file, id.document, '');
}

export async function placeOf(
  session: Session,
  file: string,
  document: number,
  path: string,
): Promise<Location | null> {
  const source = await session.workbench.source(file);
  const found = source?.documents[document];
  if (!source || !found) return null;
  const span = found.spanOf(path === '' ? '/metadata/name' : path, 'value') ?? found.span;
  const start = source.lines.positionAt(span.start);
  return { uri: session.names.uriOf(file), range: { start, end: start } };
}
