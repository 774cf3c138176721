import { type LocateParams, type Location, locateRequest } from '../../protocol/requests.ts';
import { idFrom } from '../../views/generatedTree.ts';
import type { Feature } from '../feature.ts';
import { generationOf, placeOf, placeOfSource } from '../places.ts';

/** Where the thing behind a node of the tree is: the file or Secret that produced an Application, the item or generator, the set. */
export const locate: Feature<LocateParams, Location | null> = {
  name: 'locate',
  method: locateRequest,
  capabilities: {},
  neutral: null,
  handle: async (session, { node }, signal) => {
    const id = idFrom(node);
    if (!id) return null;
    if (id.kind !== 'origin') return (await placeOf(session, id.file, id.document, '')) ?? null;
    const generated = await generationOf(session, id.file, id.document, signal);
    const origin = generated?.generation.applications[id.index]?.origin[id.step];
    const source = origin?.source && (await placeOfSource(session, origin.source));
    return source ?? (await placeOf(session, id.file, id.document, origin?.itemPath ?? origin?.path ?? '')) ?? null;
  },
};
