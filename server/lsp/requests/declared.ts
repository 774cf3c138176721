import { keyText } from '../../core/sync/resource.ts';
import { type DeclaredParams, declaredRequest, type ResourceName } from '../../protocol/delivery.ts';
import type { Location } from '../../protocol/requests.ts';
import { sourceFilesOf } from '../delivery/files.ts';
import type { Feature } from '../feature.ts';
import { placeOf } from '../places.ts';
import type { Session } from '../session.ts';

/** The file that declares an Application, or the manifest of one of its resources. */
export const declared: Feature<DeclaredParams, Location | null> = {
  name: 'declared',
  method: declaredRequest,
  capabilities: {},
  neutral: null,
  handle: async (session, { application, resource }, signal) => {
    const status = session.delivery?.delivery.application(application);
    if (!status) return null;
    if (!resource)
      return status.declared
        ? ((await placeOf(session, status.declared.file, status.declared.document, '')) ?? null)
        : null;
    // The rendering names the file of a plain manifest; what a kustomization made of one is looked for in all that it is made of.
    const known = status.resources.find(it => keyText(it) === keyText(resource))?.file;
    const files = known === undefined ? await sourceFilesOf(session, status, signal) : [known];
    for (const file of files) {
      const found = await documentIn(session, file, resource);
      if (found !== undefined) return (await placeOf(session, file, found, '')) ?? null;
    }
    return known === undefined ? null : { uri: session.names.uriOf(known) };
  },
};

/** Of several objects of the name the one that also names the namespace. */
async function documentIn(
  session: Session,
  file: string,
  { kind, name, namespace }: ResourceName,
): Promise<number | undefined> {
  const documents = (await session.workbench.source(file))?.documents ?? [];
  const named = documents.filter(it => it.kind === kind && it.name === name);
  return (named.find(it => it.namespace === namespace) ?? named[0])?.index;
}
