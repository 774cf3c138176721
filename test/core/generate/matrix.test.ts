import { expect, test } from 'vitest';
import { names, preview, told } from './preview.ts';

const template = (name: string, mode = '\ngoTemplate: true') => `
template:
  metadata: {name: '${name}'}
  spec:
    project: default
    source: {repoURL: https://git.example.com/apps.git, path: x}
    destination: {server: 'https://kubernetes.default.svc'}${mode}`;

const two = (first: string, second: string) => `
generators:
- matrix:
    generators:
    - list: {elements: ${first}}
    - list: {elements: ${second}}`;

test('every set of the first with every one of the second, the first outside', () => {
  const generation = preview(`${two('[{a: 1}, {a: 2}]', '[{b: x}, {b: z}]')}${template('{{ .a }}{{ .b }}')}`);
  expect(names(generation)).toEqual(['1x', '1z', '2x', '2z']);
  expect(generation.applications[1]?.origin.map(it => [it.generator, it.item])).toEqual([
    ['matrix', undefined],
    ['list', 'elements[0]'],
    ['list', 'elements[1]'],
  ]);
});

test('the second generator may use the parameters of the first', () => {
  const files = { 'prod/a/x': '', 'prod/b/x': '', 'qa/c/x': '' };
  expect(
    names(
      preview(
        `
generators:
- matrix:
    generators:
    - list: {elements: [{env: prod}, {env: qa}]}
    - git: {repoURL: r, revision: HEAD, directories: [{path: '{{ .env }}/*'}]}${template('{{ .env }}-{{ .path.basename }}')}`,
        { files },
      ),
    ),
  ).toEqual(['prod-a', 'prod-b', 'qa-c']);
});

test('with goTemplate the first generator wins, deep inside of maps and also with empty values', () => {
  expect(
    preview(`${two('[{m: {x: first, w: ""}}]', '[{m: {x: second, w: second, z: second}}]')}${template('n')}`)
      .applications[0]?.parameters,
  ).toEqual({
    m: { x: 'first', w: '', z: 'second' },
  });
});

test('without it, one name with two values is an error', () => {
  expect(names(preview(`${two('[{x: a}]', '[{x: b}]')}${template('n', '')}`))).toEqual([
    'refused: failed to combine string maps with merging params for the matrix generator: found duplicate key x with different value, a: a ,b: b',
  ]);
});

test('exactly two generators', () => {
  expect(names(preview(`\ngenerators: [{matrix: {generators: [{list: {elements: []}}]}}]${template('n')}`))).toEqual([
    'refused: found less than two generators, Matrix support only two',
  ]);
});

test('an entry must name one generator', () => {
  expect(
    names(
      preview(`
generators:
- matrix:
    generators:
    - list: {elements: [{a: 1}]}
    - list: {elements: [{b: 1}]}
      clusters: {}${template('n')}`),
    ),
  ).toEqual([
    'refused: failed to get params for second generator in the matrix generator: found more than one generator in matrix.Generators',
  ]);
});

test('the template of a child is ignored, which is said', () => {
  const generation = preview(`
generators:
- matrix:
    generators:
    - list: {elements: [{a: 1}], template: {metadata: {name: child}, spec: {}}}
    - list: {elements: [{b: 2}]}${template('{{ .a }}{{ .b }}')}`);
  expect(names(generation)).toEqual(['12']);
  expect(told(generation)).toEqual([
    'ignored-template: The template of a generator inside of a matrix or merge is ignored. Put it on the matrix or merge itself.',
  ]);
});

test('list values before the values of another generator end the controller, and that is the message', () => {
  expect(
    preview(`
generators:
- matrix:
    generators:
    - list: {elements: [{values: {a: x}}]}
    - clusters: {values: {b: v}}${template('n')}`).refused,
  ).toBe('reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string');
});
