import { parseFile } from '../documents/parse.ts';
import { globMatches } from '../text/gobwas.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { defaultTracking, type Tracking } from './tracking.ts';

/** What Argo CD's ConfigMap `argocd-cm` says of comparing, judging and tracking (argo-cd:util/settings/settings.go). */
export interface ArgocdSettings {
  readonly tracking: Tracking;
  /** By `group/Kind`, `Kind` for the core group, or a glob over such keys; in the order of the keys. */
  readonly overrides: ReadonlyMap<string, ResourceOverride>;
  readonly compare: CompareOptions;
  readonly exclusions: readonly ResourceFilter[];
  readonly inclusions: readonly ResourceFilter[];
  /** `kustomize.buildOptions`. */
  readonly kustomizeBuildOptions: string;
  /** Of `kustomize.path.<version>`; absent without a ConfigMap, which is no word on any version. */
  readonly kustomizeVersions?: readonly string[];
  /** `helm.valuesFileSchemes`: what a values file by URL may begin with. */
  readonly valuesFileSchemes: readonly string[];
  /** `resource.sensitive.mask.annotations`: annotations of Secrets that are masked as their data is. */
  readonly sensitiveAnnotations: readonly string[];
  /** What could not be read, in sentences; everything else counts. */
  readonly complaints: readonly string[];
}

export interface ResourceOverride {
  readonly healthLua?: string;
  readonly useOpenLibs?: boolean;
  readonly ignoreDifferences?: IgnoredFields;
  readonly knownTypeFields?: readonly { readonly field: string; readonly type: string }[];
}

export interface IgnoredFields {
  readonly jsonPointers: readonly string[];
  readonly jqPathExpressions: readonly string[];
  readonly managedFieldsManagers: readonly string[];
}

export interface CompareOptions {
  readonly ignoreAggregatedRoles: boolean;
  /** Whose status is left out of comparisons; `all` by default, so that status never differs. */
  readonly ignoreResourceStatusField: 'all' | 'crd' | 'none';
  readonly ignoreDifferencesOnResourceUpdates: boolean;
}

export interface ResourceFilter {
  readonly apiGroups: readonly string[];
  readonly kinds: readonly string[];
  readonly clusters: readonly string[];
}

const prefix = 'resource.customizations';

/** Without a ConfigMap: Argo CD's defaults. */
export function argocdSettings(configMap?: JsonObject): ArgocdSettings {
  const data = isObject(configMap?.data) ? configMap.data : {};
  const text = (key: string): string => {
    const value = data[key];
    return typeof value === 'string' ? value : '';
  };
  const complaints: string[] = [];
  const yaml = (key: string): Json => {
    const file = parseFile(key, text(key));
    const document = file.documents[0];
    const error = document?.errors[0];
    if (error) complaints.push(`argocd-cm: ${key} is not valid YAML: ${error.message}`);
    return error ? null : (document?.value ?? null);
  };
  return {
    tracking: trackingIn(text),
    overrides: overridesIn(data, yaml, complaints),
    compare: compareOptionsIn(yaml('resource.compareoptions')),
    exclusions: configMap ? filtersIn(yaml('resource.exclusions')) : usualExclusions,
    inclusions: filtersIn(yaml('resource.inclusions')),
    kustomizeBuildOptions: text('kustomize.buildOptions'),
    ...(configMap ? { kustomizeVersions: versionsIn(data) } : {}),
    valuesFileSchemes: schemesIn(data['helm.valuesFileSchemes']),
    sensitiveAnnotations: sensitiveIn(text('resource.sensitive.mask.annotations')),
    complaints,
  };
}

/** argo-cd:util/settings/settings.go GetKustomizeSettings, which knows a key of old, too. */
function versionsIn(data: JsonObject): readonly string[] {
  return Object.keys(data).flatMap(key => /^kustomize\.(?:path|version)\.(.+)$/.exec(key)?.[1] ?? []);
}

/** Empty: values files come from repositories only (argo-cd:util/settings/settings.go GetHelmSettings). */
function schemesIn(value: Json | undefined): readonly string[] {
  if (typeof value !== 'string') return ['https', 'http'];
  return value
    .split(',')
    .map(it => it.trim())
    .filter(it => it !== '');
}

/** argo-cd:util/settings/settings.go GetSensitiveAnnotations: blanks count nowhere. */
function sensitiveIn(text: string): readonly string[] {
  return text
    .replaceAll(' ', '')
    .split(',')
    .filter(it => it !== '');
}

function trackingIn(text: (key: string) => string): Tracking {
  const method = text('application.resourceTrackingMethod');
  const id = text('installationID');
  return {
    method: method === 'label' || method === 'annotation+label' ? method : defaultTracking.method,
    labelKey: text('application.instanceLabelKey') || defaultTracking.labelKey,
    ...(id === '' ? {} : { installationId: id }),
  };
}

/** The block of old, then the keys of their own, which win field by field. */
function overridesIn(
  data: JsonObject,
  yaml: (key: string) => Json,
  complaints: string[],
): ReadonlyMap<string, ResourceOverride> {
  const overrides = new Map<string, ResourceOverride>();
  const block = typeof data[prefix] === 'string' ? yaml(prefix) : null;
  for (const [key, value] of Object.entries(isObject(block) ? block : {}))
    if (isObject(value)) overrides.set(key, legacyOverride(value));
  for (const key of Object.keys(data).sort()) {
    const [, , kind, ...rest] = key.split('.');
    if (!key.startsWith(`${prefix}.`) || kind === undefined || rest.length === 0) continue;
    const named = rest.join('.').split('_');
    if (named.length > 2) {
      complaints.push(`argocd-cm: ${key} should end in <group>_<Kind>, or in <Kind> for the core group.`);
      continue;
    }
    const target = named.join('/') === 'all' ? '*/*' : named.join('/');
    const value = data[key];
    const change = overrideOf(kind, typeof value === 'string' ? value : '', () => yaml(key));
    if (change) overrides.set(target, { ...overrides.get(target), ...change });
    else if (kind !== 'actions' && kind !== 'ignoreResourceUpdates')
      complaints.push(`argocd-cm: resource customization type ${kind} not supported`);
  }
  return overrides;
}

function overrideOf(kind: string, text: string, yaml: () => Json): ResourceOverride | undefined {
  switch (kind) {
    case 'health':
      return { healthLua: text };
    case 'useOpenLibs':
      return { useOpenLibs: /^(1|t|true)$/i.test(text) };
    case 'ignoreDifferences':
      return { ignoreDifferences: ignoredFields(yaml()) };
    case 'knownTypeFields':
      return { knownTypeFields: typeFields(yaml()) };
    default:
      return undefined;
  }
}

function legacyOverride(value: JsonObject): ResourceOverride {
  const text = (key: string): string | undefined => {
    const found = value[key];
    return typeof found === 'string' ? found : undefined;
  };
  const script = text('health.lua');
  const ignored = text('ignoreDifferences');
  return {
    ...(script === undefined ? {} : { healthLua: script }),
    ...(value['health.lua.useOpenLibs'] === true ? { useOpenLibs: true } : {}),
    ...(ignored === undefined
      ? {}
      : { ignoreDifferences: ignoredFields(parseFile('ignoreDifferences', ignored).documents[0]?.value ?? null) }),
    ...(Array.isArray(value.knownTypeFields) ? { knownTypeFields: typeFields(value.knownTypeFields) } : {}),
  };
}

export function ignoredFields(value: Json): IgnoredFields {
  const found = isObject(value) ? value : {};
  return {
    jsonPointers: texts(found.jsonPointers),
    jqPathExpressions: texts(found.jqPathExpressions),
    managedFieldsManagers: texts(found.managedFieldsManagers),
  };
}

function typeFields(value: Json): readonly { readonly field: string; readonly type: string }[] {
  return (Array.isArray(value) ? value : []).flatMap(it =>
    isObject(it) && typeof it.field === 'string' && typeof it.type === 'string'
      ? [{ field: it.field, type: it.type }]
      : [],
  );
}

function compareOptionsIn(value: Json): CompareOptions {
  const found = isObject(value) ? value : {};
  const status = found.ignoreResourceStatusField;
  return {
    ignoreAggregatedRoles: found.ignoreAggregatedRoles === true,
    // YAML reads a bare `off` as false.
    ignoreResourceStatusField:
      status === 'crd' ? 'crd' : status === 'none' || status === 'off' || status === false ? 'none' : 'all',
    ignoreDifferencesOnResourceUpdates: found.ignoreDifferencesOnResourceUpdates !== false,
  };
}

function filtersIn(value: Json): readonly ResourceFilter[] {
  return (Array.isArray(value) ? value : [])
    .filter(isObject)
    .map(it => ({ apiGroups: texts(it.apiGroups), kinds: texts(it.kinds), clusters: texts(it.clusters) }));
}

/** High volume and never anybody's manifest (argo-cd:util/settings/resources_filter.go). */
const alwaysExcluded: readonly ResourceFilter[] = [
  { apiGroups: ['events.k8s.io', 'metrics.k8s.io'], kinds: [], clusters: [] },
  { apiGroups: [''], kinds: ['Event'], clusters: [] },
  { apiGroups: ['coordination.k8s.io'], kinds: ['Lease'], clusters: [] },
];

/** What Argo CD's own manifests put into `resource.exclusions` (argo-cd:manifests/base/config/argocd-cm.yaml): a cluster without Argo CD is seen as one would see it. */
const usualExclusions: readonly ResourceFilter[] = [
  { apiGroups: ['', 'discovery.k8s.io'], kinds: ['Endpoints', 'EndpointSlice'] },
  {
    apiGroups: ['authentication.k8s.io', 'authorization.k8s.io'],
    kinds: [
      'SelfSubjectReview',
      'TokenReview',
      'LocalSubjectAccessReview',
      'SelfSubjectAccessReview',
      'SelfSubjectRulesReview',
      'SubjectAccessReview',
    ],
  },
  { apiGroups: ['certificates.k8s.io'], kinds: ['CertificateSigningRequest'] },
  { apiGroups: ['cert-manager.io'], kinds: ['CertificateRequest'] },
  { apiGroups: ['cilium.io'], kinds: ['CiliumIdentity', 'CiliumEndpoint', 'CiliumEndpointSlice'] },
  {
    apiGroups: ['kyverno.io', 'reports.kyverno.io', 'wgpolicyk8s.io'],
    kinds: [
      'PolicyReport',
      'ClusterPolicyReport',
      'EphemeralReport',
      'ClusterEphemeralReport',
      'AdmissionReport',
      'ClusterAdmissionReport',
      'BackgroundScanReport',
      'ClusterBackgroundScanReport',
      'UpdateRequest',
    ],
  },
].map(it => ({ ...it, clusters: [] }));

/** Whether Argo CD looks away from a kind: neither watched, nor shown, nor pruned. */
export function isExcluded(
  { exclusions, inclusions }: Pick<ArgocdSettings, 'exclusions' | 'inclusions'>,
  group: string,
  kind: string,
  server: string,
): boolean {
  const matches = (it: ResourceFilter): boolean =>
    (it.apiGroups.length === 0 || it.apiGroups.some(one => globMatches(one, group))) &&
    (it.kinds.length === 0 || it.kinds.some(one => one === '*' || one === kind)) &&
    ofCluster(it);
  const ofCluster = (it: ResourceFilter): boolean =>
    it.clusters.length === 0 || it.clusters.some(one => globMatches(one, server));
  if ([...alwaysExcluded, ...exclusions].some(matches)) return true;
  return !inclusions.some(matches) && inclusions.some(ofCluster);
}

/** A health script of argocd-cm for a kind: its own key first, then a glob (argo-cd:util/lua/lua.go, GetHealthScript). */
export function healthScriptFor(
  { overrides }: Pick<ArgocdSettings, 'overrides'>,
  group: string,
  kind: string,
): { readonly script: string; readonly useOpenLibs: boolean } | undefined {
  const key = group === '' ? kind : `${group}/${kind}`;
  const scriptOf = (it: ResourceOverride | undefined) =>
    it?.healthLua ? { script: it.healthLua, useOpenLibs: it.useOpenLibs ?? false } : undefined;
  const own = scriptOf(overrides.get(key));
  if (own) return own;
  for (const [pattern, override] of overrides) {
    const script = scriptOf(override);
    if (script && globMatches(pattern, key)) return script;
  }
  return undefined;
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string') : [];
