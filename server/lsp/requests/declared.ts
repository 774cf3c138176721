import { type DeclaredParams, declaredRequest } from '../../protocol/delivery.ts';
import type { Location } from '../../protocol/requests.ts';
import { sourceFilesOf } from '../delivery/files.ts';
import type { Feature } from '../feature.ts';
import { placeOf } from '../places.ts';

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
    for (const file of await sourceFilesOf(session, status, signal)) {
      const source = await session.workbench.source(file);
      const found = source?.documents.findIndex(it => it.kind === resource.kind && it.name === resource.name) ?? -1;
      if (found >= 0) return (await placeOf(session, file, found, '')) ?? null;
    }
    return null;
  },
};
