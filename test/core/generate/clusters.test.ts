import { expect, test } from 'vitest';
import { names, preview } from './preview.ts';

const secret = (name: string, labels: string, rest = '') => `---
apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  labels: {argocd.argoproj.io/secret-type: cluster${labels}}
stringData: {name: ${name}, server: 'https://${name}.example.com'${rest}}
`;
const clusters = secret('prod_eu', ', env: prod') + secret('staging', ', env: staging', ', project: team');

const template = (name: string) => `
template:
  metadata: {name: '${name}'}
  spec:
    project: default
    source: {repoURL: https://git.example.com/apps.git, path: guestbook}
    destination: {server: '{{ .server }}'}
goTemplate: true`;

test('every cluster Secret, and the cluster that Argo CD runs in last', () => {
  expect(names(preview(`\ngenerators: [{clusters: {}}]${template('{{ .nameNormalized }}')}`, { clusters }))).toEqual([
    'prod-eu',
    'staging',
    'in-cluster',
  ]);
});

test('a selector leaves the local cluster out, for it has no labels', () => {
  const generation = preview(
    `
generators:
- clusters: {selector: {matchLabels: {env: staging}}}${template('{{ .name }}-{{ .project }}')}`,
    { clusters },
  );
  expect(names(generation)).toEqual(['staging-team']);
  expect(generation.applications[0]?.origin[0]).toMatchObject({
    item: 'cluster staging',
    source: { kind: 'cluster', namespace: 'argocd', name: 'staging' },
    note: 'selector env=staging',
  });
});

test('Secrets of another namespace are not read', () => {
  const elsewhere = clusters.replace('name: prod_eu\n', 'name: prod_eu\n  namespace: other\n');
  expect(names(preview(`\ngenerators: [{clusters: {}}]${template('{{ .name }}')}`, { clusters: elsewhere }))).toEqual([
    'staging',
    'in-cluster',
  ]);
});

test('values are rendered against the cluster and cannot see each other', () => {
  expect(
    names(
      preview(
        `
generators:
- clusters:
    selector: {matchLabels: {env: prod}}
    values: {zone: 'z-{{ .metadata.labels.env }}'}${template('{{ .values.zone }}')}`,
        { clusters },
      ),
    ),
  ).toEqual(['z-prod']);
});

test('flatList makes one parameter set of all, also of none', () => {
  expect(
    preview(
      `
generators:
- clusters: {flatList: true, selector: {matchLabels: {env: none}}}${template('all').replace('{{ .server }}', 'https://kubernetes.default.svc')}`,
      { clusters },
    ).applications[0]?.parameters,
  ).toEqual({
    clusters: [],
  });
});

test('an operator that labels do not have is refused', () => {
  expect(
    names(
      preview(
        `
generators:
- clusters: {selector: {matchExpressions: [{key: env, operator: Gt, values: ['1']}]}}${template('x')}`,
        { clusters },
      ),
    ),
  ).toEqual([
    'refused: error getting cluster secrets: error converting label selector: "Gt" is not a valid label selector operator',
  ]);
});

test('an Application for a cluster that is not known is skipped', () => {
  const [only] = preview(
    `
generators: [{list: {elements: [{server: 'https://gone.example.com/'}]}}]${template('x')}`,
    { clusters },
  ).applications;
  expect(only?.skipped).toBe(
    'application destination spec is invalid: error getting cluster by server "https://gone.example.com/": rpc error: code = NotFound desc = cluster "https://gone.example.com" not found',
  );
});
