import {
  always,
  bool,
  int64,
  intOrString,
  list,
  map,
  opaque,
  patched,
  pointerTo,
  raw,
  type StructShape,
  string,
  stringMap,
  strings,
  struct,
} from '../go/shape.ts';

/** argo-cd:pkg/apis/application/v1alpha1/types.go, field by field in its order. */

const helm = struct('ApplicationSourceHelm', {
  valueFiles: strings,
  parameters: list(struct('HelmParameter', { name: string, value: string, forceString: bool })),
  releaseName: string,
  values: patched(string, { strategy: 'replace' }),
  fileParameters: list(struct('HelmFileParameter', { name: string, path: string })),
  version: string,
  passCredentials: bool,
  ignoreMissingValueFiles: bool,
  skipCrds: bool,
  valuesObject: pointerTo(raw),
  namespace: string,
  kubeVersion: string,
  apiVersions: strings,
  skipTests: bool,
  skipSchemaValidation: bool,
});

const kustomizeSelector = struct('KustomizeSelector', {
  group: string,
  version: string,
  kind: string,
  name: string,
  namespace: string,
  annotationSelector: string,
  labelSelector: string,
});

const kustomize = struct('ApplicationSourceKustomize', {
  namePrefix: string,
  nameSuffix: string,
  images: list(string, 'v1alpha1.KustomizeImages'),
  commonLabels: stringMap,
  version: string,
  commonAnnotations: stringMap,
  forceCommonLabels: bool,
  forceCommonAnnotations: bool,
  namespace: string,
  commonAnnotationsEnvsubst: bool,
  replicas: list(
    struct('KustomizeReplica', { name: always(string), count: always(intOrString) }),
    'v1alpha1.KustomizeReplicas',
  ),
  patches: list(
    struct('KustomizePatch', {
      path: string,
      patch: string,
      target: pointerTo(kustomizeSelector),
      options: map(bool),
    }),
    'v1alpha1.KustomizePatches',
  ),
  components: strings,
  ignoreMissingComponents: bool,
  labelWithoutSelector: bool,
  kubeVersion: string,
  apiVersions: strings,
  labelIncludeTemplates: bool,
});

const jsonnetVars = list(struct('JsonnetVar', { name: always(string), value: always(string), code: bool }));

const directory = struct('ApplicationSourceDirectory', {
  recurse: bool,
  jsonnet: struct('ApplicationSourceJsonnet', { extVars: jsonnetVars, tlas: jsonnetVars, libs: strings }),
  exclude: string,
  include: string,
});

const plugin = struct('ApplicationSourcePlugin', {
  name: string,
  env: list(struct('EnvEntry', { name: always(string), value: always(string) }), 'v1alpha1.Env'),
  parameters: list(
    struct('ApplicationSourcePluginParameter', {
      name: always(string),
      string: pointerTo(string),
      map: pointerTo(stringMap),
      array: pointerTo(strings),
    }),
    'v1alpha1.ApplicationSourcePluginParameters',
  ),
});

export const applicationSource = struct('ApplicationSource', {
  repoURL: always(string),
  path: string,
  targetRevision: string,
  helm: pointerTo(helm),
  kustomize: pointerTo(kustomize),
  directory: pointerTo(directory),
  plugin: pointerTo(plugin),
  chart: string,
  ref: string,
  name: string,
  tagPrefix: string,
});

const sourceHydrator = struct('SourceHydrator', {
  drySource: always(
    struct('DrySource', {
      repoURL: always(string),
      targetRevision: always(string),
      path: always(string),
      helm: pointerTo(helm),
      kustomize: pointerTo(kustomize),
      directory: pointerTo(directory),
      plugin: pointerTo(plugin),
    }),
  ),
  syncSource: always(struct('SyncSource', { targetBranch: always(string), path: always(string), repoURL: string })),
  hydrateTo: pointerTo(struct('HydrateTo', { targetBranch: always(string) })),
});

const retry = struct('RetryStrategy', {
  limit: int64,
  backoff: pointerTo(struct('Backoff', { duration: string, factor: pointerTo(int64), maxDuration: string })),
  refresh: bool,
});

const syncPolicy = struct('SyncPolicy', {
  automated: pointerTo(
    struct('SyncPolicyAutomated', {
      prune: pointerTo(bool),
      selfHeal: pointerTo(bool),
      allowEmpty: pointerTo(bool),
      enabled: pointerTo(bool),
    }),
  ),
  syncOptions: list(string, 'v1alpha1.SyncOptions'),
  retry: pointerTo(retry),
  managedNamespaceMetadata: pointerTo(
    struct('ManagedNamespaceMetadata', { labels: stringMap, annotations: stringMap }),
  ),
});

const info = list(struct('Info', { name: always(string), value: always(string) }));

export const applicationSpec = struct('ApplicationSpec', {
  source: pointerTo(applicationSource),
  destination: always(struct('ApplicationDestination', { server: string, namespace: string, name: string })),
  project: always(string),
  syncPolicy: pointerTo(syncPolicy),
  ignoreDifferences: list(
    struct('ResourceIgnoreDifferences', {
      group: string,
      kind: always(string),
      name: string,
      namespace: string,
      jsonPointers: strings,
      jqPathExpressions: strings,
      managedFieldsManagers: strings,
    }),
    'v1alpha1.IgnoreDifferences',
  ),
  info,
  revisionHistoryLimit: pointerTo(int64),
  sources: list(applicationSource, 'v1alpha1.ApplicationSources'),
  sourceHydrator: pointerTo(sourceHydrator),
});

const operation = struct('Operation', {
  sync: pointerTo(
    struct('SyncOperation', {
      revision: string,
      prune: bool,
      dryRun: bool,
      syncStrategy: pointerTo(
        struct('SyncStrategy', {
          apply: pointerTo(struct('SyncStrategyApply', { force: bool })),
          hook: pointerTo(struct('SyncStrategyHook', { force: bool })),
        }),
      ),
      resources: list(
        struct('SyncOperationResource', {
          group: string,
          kind: always(string),
          name: always(string),
          namespace: string,
          exclude: bool,
        }),
      ),
      source: pointerTo(applicationSource),
      manifests: strings,
      syncOptions: list(string, 'v1alpha1.SyncOptions'),
      sources: list(applicationSource, 'v1alpha1.ApplicationSources'),
      revisions: strings,
      autoHealAttemptsCount: int64,
    }),
  ),
  initiatedBy: struct('OperationInitiator', { username: string, automated: bool }),
  info: list(info.kind === 'list' ? info.of : string),
  retry,
});

/** k8s.io/apimachinery:pkg/apis/meta/v1/types.go */
const objectMeta = struct('ObjectMeta', {
  name: string,
  generateName: string,
  namespace: string,
  selfLink: string,
  uid: string,
  resourceVersion: string,
  generation: int64,
  creationTimestamp: opaque,
  deletionTimestamp: opaque,
  deletionGracePeriodSeconds: pointerTo(int64),
  labels: stringMap,
  annotations: stringMap,
  ownerReferences: patched(
    list(
      struct('OwnerReference', {
        apiVersion: always(string),
        kind: always(string),
        name: always(string),
        uid: always(string),
        controller: pointerTo(bool),
        blockOwnerDeletion: pointerTo(bool),
      }),
    ),
    { strategy: 'merge', mergeKey: 'uid' },
  ),
  finalizers: patched(strings, { strategy: 'merge' }),
  managedFields: opaque,
});

export const application: StructShape = struct('Application', {
  kind: string,
  apiVersion: string,
  metadata: always(objectMeta),
  spec: always(applicationSpec),
  status: opaque,
  operation: pointerTo(operation),
});
