import { expect, test } from 'vitest';
import { names, preview, told } from './preview.ts';

const template = `
template:
  metadata: {name: '{{ .cluster }}-guestbook'}
  spec:
    project: default
    source: {repoURL: https://git.example.com/apps.git, path: '{{ .cluster }}', targetRevision: HEAD}
    destination: {server: 'https://kubernetes.default.svc', namespace: guestbook}
goTemplate: true`;

test('one Application for each element, in order, with the finalizer that deletes its resources', () => {
  const generation = preview(`
generators:
- list:
    elements:
    - cluster: engineering-dev
    - cluster: engineering-prod${template}`);
  expect(names(generation)).toEqual(['engineering-dev-guestbook', 'engineering-prod-guestbook']);
  expect(generation.applications[0]?.application).toEqual({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: 'engineering-dev-guestbook',
      namespace: 'argocd',
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
    },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/apps.git', path: 'engineering-dev', targetRevision: 'HEAD' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'guestbook' },
    },
  });
});

test('every Application tells the element it comes from', () => {
  const [first] = preview(`
generators:
- list: {elements: [{cluster: a}]}${template}`).applications;
  expect(first?.parameters).toEqual({ cluster: 'a' });
  expect(first?.origin).toEqual([
    {
      generator: 'list',
      path: '/spec/generators/0/list',
      item: 'elements[0]',
      itemPath: '/spec/generators/0/list/elements/0',
    },
  ]);
});

test('numbers print as Go prints floats', () => {
  expect(
    names(
      preview(`
generators:
- list: {elements: [{cluster: 1000000}, {cluster: 999999}, {cluster: 0.5}, {cluster: true}]}${template}`),
    ),
  ).toEqual(['1e+06-guestbook', '999999-guestbook', '0.5-guestbook', 'true-guestbook']);
});

const fast = template.replaceAll('.cluster', 'cluster').replace('goTemplate: true', '');

test('without goTemplate only strings are taken', () => {
  expect(
    names(
      preview(`
generators:
- list: {elements: [{cluster: 1}]}${fast}`),
    ),
  ).toEqual(['refused: error parsing value as string %!w(<nil>)']);
});

test('without goTemplate `values` become dotted names and unknown tags stay', () => {
  const generation = preview(`
generators:
- list: {elements: [{cluster: a, values: {env: prod}}]}${fast.replace('namespace: guestbook', "namespace: '{{values.env}}-{{nope}}'")}`);
  expect(generation.applications[0]?.application.spec).toMatchObject({ destination: { namespace: 'prod-{{nope}}' } });
  expect(told(generation)).toEqual([
    'unknown-parameter: No generator produces parameter nope. {{nope}} stays as it is.',
  ]);
});

test('elementsYaml comes after the elements and keeps its types in both modes', () => {
  expect(
    names(
      preview(`
generators:
- list:
    elements: [{cluster: a}]
    elementsYaml: |
      - cluster: b
      - cluster: c${template}`),
    ),
  ).toEqual(['a-guestbook', 'b-guestbook', 'c-guestbook']);
});

test('an empty element gives the template as it is written, without the finalizer', () => {
  const [only] = preview(`
generators:
- list: {elements: [{}]}${template}`).applications;
  expect(only?.application.metadata).toEqual({ name: '{{ .cluster }}-guestbook', namespace: 'argocd' });
});

test('two Applications of one name are both skipped, and it is said which elements they come from', () => {
  const generation = preview(`
generators:
- list: {elements: [{cluster: a}, {cluster: a}]}${template}`);
  expect(generation.applications.map(it => it.skipped)).toEqual([
    'ApplicationSet set contains applications with duplicate name: a-guestbook',
    'ApplicationSet set contains applications with duplicate name: a-guestbook',
  ]);
  expect(told(generation)).toEqual([
    'duplicate-application-name: ApplicationSet set contains applications with duplicate name: a-guestbook. Argo CD creates none of them: elements[0] and elements[1] give the same name, so put what differs between them into it',
  ]);
});
