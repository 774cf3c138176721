import type { AccessAsked } from '../engine/cluster.ts';

/** `list deployments.apps in namespace shop`: as people ask for it, and as RBAC wants it. */
export function permissionText({ verb, group, resource, namespace, name }: AccessAsked): string {
  const what = group === '' ? resource : `${resource}.${group}`;
  const which = name === undefined ? what : `${what} "${name}"`;
  return `may not ${verb} ${which}${namespace === undefined || namespace === '' ? ' in the cluster' : ` in namespace ${namespace}`}`;
}
