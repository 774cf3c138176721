import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import type { DiscoveredKind, Discovery } from '../../engine/ports.ts';
import { ClusterFailure } from '../../engine/ports.ts';
import { objectIn } from './answers.ts';
import type { Connection } from './connection.ts';

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** Two requests where the server has aggregated discovery (1.27 and later), one for each group version elsewhere. */
export async function discover(connection: Connection, signal?: AbortSignal): Promise<Discovery> {
  const ask = async (path: string, accept?: string): Promise<JsonObject> => {
    const answer = await connection.ask({ method: 'GET', path, signal, ...(accept === undefined ? {} : { accept }) });
    return objectIn(answer.text, connection.context);
  };
  const [version, core, groups] = await Promise.all([
    ask('/version'),
    ask('/api', aggregated),
    ask('/apis', aggregated),
  ]);
  const failed: { group: string; message: string }[] = [];
  const versions = isAggregated(core)
    ? [...groupVersions(core, failed), ...groupVersions(groups, failed)]
    : await oneByOne(ask, core, groups, failed);
  const kinds = preferring(versions.flatMap(it => it.kinds));
  return {
    gitVersion: text(version.gitVersion),
    kinds,
    apiVersions: apiVersionsOf(kinds),
    failedGroups: failed,
  };
}

/** Of the versions of a kind the first in the server's order; a kind may be missing from its group's preferred version. */
function preferring(kinds: readonly DiscoveredKind[]): readonly DiscoveredKind[] {
  const chosen = new Map<string, DiscoveredKind>();
  for (const it of kinds) {
    const key = `${groupOf(it.apiVersion)}/${it.kind}`;
    const former = chosen.get(key);
    if (!former || (it.preferred && !former.preferred)) chosen.set(key, it);
  }
  const best = new Set(chosen.values());
  return kinds.map(it => ({ ...it, preferred: best.has(it) }));
}

const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));

/** Only what can be listed and watched (argo-cd:gitops-engine/pkg/utils/kube/ctl.go, GetAPIResources; util/argo/argo.go, APIResourcesToStrings). */
function apiVersionsOf(kinds: readonly DiscoveredKind[]): readonly string[] {
  const seen = kinds.filter(it => it.verbs.includes('list') && it.verbs.includes('watch'));
  return [...new Set(seen.flatMap(it => [it.apiVersion, `${it.apiVersion}/${it.kind}`]))].sort();
}

interface GroupVersion {
  readonly kinds: readonly DiscoveredKind[];
}

function isAggregated(answer: JsonObject): boolean {
  return answer.kind === 'APIGroupDiscoveryList';
}

function groupVersions(list: JsonObject, failed: { group: string; message: string }[]): readonly GroupVersion[] {
  return objects(list.items).flatMap(group => {
    const name = text(metadata(group).name);
    return objects(group.versions).map((version, at) => {
      const apiVersion = name === '' ? text(version.version) : `${name}/${text(version.version)}`;
      if (version.freshness === 'Stale')
        failed.push({ group: apiVersion, message: 'the API server behind it does not answer' });
      const kinds = objects(version.resources).map(
        (it): DiscoveredKind => ({
          apiVersion: groupVersionOf(it.responseKind) ?? apiVersion,
          kind: text(isObject(it.responseKind) ? it.responseKind.kind : undefined),
          resource: text(it.resource),
          namespaced: it.scope === 'Namespaced',
          verbs: texts(it.verbs),
          preferred: at === 0,
        }),
      );
      return { kinds: kinds.filter(it => it.apiVersion === apiVersion && it.kind !== '') };
    });
  });
}

/** `undefined` where the answer's group and version are those of the list; scale and other sub-resources differ. */
function groupVersionOf(kind: Json | undefined): string | undefined {
  if (!isObject(kind)) return undefined;
  const version = text(kind.version);
  if (version === '') return undefined;
  return text(kind.group) === '' ? version : `${text(kind.group)}/${version}`;
}

async function oneByOne(
  ask: (path: string) => Promise<JsonObject>,
  core: JsonObject,
  groups: JsonObject,
  failed: { group: string; message: string }[],
): Promise<readonly GroupVersion[]> {
  const wanted = [
    ...texts(core.versions).map(it => ({ path: `/api/${it}`, apiVersion: it, preferred: true })),
    ...objects(groups.groups).flatMap(group => {
      const preferred = isObject(group.preferredVersion) ? text(group.preferredVersion.groupVersion) : '';
      return objects(group.versions).map(it => {
        const apiVersion = text(it.groupVersion);
        return { path: `/apis/${apiVersion}`, apiVersion, preferred: apiVersion === preferred };
      });
    }),
  ];
  return Promise.all(
    wanted.map(async ({ path, apiVersion, preferred }) => {
      try {
        const list = await ask(path);
        const kinds = objects(list.resources)
          .filter(it => !text(it.name).includes('/'))
          .map(it => ({
            apiVersion,
            kind: text(it.kind),
            resource: text(it.name),
            namespaced: it.namespaced === true,
            verbs: texts(it.verbs),
            preferred,
          }));
        return { kinds };
      } catch (cause) {
        // An aggregated API whose server is down hides its own kinds only.
        if (!(cause instanceof ClusterFailure)) throw cause;
        failed.push({ group: apiVersion, message: cause.message });
        return { kinds: [] };
      }
    }),
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string') : [];
const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const metadata = (value: JsonObject): JsonObject => (isObject(value.metadata) ? value.metadata : {});
