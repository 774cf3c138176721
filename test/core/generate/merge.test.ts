import { expect, test } from 'vitest';
import { names, preview } from './preview.ts';

const template = (name: string, mode = '\ngoTemplate: true') => `
template:
  metadata: {name: '${name}'}
  spec:
    project: default
    source: {repoURL: https://git.example.com/apps.git, path: x}
    destination: {server: 'https://kubernetes.default.svc'}${mode}`;

const merge = (keys: string, ...lists: string[]) => `
generators:
- merge:
    mergeKeys: ${keys}
    generators:${lists.map(it => `\n    - list: {elements: ${it}}`).join('')}`;

test('later generators override the sets of the first; what matches none of those is dropped', () => {
  const generation = preview(
    `${merge('[server]', '[{server: a, replicas: "1"}, {server: b, replicas: "1"}]', '[{server: b, replicas: "5"}, {server: c}]')}${template('{{ .server }}-{{ .replicas }}')}`,
  );
  expect(names(generation)).toEqual(['a-1', 'b-5']);
  expect(generation.applications[1]?.origin.map(it => [it.generator, it.note])).toEqual([
    ['merge', undefined],
    ['list', undefined],
    ['list', 'merged on server'],
  ]);
});

test('with goTemplate maps are merged inside', () => {
  expect(
    preview(`${merge('[k]', '[{k: 1, m: {a: 1, b: 1}}]', '[{k: 1, m: {b: 2}}]')}${template('n')}`).applications[0]
      ?.parameters,
  ).toEqual({ k: 1, m: { a: 1, b: 2 } });
});

test('sets that lack the key collide, because its absence counts as null', () => {
  const generation = preview(
    `${merge('[values.env]', '[{values: {env: a}}, {values: {env: b}}]', '[]')}${template('n')}`,
  );
  expect(generation.refused).toBe(
    'error getting param sets by merge key: the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique. Duplicate key was {"values.env":null}',
  );
  expect(generation.problems[0]?.message).toContain(
    'a merge key is one top-level name; values.env is never found inside of a map',
  );
});

test('without goTemplate dotted keys are names like others', () => {
  expect(
    names(
      preview(
        `${merge('[values.env]', '[{m: x, values: {env: a}}]', '[{m: z, values: {env: a}}]')}${template('{{m}}', '')}`,
      ),
    ),
  ).toEqual(['z']);
});

test.each([
  [
    '[]',
    ['[{k: a}]', '[]'],
    'error getting param sets by merge key: no merge keys were specified, Merge requires at least one',
  ],
  ['[k]', ['[{k: a}]'], 'found less than two generators, Merge requires two or more'],
])('merge keys %s with %j', (keys, lists, message) => {
  expect(preview(`${merge(keys, ...lists)}${template('n')}`).refused).toBe(message);
});

test('a matrix inside of a merge has its template and deeper nesting read away', () => {
  expect(
    names(
      preview(`
generators:
- merge:
    mergeKeys: [a]
    generators:
    - matrix:
        generators:
        - list: {elements: [{a: 1}, {a: 2}]}
        - list: {elements: [{b: x}]}
    - list: {elements: [{a: 2, b: z}]}${template('{{ .a }}{{ .b }}')}`),
    ),
  ).toEqual(['1x', '2z']);
});
