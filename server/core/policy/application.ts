import { destinationFault, knownClusters } from '../generate/validate.ts';
import type { Cluster } from '../model/cluster/secret.ts';
import { isSet, itemsOf, listOf, numberOf, objectAt, objectOf, textOf } from '../rollout/view.ts';
import { parseDuration } from '../text/duration.ts';
import type { Problem } from '../text/finding.ts';
import type { JsonObject } from '../text/json.ts';
import { suggest } from '../text/suggest.ts';
import { permissionProblems } from './permissions.ts';
import { change, isTemplate, remove, sourceProblems } from './sources.ts';

/** What is known around an Application; what is `undefined` is not known, and nothing is said about it. */
export interface KnownWorld {
  readonly clusters?: readonly Cluster[];
  /** AppProjects, with `default`. */
  readonly projects?: readonly JsonObject[];
}

/**
 * The spec of an Application as the controller judges it (argo-cd:util/argo/argo.go, ValidatePermissions; condition InvalidSpecError), and
 * what it takes silently but not as it is meant. For Applications written by hand and for generated ones; text with `{{` is not judged.
 */
export function validateApplication(application: JsonObject, known: KnownWorld = {}): readonly Problem[] {
  const spec = objectOf(application, 'spec');
  if (!spec) return [];
  const at = '/spec';
  return [
    ...sourceProblems(spec, at),
    ...destinationProblems(spec, at, known),
    ...projectProblems(spec, at, known),
    ...syncPolicyProblems(objectOf(spec, 'syncPolicy'), `${at}/syncPolicy`),
    ...historyProblems(spec, at),
    ...ignoreProblems(spec, at),
  ];
}

function destinationProblems(spec: JsonObject, at: string, { clusters }: KnownWorld): readonly Problem[] {
  const destination = objectOf(spec, 'destination') ?? {};
  const path = `${at}/destination`;
  const [name, server] = [textOf(destination, 'name'), textOf(destination, 'server')];
  const message = destinationFault(destination, undefined);
  if (message !== undefined && name !== '') {
    const fixes = [remove('Remove name', `${path}/name`), remove('Remove server', `${path}/server`)];
    return [{ code: 'invalid-destination', message, path: `${path}/server`, part: 'key', fixes }];
  }
  if (message !== undefined) {
    const set = change('Deploy to the cluster of Argo CD itself', `${path}/server`, 'https://kubernetes.default.svc');
    return [
      { code: 'invalid-destination', message, path: isSet(spec, 'destination') ? path : at, part: 'key', fixes: [set] },
    ];
  }
  if (!clusters || isTemplate(name) || isTemplate(server)) return [];
  const unknown = destinationFault(destination, knownClusters(clusters));
  if (unknown === undefined) return [];
  const key = name === '' ? 'server' : 'name';
  const meant = suggest(
    name || server,
    clusters.map(it => it[key]).filter(it => it !== ''),
  );
  return [
    {
      code: 'unknown-cluster',
      message: `${unknown}.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
      path: `${path}/${key}`,
      ...(meant !== undefined && { fixes: [change(`Change to ${meant}`, `${path}/${key}`, meant)] }),
    },
  ];
}

function projectProblems(spec: JsonObject, at: string, known: KnownWorld): readonly Problem[] {
  const name = textOf(spec, 'project') || 'default';
  if (!known.projects || isTemplate(name)) return [];
  const nameOf = (project: JsonObject): string => textOf(objectOf(project, 'metadata'), 'name');
  const project = known.projects.find(it => nameOf(it) === name);
  if (project)
    return permissionProblems(spec, at, { project, name, ...(known.clusters && { clusters: known.clusters }) });
  const meant = suggest(name, known.projects.map(nameOf));
  const path = `${at}/project`;
  return [
    {
      code: 'unknown-project',
      message: `application references project ${name} which does not exist.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
      path,
      // Other projects may live outside of the workspace, and `team-b` is near `team-a` without being a slip.
      severity: 'warning',
      ...(meant !== undefined && { fixes: [change(`Change to ${meant}`, path, meant)] }),
    },
  ];
}

function syncPolicyProblems(policy: JsonObject | undefined, at: string): readonly Problem[] {
  const options = itemsOf(policy, 'syncOptions');
  const metadata = objectOf(policy, 'managedNamespaceMetadata');
  const creates = options.some(it => it === 'CreateNamespace=true' || (typeof it === 'string' && isTemplate(it)));
  const path = `${at}/managedNamespaceMetadata`;
  const withOption = change('Add CreateNamespace=true', `${at}/syncOptions`, [...options, 'CreateNamespace=true']);
  return [
    ...(metadata && !creates
      ? [
          {
            code: 'unused-namespace-metadata',
            message: 'managedNamespaceMetadata does nothing without the sync option CreateNamespace=true.',
            path,
            part: 'key' as const,
            fixes: [withOption],
          },
        ]
      : []),
    ...retryProblems(objectOf(policy, 'retry'), `${at}/retry`),
  ];
}

function retryProblems(retry: JsonObject | undefined, at: string): readonly Problem[] {
  const backoff = objectOf(retry, 'backoff');
  return ['duration', 'maxDuration'].flatMap(key => {
    const text = textOf(backoff, key);
    if (text === '' || isTemplate(text) || /^[-+]?\d+$/.test(text) || !('error' in parseDuration(text))) return [];
    const message = `unable to parse ${text} as a duration. Use whole seconds or units such as 30s, 5m, 1h.`;
    return [{ code: 'invalid-retry', message, path: `${at}/backoff/${key}` }];
  });
}

function historyProblems(spec: JsonObject, at: string): readonly Problem[] {
  const limit = numberOf(spec, 'revisionHistoryLimit');
  if (limit === undefined || limit >= 0) return [];
  const path = `${at}/revisionHistoryLimit`;
  const message = 'revisionHistoryLimit is the number of revisions to keep and cannot be negative; 0 keeps none.';
  return [{ code: 'invalid-history-limit', message, path, fixes: [change('Set 0', path, 0)] }];
}

/** An entry that names no fields ignores nothing (argo-cd:util/argo/normalizers). */
function ignoreProblems(spec: JsonObject, at: string): readonly Problem[] {
  return listOf(spec, 'ignoreDifferences').flatMap((entry, i) => {
    const path = `${at}/ignoreDifferences/${i}`;
    const named = ['jsonPointers', 'jqPathExpressions', 'managedFieldsManagers'].some(
      it => itemsOf(entry, it).length > 0,
    );
    const pointers = itemsOf(entry, 'jsonPointers').flatMap((pointer, j) =>
      pointerProblem(pointer, `${path}/jsonPointers/${j}`),
    );
    const message =
      'This entry ignores nothing. Name fields with jsonPointers, jqPathExpressions or managedFieldsManagers.';
    return [...(named ? [] : [{ code: 'empty-ignore-difference', message, path }]), ...pointers];
  });
}

function pointerProblem(pointer: unknown, path: string): readonly Problem[] {
  if (typeof pointer !== 'string' || pointer === '' || pointer.startsWith('/') || isTemplate(pointer)) return [];
  const value = `/${pointer.replaceAll('.', '/')}`;
  const message = `"${pointer}" is no JSON pointer, because it does not begin with "/". It ignores nothing.`;
  return [{ code: 'invalid-json-pointer', message, path, fixes: [change(`Change to ${value}`, path, value)] }];
}

/** Whether the Application of a spec is synced by Argo CD itself (argo-cd:pkg/apis/application/v1alpha1/types.go, IsAutomatedSyncEnabled). */
export function isAutomated(spec: JsonObject): boolean {
  const automated = objectAt(spec, 'syncPolicy', 'automated');
  return automated !== undefined && automated.enabled !== false;
}
