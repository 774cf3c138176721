import { at, nameOf, namespaceOf, text, uidOf } from '../objects.ts';
import type { Controller } from './controller.ts';

/** Claims are bound to a volume of their own, made for them. */
export const claims: Controller = {
  name: 'persistentvolumeclaims',
  watches: api => [api.builtIn('persistentvolumeclaims')],
  reconcile: (claim, api) => {
    if (text(at(claim, 'status').phase) === 'Bound') return undefined;
    const spec = at(claim, 'spec');
    const volumes = api.builtIn('persistentvolumes');
    const name = `pvc-${uidOf(claim)}`;
    const capacity = at(spec, 'resources', 'requests');
    if (!api.store.get(volumes, '', name)) {
      const claimRef = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace: namespaceOf(claim),
        name: nameOf(claim),
        uid: uidOf(claim),
      };
      api.create(
        volumes,
        '',
        {
          metadata: { name },
          spec: {
            capacity,
            accessModes: spec.accessModes ?? [],
            claimRef,
            persistentVolumeReclaimPolicy: 'Delete',
            hostPath: { path: `/${name}` },
          },
        },
        { manager: 'kube-controller-manager' },
      );
    }
    api.change(api.builtIn('persistentvolumeclaims'), claim, it => ({
      ...it,
      spec: { ...at(it, 'spec'), volumeName: name },
      status: { phase: 'Bound', accessModes: spec.accessModes ?? [], capacity },
    }));
    return undefined;
  },
};
