import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import type { Kind } from './kinds.ts';
import { openapiV2, openapiV3 } from './openapi.ts';
import { reviewKinds } from './reviews.ts';

export const gitVersion = 'v1.36.3';

export interface GeneralAnswer {
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Version, health, discovery and OpenAPI; `undefined`: the path is about objects. */
export function discovery(path: string, accept: string, api: SandboxApi): GeneralAnswer | undefined {
  const parts = path.split('/').filter(it => it !== '');
  const plain = (body: JsonObject): GeneralAnswer => ({ body, headers: {} });
  if (path === '/version') return plain({ major: '1', minor: '36', gitVersion, platform: 'sandbox', goVersion: '' });
  if (['/healthz', '/livez', '/readyz'].includes(path)) return plain({ status: 'ok' });
  if (path === '/openapi/v2') return plain(openapiV2(api));
  if (parts[0] === 'openapi' && parts[1] === 'v3') return plain(openapiV3(parts.slice(2), api));
  const aggregated = accept.includes('as=APIGroupDiscoveryList');
  const v2 = accept.includes('v=v2;') ? 'v2' : 'v2beta1';
  const type = { 'content-type': `application/json;g=apidiscovery.k8s.io;v=${v2};as=APIGroupDiscoveryList` };
  if (path === '/api')
    return aggregated
      ? { body: groupList(api, v2, true), headers: type }
      : plain({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  if (path === '/apis')
    return aggregated
      ? { body: groupList(api, v2, false), headers: type }
      : plain({ kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(api).map(it => groupAnswer(it)) });
  if (path === '/api/v1') return plain(resourceList('v1', api));
  if (parts[0] === 'apis' && parts.length === 2) {
    const group = groupsOf(api).find(it => it.name === parts[1]);
    return group && plain({ kind: 'APIGroup', apiVersion: 'v1', ...groupAnswer(group) });
  }
  if (parts[0] === 'apis' && parts.length === 3) {
    const apiVersion = `${parts[1]}/${parts[2]}`;
    const known = groupsOf(api).some(it => it.versions.some(version => `${it.name}/${version}` === apiVersion));
    return known ? plain(resourceList(apiVersion, api)) : undefined;
  }
  return undefined;
}

interface Group {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
}

function groupsOf(api: SandboxApi): readonly Group[] {
  const groups = new Map<string, string[]>();
  const add = (group: string, version: string): void => {
    const versions = groups.get(group) ?? [];
    if (!versions.includes(version)) versions.push(version);
    groups.set(group, versions);
  };
  for (const it of api.kinds()) if (it.group !== '') add(it.group, it.version);
  for (const [apiVersion] of reviewKinds) add(apiVersion.split('/')[0] ?? '', 'v1');
  return [...groups].map(([name, versions]) => ({ name, versions: [...versions].sort(byPreference) }));
}

/** v2 before v1, stable before beta before alpha (apimachinery:pkg/version/helpers.go). */
function byPreference(a: string, b: string): number {
  const rank = (version: string): number => {
    const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    const level = stage === undefined ? 2 : stage === 'beta' ? 1 : 0;
    return level * 1e6 + Number(major) * 1e3 + Number(minor);
  };
  return rank(b) - rank(a);
}

function groupAnswer({ name, versions }: Group): JsonObject {
  const told = versions.map(version => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: told, preferredVersion: told[0] ?? {} };
}

function resourceList(apiVersion: string, api: SandboxApi): JsonObject {
  const resources = kindsOf(apiVersion, api).flatMap((it): readonly JsonObject[] => [
    {
      name: it.plural,
      singularName: it.singular,
      namespaced: it.namespaced,
      kind: it.kind,
      verbs: it.verbs,
      ...(it.shortNames.length > 0 ? { shortNames: it.shortNames } : {}),
      ...(it.categories.length > 0 ? { categories: it.categories } : {}),
    },
    ...subresourcesOf(it).map(sub => ({
      name: `${it.plural}/${sub}`,
      singularName: '',
      namespaced: it.namespaced,
      kind: sub === 'scale' ? 'Scale' : it.kind,
      verbs: sub === 'log' ? ['get'] : ['get', 'patch', 'update'],
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources };
}

type ServedKind = Pick<
  Kind,
  'kind' | 'plural' | 'singular' | 'namespaced' | 'status' | 'scale' | 'shortNames' | 'categories' | 'group'
> & {
  readonly verbs: readonly string[];
};

function kindsOf(apiVersion: string, api: SandboxApi): readonly ServedKind[] {
  const reviews = reviewKinds
    .filter(([version]) => version === apiVersion)
    .map(([, kind, plural]) => ({
      kind,
      plural,
      singular: kind.toLowerCase(),
      namespaced: false,
      status: false,
      scale: false,
      shortNames: [],
      categories: [],
      group: apiVersion.split('/')[0] ?? '',
      verbs: ['create'],
    }));
  const own = api.kinds().filter(it => it.apiVersion === apiVersion);
  return [
    ...own.map(it => ({
      ...it,
      verbs: it.kind === 'Namespace' ? verbs.filter(verb => verb !== 'deletecollection') : verbs,
    })),
    ...reviews,
  ];
}

function subresourcesOf({ status, scale, kind, group }: ServedKind): readonly string[] {
  return [
    ...(status ? ['status'] : []),
    ...(scale ? ['scale'] : []),
    ...(kind === 'Pod' && group === '' ? ['log'] : []),
  ];
}

function groupList(api: SandboxApi, v2: string, core: boolean): JsonObject {
  const groups = core ? [{ name: '', versions: ['v1'] }] : groupsOf(api);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${v2}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name === '' ? {} : { name }), creationTimestamp: null },
      versions: versions.map(version => {
        const apiVersion = name === '' ? version : `${name}/${version}`;
        return {
          version,
          freshness: 'Current',
          resources: kindsOf(apiVersion, api).map(it => ({
            resource: it.plural,
            responseKind: { group: it.group, version, kind: it.kind },
            scope: it.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: it.singular,
            verbs: it.verbs,
            ...(it.shortNames.length > 0 ? { shortNames: it.shortNames } : {}),
            ...(it.categories.length > 0 ? { categories: it.categories } : {}),
            subresources: subresourcesOf(it).map(sub => ({
              subresource: sub,
              responseKind:
                sub === 'scale'
                  ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
                  : { group: it.group, version, kind: it.kind },
              verbs: sub === 'log' ? ['get'] : ['get', 'patch', 'update'],
            })),
          })),
        };
      }),
    })),
  };
}
