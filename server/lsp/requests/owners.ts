import { keyText } from '../../core/sync/resource.ts';
import { type FileOwner, type OwnersParams, ownersRequest } from '../../protocol/delivery.ts';
import { isBelow, sourcePathsOf } from '../delivery/files.ts';
import type { Feature } from '../feature.ts';

/** Which Applications a manifest file belongs to: those that it declares, else those whose sources hold it. */
export const owners: Feature<OwnersParams, readonly FileOwner[]> = {
  name: 'owners',
  method: ownersRequest,
  capabilities: {},
  neutral: [],
  handle: async (session, { uri }, signal) => {
    const delivery = session.delivery?.delivery;
    if (!delivery) return [];
    const file = session.names.fileOf(uri);
    const all = delivery.applications();
    const declared = all.filter(it => it.declared?.file === file);
    const told = (it: (typeof all)[number], resources: FileOwner['resources']): FileOwner => ({
      application: it.id,
      label: `${it.name} in ${it.cluster}`,
      resources,
    });
    if (declared.length > 0) return declared.map(it => told(it, []));
    const documents = (await session.workbench.source(file))?.documents ?? [];
    const found: FileOwner[] = [];
    for (const it of all) {
      const paths = await sourcePathsOf(session, it, signal);
      if (!paths.some(it => isBelow(file, it))) continue;
      // A template or a values file names no object: then the whole Application is meant.
      const own = it.resources.filter(
        known =>
          known.parent === undefined && documents.some(doc => doc.kind === known.kind && doc.name === known.name),
      );
      const keys = new Map(
        own.map(({ group, kind, namespace, name }) => {
          const key = { group, kind, namespace, name };
          return [keyText(key), key];
        }),
      );
      found.push(told(it, [...keys.values()]));
    }
    return found;
  },
};
