import { at, list, metadataOf, nameOf, namespaceOf, objects, text, timeText, withMetadata } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import type { Controller } from './controller.ts';

const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

/** A definition is established a moment after it was made; deleted, it takes its objects along. */
export const definitions: Controller = {
  name: 'customresourcedefinitions',
  watches: api => [api.builtIn('customresourcedefinitions', 'apiextensions.k8s.io')],
  reconcile: (definition, api) => {
    const kind = api.builtIn('customresourcedefinitions', 'apiextensions.k8s.io');
    const spec = at(definition, 'spec');
    if (isBeingDeleted(definition)) {
      const served = api.kinds().filter(it => it.custom?.definition === nameOf(definition));
      const found = served.slice(0, 1).flatMap(it => api.list(it).map(object => ({ it, object })));
      for (const { it, object } of found)
        if (!isBeingDeleted(object)) api.delete(it, namespaceOf(object), nameOf(object), { propagation: 'Background' });
      if (served.slice(0, 1).some(it => api.list(it).length > 0)) return { again: 20 };
      api.change(kind, definition, it => {
        const left = list(metadataOf(it).finalizers).filter(one => one !== cleanup);
        return withMetadata(it, { finalizers: left.length > 0 ? left : undefined });
      });
      return undefined;
    }
    if (
      objects(at(definition, 'status').conditions).length > 0 &&
      list(metadataOf(definition).finalizers).includes(cleanup)
    )
      return undefined;
    const now = timeText(api.clock.now());
    const condition = (type: string, reason: string, message: string) => ({
      type,
      status: 'True',
      reason,
      message,
      lastTransitionTime: now,
    });
    api.change(kind, definition, it => ({
      ...withMetadata(it, { finalizers: [...new Set([...list(metadataOf(it).finalizers), cleanup])] }),
      status: {
        conditions: [
          condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
          condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
        ],
        acceptedNames: at(spec, 'names'),
        storedVersions: objects(spec.versions)
          .filter(one => one.storage === true)
          .map(one => text(one.name)),
      },
    }));
    return undefined;
  },
};
