import type { JsonObject } from '../core/text/json.ts';

const kinds = [
  { kind: 'Rollout', plural: 'rollouts', shortNames: ['ro'], scale: true },
  { kind: 'AnalysisTemplate', plural: 'analysistemplates', shortNames: ['at'] },
  { kind: 'ClusterAnalysisTemplate', plural: 'clusteranalysistemplates', shortNames: ['cat'], scope: 'Cluster' },
  { kind: 'AnalysisRun', plural: 'analysisruns', shortNames: ['ar'] },
  { kind: 'Experiment', plural: 'experiments', shortNames: ['exp'] },
] as const;

const argocdKinds = [
  { kind: 'Application', plural: 'applications', shortNames: ['app', 'apps'] },
  { kind: 'ApplicationSet', plural: 'applicationsets', shortNames: ['appset', 'appsets'] },
  { kind: 'AppProject', plural: 'appprojects', shortNames: ['appproj', 'appprojs'] },
] as const;

/** Definitions of Argo Rollouts' kinds, and of Argo CD's where they are wanted; any field is taken. */
export function argoprojDefinitions({ argocd }: { readonly argocd: boolean }): readonly JsonObject[] {
  return [...kinds, ...(argocd ? argocdKinds : [])].map(it => definition(it));
}

function definition(it: (typeof kinds)[number] | (typeof argocdKinds)[number]): JsonObject {
  // Argo CD's kinds have no status of their own path (argo-cd:manifests/crds).
  const subresources: JsonObject =
    'scale' in it
      ? {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.HPAReplicas',
            labelSelectorPath: '.status.selector',
          },
        }
      : {};
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${it.plural}.argoproj.io` },
    spec: {
      group: 'argoproj.io',
      names: {
        kind: it.kind,
        listKind: `${it.kind}List`,
        plural: it.plural,
        singular: it.kind.toLowerCase(),
        shortNames: it.shortNames,
      },
      scope: 'scope' in it ? it.scope : 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          subresources,
        },
      ],
    },
  };
}
