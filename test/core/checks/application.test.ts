import { expect, test } from 'vitest';
import { application as rule } from '../../../server/core/checks/rules/application.ts';
import type { FactKind, Facts } from '../../../server/core/facts/facts.ts';
import type { GeneratedApplication } from '../../../server/core/generate/generation.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';
import { check, fixed } from '../../support/check.ts';

const only = rule.codes;

const application = (spec: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
spec:
  project: default
${spec}`;

const placed = (spec: string): string =>
  application(`${spec}
  destination:
    server: https://kubernetes.default.svc
    namespace: web
`);

function workspace(known: {
  readonly clusters?: readonly JsonObject[];
  readonly projects?: readonly JsonObject[];
}): Facts {
  const get = (kind: FactKind): unknown =>
    kind === 'clusters' || kind === 'projects'
      ? (known[kind] ?? { unavailable: true, why: 'not in this case' })
      : undefined;
  return { get: get as Facts['get'] };
}

const cluster = (name: string, server: string): JsonObject => ({
  kind: 'Secret',
  metadata: { name, namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
  stringData: { name, server },
});

const project = (name: string, spec: JsonObject): JsonObject => ({ kind: 'AppProject', metadata: { name }, spec });

test('a source without a place in its repository', () =>
  void check(
    placed(`
  source:
 #^^^^^^ incomplete-source: spec.source.repoURL and either spec.source.path or spec.source.chart are required
    repoURL: https://github.com/acme/apps
    targetRevision: main`),
    { only },
  ));

test('a chart without a version', () => {
  const text = placed(`
  source:
    repoURL: https://charts.example.com
    chart: web
          #^^^ incomplete-source: spec.source.targetRevision is required if the manifest source is a helm chart`);
  check(text, { only });
  expect(fixed(text, 'incomplete-source')).toMatch(/targetRevision: ["']?\*["']?\n/);
});

test('what Argo CD ignores beside several sources', () =>
  void check(
    placed(`
  source:
 #^^^^^^ several-sources: Argo CD uses sources and ignores source. Remove one of the two.
    path: web
  sources:
    - repoURL: https://github.com/acme/apps
      path: web`),
    { only },
  ));

test('refs: their form, their repetition, and value files of nobody', () => {
  const text = placed(`
  sources:
    - repoURL: https://github.com/acme/values
      ref: my.values
          #^^^^^^^^^ invalid-ref: sources.ref my.values cannot contain any special characters except '_' and '-'
    - repoURL: https://github.com/acme/values
      ref: values
    - repoURL: https://github.com/acme/more
      ref: values
          #^^^^^^ invalid-ref: invalid sources: multiple sources had the same \`ref\` key
    - repoURL: https://charts.example.com
      chart: web
      targetRevision: 1.2.3
      helm:
        valueFiles:
          - $values/prod.yaml
          - $vlues/prod.yaml
            #^^^^^ unknown-ref: No source has the ref "vlues", so Argo CD looks for a file of this very name. Did you mean "$values"?
          - $ARGOCD_APP_NAME/prod.yaml`);
  check(text, { only });
  expect(fixed(text, 'unknown-ref')).not.toContain('- $vlues');
});

test('one tool for a source; an empty block is none', () =>
  void check(
    placed(`
  sources:
    - repoURL: https://github.com/acme/apps
      path: a
      directory: {}
      helm: {releaseName: web}
    - repoURL: https://github.com/acme/apps
      path: b
      kustomize: {namePrefix: a-}
      helm: {releaseName: web}
     #^^^^ several-tools: multiple application sources defined: Kustomize,Helm`),
    { only },
  ));

test('a hydrator says what it lacks, part by part', () =>
  void check(
    placed(`
  sourceHydrator:
 #^^^^^^^^^^^^^^ incomplete-source: spec.sourceHydrator.drySource.repoURL is required
    syncSource:
   #^^^^^^^^^^ incomplete-source: spec.sourceHydrator.syncSource.targetBranch is required
      path: web
    hydrateTo: {}
   #^^^^^^^^^ incomplete-source: when spec.sourceHydrator.hydrateTo is set, spec.sourceHydrator.hydrateTo.targetBranch is required`),
    { only },
  ));

test('a destination has a name or a server', () => {
  const text = application(`
  source: {repoURL: https://github.com/acme/apps, path: web}
  destination:
    name: prod
    server: https://prod.example.com
   #^^^^^^ invalid-destination: application destination can't have both name and server defined: prod https://prod.example.com
`);
  check(text, { only });
  expect(fixed(text, 'invalid-destination')).not.toContain('name: prod');
});

test('clusters and projects are compared where the workspace has some', () => {
  const facts = workspace({
    clusters: [cluster('prod-eu', 'https://eu.example.com')],
    projects: [project('default', {}), project('team', {})],
  });
  const text = `
apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  project: teem
          #^^^^ unknown-project: application references project teem which does not exist. Did you mean "team"?
  source: {repoURL: https://github.com/acme/apps, path: web}
  destination:
    name: prod-ue
         #^^^^^^^ unknown-cluster: there are no clusters with this name: prod-ue. Did you mean "prod-eu"?
`;
  check(text, { only, facts });
  check(text.replaceAll(/ +#\^.*\n/g, ''), { only, facts: workspace({}) });
});

test('a project lets in what its patterns match', () => {
  const facts = workspace({
    clusters: [cluster('prod', 'https://prod.example.com')],
    projects: [
      project('default', {
        sourceRepos: ['https://github.com/acme/*'],
        destinations: [{ name: 'prod', namespace: 'web-*' }],
      }),
    ],
  });
  check(
    application(`
  source:
    repoURL: https://github.com/other/apps.git
            #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-permitted: application repo https://github.com/other/apps.git is not permitted in project 'default'…
    path: web
  destination: {server: https://prod.example.com/, namespace: shop}
              #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-permitted: application destination server 'https://prod.example.com' and namespace 'shop' do not match any of the allowed destinations in project 'default'
`),
    { only, facts },
  );
  check(
    application(`
  source: {repoURL: git@github.com:acme/apps.git, path: web}
  destination: {name: prod, namespace: web-1}
`),
    {
      only,
      facts: workspace({
        projects: [project('default', { sourceRepos: ['*'], destinations: [{ server: '*', namespace: 'web-*' }] })],
      }),
    },
  );
});

test('what the sync policy cannot do', () => {
  const text = placed(`
  source: {repoURL: https://github.com/acme/apps, path: web}
  revisionHistoryLimit: -1
                       #^^ invalid-history-limit: …
  ignoreDifferences:
    - kind: Deployment
     #^^^^^^^^^^^^^^^^ empty-ignore-difference: This entry ignores nothing…
    - kind: Deployment
      jsonPointers: [spec/replicas]
                    #^^^^^^^^^^^^^ invalid-json-pointer: "spec/replicas" is no JSON pointer…
  syncPolicy:
    managedNamespaceMetadata:
   #^^^^^^^^^^^^^^^^^^^^^^^^ unused-namespace-metadata: …
      labels: {a: b}
    retry:
      backoff: {duration: 5 minutes, maxDuration: 3m, factor: 2}
                         #^^^^^^^^^ invalid-retry: unable to parse 5 minutes as a duration…`);
  check(text, { only });
  expect(fixed(text, 'unused-namespace-metadata')).toContain('CreateNamespace=true');
});

test('text that something else fills in is not judged', () =>
  void check(
    application(`
  source: {repoURL: '{{ .repo }}', chart: '{{ .chart }}', targetRevision: '{{ .version }}'}
  destination: {name: '{{ .cluster }}'}
`),
    { only, facts: workspace({ clusters: [cluster('a', 'https://a')], projects: [project('default', {})] }) },
  ));

test('what is wrong with generated Applications is told once, at the template', () => {
  const one = (name: string, path: string): GeneratedApplication => ({
    application: {
      metadata: { name },
      spec: {
        project: 'default',
        source: { repoURL: 'https://github.com/acme/apps', path },
        destination: { name: 'a' },
      },
    },
    parameters: {},
    origin: [],
  });
  const applications = [one('a', ''), one('b', 'b'), one('c', '')];
  check(
    `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  template:
    spec:
      source:
     #^^^^^^ incomplete-source: spec.source.repoURL and either spec.source.path or spec.source.chart are required (generated Application a and 1 more)
        repoURL: https://github.com/acme/apps
        path: '{{ .path }}'
`,
    { only, generation: () => ({ applications, problems: [], missing: [], unknown: [] }) },
  );
});

test('a text that is not finished is not judged for what it lacks', () =>
  void check(
    application(`
  source:
    repoURL: "https://github.com/acme
`),
    { only },
  ));
