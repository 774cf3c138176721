import { list, metadataOf, nameOf, namespaceOf } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import type { Controller } from './controller.ts';

/** A namespace that is deleted takes everything in it along, and goes when nothing holds any of it. */
export const namespaces: Controller = {
  name: 'namespaces',
  watches: api => [api.builtIn('namespaces')],
  reconcile: (namespace, api) => {
    const name = nameOf(namespace);
    if (!isBeingDeleted(namespace)) {
      provide(name);
      return undefined;
    }
    const content = api
      .kinds()
      .flatMap(kind => (kind.namespaced ? api.list(kind, name).map(object => ({ kind, object })) : []));
    for (const { kind, object } of content)
      if (!isBeingDeleted(object)) api.delete(kind, namespaceOf(object), nameOf(object), { propagation: 'Background' });
    const left = api.kinds().some(kind => kind.namespaced && api.list(kind, name).length > 0);
    if (left) {
      tellWhy();
      return { again: 50 };
    }
    const { finalizers } = metadataOf(namespace);
    if (Array.isArray(finalizers) && finalizers.length > 0) return undefined;
    api.store.delete(api.builtIn('namespaces'), '', name);
    return undefined;

    /** As the namespace controller words it, so that a namespace that does not go says what holds it. */
    function tellWhy(): void {
      const held = api
        .kinds()
        .flatMap(kind => (kind.namespaced ? api.list(kind, name).map(object => ({ kind, object })) : []));
      const finalizers = held.flatMap(it => list(metadataOf(it.object).finalizers).map(String));
      const counted = (words: readonly string[]): string =>
        [...new Set(words)]
          .sort()
          .map(it => `${it} has ${words.filter(one => one === it).length} resource instances`)
          .join(', ');
      const resources = held.map(({ kind }) =>
        kind.group === '' ? `${kind.plural}.` : `${kind.plural}.${kind.group}`,
      );
      const condition = (type: string, reason: string, holds: boolean, message: string) => ({
        type,
        status: holds ? 'True' : 'False',
        reason,
        message,
      });
      api.change(api.builtIn('namespaces'), namespace, it => ({
        ...it,
        status: {
          phase: 'Terminating',
          conditions: [
            condition('NamespaceContentRemaining', 'SomeResourcesRemain', held.length > 0, counted(resources)),
            condition(
              'NamespaceFinalizersRemaining',
              'SomeFinalizersRemain',
              finalizers.length > 0,
              counted(finalizers),
            ),
          ],
        },
      }));
    }

    /** What every namespace of a real cluster has. */
    function provide(namespaceName: string): void {
      const accounts = api.builtIn('serviceaccounts');
      if (!api.store.get(accounts, namespaceName, 'default'))
        api.create(accounts, namespaceName, { metadata: { name: 'default' } }, { manager: 'kube-controller-manager' });
      const maps = api.builtIn('configmaps');
      if (!api.store.get(maps, namespaceName, 'kube-root-ca.crt'))
        api.create(
          maps,
          namespaceName,
          { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': 'the sandbox speaks plain HTTP on loopback' } },
          { manager: 'kube-controller-manager' },
        );
    }
  },
};
