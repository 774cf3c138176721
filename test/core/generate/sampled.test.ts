import { expect, test } from 'vitest';
import { names, preview } from './preview.ts';

const template = (name: string) => `
template:
  metadata: {name: '${name}'}
  spec:
    project: default
    source: {repoURL: https://git.example.com/apps.git, path: x}
    destination: {server: 'https://kubernetes.default.svc'}
goTemplate: true`;

test('what only a network service knows is named, and everything else still previews', () => {
  const generation = preview(`
generators:
- scmProvider: {github: {organization: acme}}
- list: {elements: [{repository: local}]}${template('{{ .repository }}')}`);
  expect(names(generation)).toEqual(['local']);
  expect(generation.unknown).toEqual([
    { kind: 'scmProvider', of: 'scmProvider', why: 'There are no samples.', path: '/spec/generators/0/scmProvider' },
  ]);
  expect(generation.problems).toEqual([]);
});

test.each([
  [
    'scmProvider',
    '{github: {organization: acme}}',
    { repository: 'web', branch: 'main' },
    '{{ .repository }}-{{ .branch }}',
    'web-main',
  ],
  [
    'pullRequest',
    '{github: {owner: acme, repo: web}}',
    { number: '7', branch_slug: 'fix' },
    '{{ .number }}-{{ .branch_slug }}',
    '7-fix',
  ],
  [
    'plugin',
    '{configMapRef: {name: p}, input: {parameters: {key: v}}}',
    { app: 'a' },
    '{{ .app }}-{{ .generator.input.parameters.key }}',
    'a-v',
  ],
  [
    'clusterDecisionResource',
    '{configMapRef: c, name: placement}',
    { name: 'eu', weight: 3 },
    '{{ .name }}-{{ .weight }}',
    'eu-3',
  ],
])('%s previews from samples', (generator, spec, sample, name, expected) => {
  const generation = preview(`\ngenerators: [{${generator}: ${spec}}]${template(name)}`, {
    samples: { [generator]: [sample] },
  });
  expect(names(generation)).toEqual([expected]);
  expect(generation.applications[0]?.origin[0]).toMatchObject({
    generator,
    item: 'sample 1',
    note: 'from sample parameters',
  });
});

test('values of a clusterDecisionResource are not rendered', () => {
  const spec = `\ngenerators: [{clusterDecisionResource: {configMapRef: c, values: {v: '{{ .name }}'}}}]${template('n')}`;
  const generation = preview(spec, { samples: { clusterDecisionResource: [{ name: 'eu' }] } });
  expect(generation.applications[0]?.parameters).toEqual({ name: 'eu', values: { v: '{{ .name }}' } });
});
