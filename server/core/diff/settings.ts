import { type ArgocdSettings, argocdSettings, ignoredFields, type ResourceOverride } from '../model/argocdSettings.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import type { CompareSettings, IgnoreRule } from './comparison.ts';
import { isList, textAt, valueAt } from './json.ts';
import type { KubernetesTypes } from './types.ts';

/** Field manager of Argo CD's server-side apply (argo-cd:common/common.go). */
export const applyManager = 'argocd-controller';

/** How the objects of an Application are compared (argo-cd:controller/state.go, CompareAppState). */
export function settingsFrom(
  application: JsonObject | undefined,
  argocd: ArgocdSettings = argocdSettings(),
  types: KubernetesTypes,
  isServed: CompareSettings['isServed'] = servedWithArgo,
): CompareSettings {
  const options = valueAt(application, 'spec', 'syncPolicy', 'syncOptions');
  return {
    types,
    ignores: ignoreRulesOf(application),
    overrides: withStatus(argocd),
    ignoreAggregatedRoles: argocd.compare.ignoreAggregatedRoles,
    structured: isList(options) && options.includes('ServerSideApply=true'),
    ignoreMutations: !compareOption(application, 'IncludeMutationWebhook=true'),
    tracking: argocd.tracking,
    sensitiveAnnotations: argocd.sensitiveAnnotations,
    manager: applyManager,
    isServed,
  };
}

/** Where no cluster says what it serves: a cluster that Argo drives has Argo's kinds. */
export function servedWithArgo(apiVersion: string): boolean {
  return apiVersion.startsWith('argoproj.io/');
}

export function compareOption(object: JsonObject | undefined, option: string): boolean {
  return textAt(object ?? {}, 'metadata', 'annotations', 'argocd.argoproj.io/compare-options')
    .split(',')
    .some(it => it.trim() === option);
}

export function ignoreRulesOf(application: JsonObject | undefined): readonly IgnoreRule[] {
  const rules = valueAt(application, 'spec', 'ignoreDifferences');
  return (isList(rules) ? rules : []).filter(isObject).map(it => ({
    ...ignoredFields(it),
    group: textAt(it, 'group'),
    kind: textAt(it, 'kind'),
    name: textAt(it, 'name'),
    namespace: textAt(it, 'namespace'),
  }));
}

/** Status is an ignored field like any other: of everything by default (argo-cd:util/settings/settings.go, GetResourceOverrides). */
function withStatus({ overrides, compare }: ArgocdSettings): ReadonlyMap<string, ResourceOverride> {
  const { ignoreResourceStatusField } = compare;
  if (ignoreResourceStatusField === 'none') return overrides;
  const key = ignoreResourceStatusField === 'crd' ? 'apiextensions.k8s.io/CustomResourceDefinition' : '*/*';
  const before = overrides.get(key);
  const ignored = before?.ignoreDifferences ?? { jsonPointers: [], jqPathExpressions: [], managedFieldsManagers: [] };
  const ignoreDifferences = { ...ignored, jsonPointers: [...ignored.jsonPointers, '/status'] };
  return new Map([...overrides, [key, { ...before, ignoreDifferences }]]);
}
