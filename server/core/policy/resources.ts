import { globMatches } from '../text/gobwas.ts';
import { isObject, type JsonObject } from '../text/json.ts';

/**
 * Why a project does not let a resource in, in Argo CD's words (argo-cd:pkg/apis/application/v1alpha1/app_project_types.go,
 * IsGroupKindNamePermitted). No list of cluster-scoped kinds lets none in; no list of namespaced ones lets all in, an empty one none.
 */
export function resourceFault(
  project: JsonObject,
  resource: { readonly group: string; readonly kind: string; readonly name: string; readonly namespaced: boolean },
): string | undefined {
  const { group, kind, name, namespaced } = resource;
  const spec = isObject(project.spec) ? project.spec : {};
  const list = (key: string): readonly JsonObject[] | undefined => {
    const value = spec[key];
    return Array.isArray(value) ? value.filter(isObject) : undefined;
  };
  const within = (entries: readonly JsonObject[] | undefined): boolean =>
    (entries ?? []).some(
      it =>
        globMatches(textOf(it.group), group, '/') &&
        globMatches(textOf(it.kind), kind, '/') &&
        (namespaced || textOf(it.name) === '' || globMatches(textOf(it.name), name, '/')),
    );
  const [allowed, denied] = namespaced
    ? [list('namespaceResourceWhitelist'), list('namespaceResourceBlacklist')]
    : [list('clusterResourceWhitelist') ?? [], list('clusterResourceBlacklist')];
  if ((allowed === undefined || within(allowed)) && !within(denied)) return undefined;
  const metadata = isObject(project.metadata) ? project.metadata : {};
  return `resource ${group}:${kind} is not permitted in project ${textOf(metadata.name)}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
