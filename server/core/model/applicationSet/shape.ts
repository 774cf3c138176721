import { applicationSpec } from '../application/shape.ts';
import {
  always,
  bool,
  int64,
  intOrString,
  list,
  opaque,
  pointerTo,
  raw,
  type StructShape,
  string,
  stringMap,
  strings,
  struct,
} from '../go/shape.ts';

/** argo-cd:pkg/apis/application/v1alpha1/applicationset_types.go, field by field in its order. */

export const labelSelector = struct('LabelSelector', {
  matchLabels: stringMap,
  matchExpressions: list(
    struct('LabelSelectorRequirement', { key: always(string), operator: always(string), values: strings }),
  ),
});

export const applicationSetTemplate = struct('ApplicationSetTemplate', {
  metadata: always(
    struct('ApplicationSetTemplateMeta', {
      name: string,
      namespace: string,
      labels: stringMap,
      annotations: stringMap,
      finalizers: strings,
    }),
  ),
  spec: always(applicationSpec),
});

const template = applicationSetTemplate;

const listGenerator = struct('ListGenerator', { elements: list(raw), template, elementsYaml: string });

const clusterGenerator = struct('ClusterGenerator', {
  selector: labelSelector,
  template,
  values: stringMap,
  flatList: bool,
});

const gitGenerator = struct('GitGenerator', {
  repoURL: always(string),
  directories: list(struct('GitDirectoryGeneratorItem', { path: always(string), exclude: bool })),
  files: list(struct('GitFileGeneratorItem', { path: always(string), exclude: bool })),
  revision: always(string),
  requeueAfterSeconds: pointerTo(int64),
  template,
  pathParamPrefix: string,
  values: stringMap,
});

/** The settings of a hosting service: strings anywhere inside are templates, nothing else of them matters offline. */
const provider = pointerTo(raw);

const scmProviderGenerator = struct('SCMProviderGenerator', {
  github: provider,
  gitlab: provider,
  bitbucket: provider,
  bitbucketServer: provider,
  gitea: provider,
  azureDevOps: provider,
  filters: list(raw),
  cloneProtocol: string,
  requeueAfterSeconds: pointerTo(int64),
  template,
  values: stringMap,
  awsCodeCommit: provider,
});

const clusterDecisionResourceGenerator = struct('DuckTypeGenerator', {
  configMapRef: always(string),
  name: string,
  requeueAfterSeconds: pointerTo(int64),
  labelSelector,
  template,
  values: stringMap,
});

const pullRequestGenerator = struct('PullRequestGenerator', {
  github: provider,
  gitlab: provider,
  gitea: provider,
  bitbucketServer: provider,
  filters: list(raw),
  requeueAfterSeconds: pointerTo(int64),
  template,
  bitbucket: provider,
  azuredevops: provider,
  values: stringMap,
  continueOnRepoNotFoundError: bool,
});

const pluginGenerator = struct('PluginGenerator', {
  configMapRef: always(struct('PluginConfigMapRef', { name: always(string) })),
  input: struct('PluginInput', { parameters: raw }),
  requeueAfterSeconds: pointerTo(int64),
  template,
  values: stringMap,
});

const leaves = {
  list: pointerTo(listGenerator),
  clusters: pointerTo(clusterGenerator),
  git: pointerTo(gitGenerator),
  scmProvider: pointerTo(scmProviderGenerator),
  clusterDecisionResource: pointerTo(clusterDecisionResourceGenerator),
  pullRequest: pointerTo(pullRequestGenerator),
};

const terminalGenerator = struct('ApplicationSetTerminalGenerator', {
  ...leaves,
  plugin: pointerTo(pluginGenerator),
  selector: pointerTo(labelSelector),
});

/** A matrix or merge inside another one: no template, and no further nesting. */
const nestedMatrix = struct('NestedMatrixGenerator', { generators: list(terminalGenerator) });
const nestedMerge = struct('NestedMergeGenerator', { generators: list(terminalGenerator), mergeKeys: strings });

const nestedGenerator = struct('ApplicationSetNestedGenerator', {
  ...leaves,
  matrix: pointerTo(nestedMatrix),
  merge: pointerTo(nestedMerge),
  selector: pointerTo(labelSelector),
  plugin: pointerTo(pluginGenerator),
});

/** How the entry of a generator is read at each depth: top level, inside a matrix or merge, inside a nested one. */
export const generatorShape: StructShape = struct('ApplicationSetGenerator', {
  ...leaves,
  matrix: pointerTo(struct('MatrixGenerator', { generators: list(nestedGenerator), template })),
  merge: pointerTo(struct('MergeGenerator', { generators: list(nestedGenerator), mergeKeys: strings, template })),
  selector: pointerTo(labelSelector),
  plugin: pointerTo(pluginGenerator),
});

export const applicationSetShape: StructShape = struct('ApplicationSet', {
  kind: string,
  apiVersion: string,
  metadata: always(opaque),
  spec: always(
    struct('ApplicationSetSpec', {
      goTemplate: bool,
      generators: always(list(generatorShape)),
      template: always(template),
      syncPolicy: pointerTo(
        struct('ApplicationSetSyncPolicy', { preserveResourcesOnDeletion: bool, applicationsSync: string }),
      ),
      strategy: pointerTo(
        struct('ApplicationSetStrategy', {
          type: string,
          rollingSync: pointerTo(
            struct('ApplicationSetRolloutStrategy', {
              steps: list(
                struct('ApplicationSetRolloutStep', {
                  matchExpressions: list(
                    struct('ApplicationMatchExpression', { key: string, operator: string, values: strings }),
                  ),
                  maxUpdate: pointerTo(intOrString),
                }),
              ),
            }),
          ),
          deletionOrder: string,
        }),
      ),
      preservedFields: pointerTo(struct('ApplicationPreservedFields', { annotations: strings, labels: strings })),
      goTemplateOptions: strings,
      applyNestedSelectors: bool,
      ignoreApplicationDifferences: list(
        struct('ApplicationSetResourceIgnoreDifferences', {
          name: string,
          jsonPointers: strings,
          jqPathExpressions: strings,
        }),
        'v1alpha1.ApplicationSetIgnoreDifferences',
      ),
      templatePatch: pointerTo(string),
    }),
  ),
  status: opaque,
});
