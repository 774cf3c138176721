import { expect, test } from 'vitest';
import { names, preview, told } from './preview.ts';

const template = (name: string) => `
template:
  metadata: {name: '${name}'}
  spec:
    project: default
    source: {repoURL: https://git.example.com/apps.git, path: x}
    destination: {server: 'https://kubernetes.default.svc'}
goTemplate: true`;
const git = (rest: string) =>
  `\ngenerators: [{git: {repoURL: https://git.example.com/apps.git, revision: HEAD, ${rest}}}]`;
const files = {
  'apps/web/kustomization.yaml': '',
  'apps/web/overlays/dev/kustomization.yaml': '',
  'apps/API_1/values.yaml': '',
  '.github/workflows/ci.yaml': '',
  'README.md': '',
};
const directories = (patterns: string, name = '{{ .path.path }}', world = {}) =>
  names(preview(`${git(`directories: [${patterns}]`)}${template(name)}`, { files, ...world }));

test('a star stops at a slash, and two stars are one', () => {
  expect(directories("{path: 'apps/*'}")).toEqual(['apps/API_1', 'apps/web']);
  expect(directories("{path: 'apps/**'}")).toEqual(['apps/API_1', 'apps/web']);
});

test('an excluding item wins wherever it stands', () => {
  expect(directories("{path: apps/web, exclude: true}, {path: 'apps/*'}")).toEqual(['apps/API_1']);
});

test('hidden directories are offered only where the repository server is told to', () => {
  expect(directories("{path: '*'}")).toEqual(['apps']);
  expect(directories("{path: '*'}", '{{ .path.path }}', { includeHiddenDirectories: true })).toEqual([
    '.git',
    '.github',
    'apps',
  ]);
});

test('parameters of a directory', () => {
  const [only] = preview(`${git('directories: [{path: apps/API_1}]')}${template('{{ .path.basenameNormalized }}')}`, {
    files,
  }).applications;
  expect(only?.parameters).toEqual({
    path: { path: 'apps/API_1', basename: 'API_1', basenameNormalized: 'api-1', segments: ['apps', 'API_1'] },
  });
  expect(only?.origin[0]).toMatchObject({ source: { kind: 'directory', path: 'apps/API_1' } });
});

test('pathParamPrefix puts them below a name', () => {
  expect(
    names(
      preview(
        `${git('pathParamPrefix: app, directories: [{path: apps/web}]')}${template('{{ .app.path.basename }}')}`,
        { files },
      ),
    ),
  ).toEqual(['web']);
});

test('without goTemplate they are dotted and indexed', () => {
  const spec = `${git('directories: [{path: apps/web}]')}${template('{{path.basename}}-{{path[0]}}').replace('\ngoTemplate: true', '')}`;
  expect(names(preview(spec, { files }))).toEqual(['web-apps']);
});

test('a pattern with slashes at its ends matches nothing, which is said', () => {
  const generation = preview(`${git("directories: [{path: './apps/*/'}]")}${template('x')}`, { files });
  expect(generation.problems.map(it => it.code)).toEqual(['git-pattern', 'empty-result']);
  expect(generation.problems[0]?.fixes?.[0]?.changes).toEqual([
    { kind: 'set', path: '/spec/generators/0/git/directories/0/path', value: 'apps/*' },
  ]);
});

const configs = {
  'clusters/eu/prod/config.json': '{"cluster": {"name": "eu", "replicas": 3}}',
  'clusters/us/config.json': '[{"cluster": {"name": "us-1"}}, {"cluster": {"name": "us-2"}}]',
  'config.json': '{"cluster": {"name": "root"}}',
};
const fromFiles = (patterns: string, name: string) =>
  names(preview(`${git(`files: [${patterns}]`)}${template(name)}`, { files: configs }));

test('a file gives one set for its object, or one for each object of its list', () => {
  expect(fromFiles("{path: 'clusters/**'}", '{{ .cluster.name }}-{{ .path.basename }}')).toEqual([
    'eu-prod',
    'us-1-us',
    'us-2-us',
  ]);
});

test('file patterns are pathspecs of git: a star crosses slashes, and ** needs a directory', () => {
  expect(fromFiles("{path: 'clusters/*/config.json'}", '{{ .cluster.name }}')).toEqual(['eu', 'us-1', 'us-2']);
  expect(fromFiles("{path: '**/config.json'}", '{{ .cluster.name }}')).toEqual(['eu', 'us-1', 'us-2']);
  expect(fromFiles('{path: clusters/eu}', '{{ .cluster.name }}')).toEqual(['eu']);
});

test('without goTemplate the content of a file is flattened', () => {
  const spec = `${git('files: [{path: clusters/eu}]')}${template('{{cluster.name}}-{{cluster.replicas}}').replace('\ngoTemplate: true', '')}`;
  expect(names(preview(spec, { files: configs }))).toEqual(['eu-3']);
});

test('a project that does not exist is found before the repository is read', () => {
  const generation = preview(`${git("directories: [{path: '*'}]")}${template('x')}`, { files, projects: [] });
  expect(generation.refused).toBe('error getting project default: appprojects.argoproj.io "default" not found');
  expect(generation.problems[0]?.path).toBe('/spec/template/spec/project');
});

test('directories win over files', () => {
  expect(
    names(
      preview(`${git('directories: [{path: apps}], files: [{path: README.md}]')}${template('{{ .path.path }}')}`, {
        files,
      }),
    ),
  ).toEqual(['apps']);
});

test('neither is an error', () => {
  expect(told(preview(`${git('values: {}')}${template('x')}`, { files }))[0]).toMatch(
    /^generator-failed: error generating params from git: ApplicationSet is empty\./,
  );
});
