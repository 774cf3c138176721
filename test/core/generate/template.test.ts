import { expect, test } from 'vitest';
import { names, preview, told } from './preview.ts';

const spec = (rest: string, generator = '') => `
generators:
- list:
    elements: [{cluster: a, empty: ''}]${generator}
template:
  metadata: {name: '{{ .cluster }}', labels: {team: web}}
  spec:
    project: default
    source: {repoURL: https://git.example.com/apps.git, path: base, targetRevision: main}
    destination: {server: 'https://kubernetes.default.svc', namespace: '{{ .empty }}'}
goTemplate: true${rest}`;
const only = (text: string) => preview(text).applications[0]?.application;

test('what a generator’s template says wins, maps are merged, empty values say nothing', () => {
  const own = `
    template:
      metadata: {labels: {tier: gold}}
      spec: {project: '', source: {repoURL: '', path: own}, destination: {}}`;
  expect(only(spec('', own))).toMatchObject({
    metadata: { labels: { team: 'web', tier: 'gold' } },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/apps.git', path: 'own', targetRevision: 'main' },
    },
  });
});

test('a text that renders to nothing is left out where Argo CD leaves it out', () => {
  expect(only(spec(''))?.spec).toMatchObject({ destination: { server: 'https://kubernetes.default.svc' } });
  expect(only(spec(''))?.spec).not.toMatchObject({ destination: { namespace: '' } });
});

test('preserveResourcesOnDeletion leaves the finalizer out', () => {
  expect(only(spec('\nsyncPolicy: {preserveResourcesOnDeletion: true}'))?.metadata).toEqual({
    name: 'a',
    namespace: 'argocd',
    labels: { team: 'web' },
  });
});

test('templatePatch is merged over the Application; the project and the namespace stay', () => {
  const patch = `
templatePatch: |
  {"metadata": {"name": "patched-{{ .cluster }}", "namespace": "other", "finalizers": ["mine"]},
   "spec": {"project": "other", "source": {"path": null}, "syncPolicy": {"automated": {"prune": true}}}}`;
  expect(only(spec(patch))).toMatchObject({
    metadata: {
      name: 'patched-a',
      namespace: 'argocd',
      finalizers: ['mine', 'resources-finalizer.argocd.argoproj.io'],
    },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/apps.git', targetRevision: 'main' },
      syncPolicy: { automated: { prune: true } },
    },
  });
});

test('a patch of another type than the field takes is refused', () => {
  expect(names(preview(spec(`\ntemplatePatch: '{"spec": {"syncPolicy": {"automated": {"prune": "yes"}}}}'`)))).toEqual([
    'refused: invalid templatePatch "{\\"spec\\": {\\"syncPolicy\\": {\\"automated\\": {\\"prune\\": \\"yes\\"}}}}": json: cannot unmarshal string into Go struct field SyncPolicyAutomated.spec.syncPolicy.automated.prune of type bool',
  ]);
});

test('an option that Go does not know ends the controller', () => {
  const generation = preview(spec('\ngoTemplateOptions: [missingkey=eror]'));
  expect(generation.refused).toBe('unrecognized option: missingkey=eror');
  expect(generation.problems[0]?.path).toBe('/spec/goTemplateOptions/0');
});

test('a value of a wrong type: the API server does not take the set', () => {
  expect(names(preview(spec('').replace('{team: web}', '{team: 1}')))).toEqual([
    'refused: json: cannot unmarshal number into Go struct field ApplicationSetTemplateMeta.spec.template.metadata.labels of type string',
  ]);
});

test('an entry of no known generator is only a warning', () => {
  const generation = preview(spec('').replace('generators:', 'generators:\n- listt: {}'));
  expect(names(generation)).toEqual(['a']);
  expect(told(generation)[0]).toMatch(
    /^unrecognized-generator: ApplicationSet set contains unrecognized generators\. /,
  );
});

test('a name that the API server refuses is told with what made it', () => {
  const generation = preview(spec('').replace('cluster: a', 'cluster: A_b'));
  expect(told(generation)[0]).toMatch(
    /^invalid-application-name: metadata\.name: Invalid value: "A_b": .* made from elements\[0\];/,
  );
});

test('a Go template in a set without goTemplate stays as it is', () => {
  const generation = preview(spec('').replace('\ngoTemplate: true', ''));
  expect(generation.problems[0]).toMatchObject({
    code: 'other-template-mode',
    path: '/spec/template/metadata/name',
    within: { start: 0, end: 14 },
  });
});

test('a selector sees parameters flattened, and lists of texts as one value', () => {
  const chosen = (key: string) =>
    names(
      preview(
        `
generators:
- git: {repoURL: r, revision: HEAD, directories: [{path: '*'}]}
  selector: {matchExpressions: [{key: ${key}, operator: Exists}]}
template: {metadata: {name: '{{ .path.basename }}'}, spec: {project: default, destination: {server: 'https://kubernetes.default.svc'}}}
goTemplate: true`,
        { files: { 'web/x': '' } },
      ),
    );
  expect(chosen('path.basename')).toEqual(['web']);
  expect(chosen('path.segments.0')).toEqual([]);
});

test('a window renders the first in full and the others by name', () => {
  const set = spec('').replace("[{cluster: a, empty: ''}]", "[{cluster: a, empty: ''}, {cluster: b, empty: ''}]");
  const [first, second] = preview(set, { window: 1 }).applications;
  expect(first?.partial).toBeUndefined();
  expect(second).toMatchObject({ partial: true, application: { metadata: { name: 'b', namespace: 'argocd' } } });
});
