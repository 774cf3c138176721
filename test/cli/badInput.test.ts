import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCli, cli } from '../support/cli.ts';
import { folderWith, git } from '../support/folder.ts';

beforeAll(buildCli, 300_000);

const head = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a, namespace: argocd }\n';
const bomb = `${head}x0: &x0 [a, a, a, a, a, a, a, a, a]\n${Array.from(
  { length: 12 },
  (_, i) => `x${i + 1}: &x${i + 1} [${Array(9).fill(`*x${i}`).join(', ')}]`,
).join('\n')}\n`;
const url = 'https://git.example.com/team/platform.git';
const set = (paths: string) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: s, namespace: argocd }
spec:
  generators: [{ git: { repoURL: '${url}', revision: HEAD, ${paths} } }]
  template:
    metadata: { name: '{{path.basename}}' }
    spec:
      project: default
      source: { repoURL: '${url}', targetRevision: HEAD, path: . }
      destination: { server: https://kubernetes.default.svc, namespace: default }
`;

describe('bad input ends in a finding or a message', () => {
  it.each([
    ['broken YAML', `${head}spec:\n  source: {a: [}\n`, /error yaml-syntax/],
    ['a cyclic anchor', `${head}spec: &a\n  self: *a\n`, /error yaml-alias/],
    ['an anchor bomb', bomb, /error yaml-alias/],
    ['an alias of nothing', `${head}spec: *nowhere\n`, /error yaml-/],
    ['a tab as indentation', `${head}spec:\n\tproject: a\n`, /error yaml-syntax/],
    ['a duplicate key', `${head}kind: Application\n`, /duplicate-key/],
  ])('%s', async (_, text, expected) => {
    const { status, out } = await cli(folderWith({ 'a.yaml': text }), ['validate', 'a.yaml']);
    expect(out).toMatch(expected);
    expect(out).toMatch(/^a\.yaml:\d+:\d+: /);
    expect([0, 1]).toContain(status);
  });

  it('a file of 50 MB is named and skipped, quickly', async () => {
    const root = folderWith({ 'small.yaml': 'a: 1\n', 'large.yaml': '' });
    truncateSync(`${root}/large.yaml`, 50_000_000);
    const folder = await cli(root, ['validate', '.']);
    expect(folder.err).toBe('large.yaml is larger than 10 MB; it is skipped.\n');
    expect([folder.status, folder.out]).toEqual([0, '1 file, 1 document: 0 errors, 0 warnings\n']);
    const named = await cli(root, ['validate', 'large.yaml']);
    expect([named.status, named.err]).toEqual([2, 'gitops-workbench: large.yaml is larger than 10 MB.\n']);
  });

  it('nesting without end is named and skipped', async () => {
    const root = folderWith({ 'a.yaml': `${head}spec: ${'['.repeat(20_000)}\n` });
    const { status, err } = await cli(root, ['validate', 'a.yaml']);
    expect([status, err]).toEqual([2, expect.stringContaining('a.yaml is nested more deeply than any manifest')]);
  });

  it('a binary file named .yaml is named and skipped', async () => {
    const root = folderWith({ 'a.yaml': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]) });
    const { status, err } = await cli(root, ['validate', '.']);
    expect([status, err]).toEqual([0, 'a.yaml is not a text file, or cannot be read; it is skipped.\n']);
  });

  it('links that go round in circles end', async () => {
    const root = folderWith({ 'a/b.yaml': 'a: 1\n' });
    symlinkSync('..', `${root}/a/up`);
    symlinkSync('self.yaml', `${root}/self.yaml`);
    expect((await cli(root, ['validate', '.'])).out).toBe('1 file, 1 document: 0 errors, 0 warnings\n');
    expect((await cli(root, ['validate', 'self.yaml'])).status).toBe(2);
  });

  it('paths and links do not climb out of a repository', async () => {
    const secret = folderWith({ 'secret.json': '{"a":"leaked"}' });
    const repo = folderWith({ 'in/x.json': '{"a":"fine"}' });
    symlinkSync(`${secret}/secret.json`, `${repo}/in/out.json`);
    const root = folderWith({
      'link.yaml': set("files: [{ path: 'in/*.json' }]").replace('{{path.basename}}', '{{a}}'),
      'climb.yaml': set("files: [{ path: '../*/secret.json' }]").replace('{{path.basename}}', '{{a}}'),
    });
    for (const file of ['link.yaml', 'climb.yaml']) {
      const { out, err } = await cli(root, ['generate', file, '--repo', `${url}=${repo}`, '--output', 'json']);
      expect(out + err).not.toContain('leaked');
    }
  });

  it('a repository without commits gives what its work tree has', async () => {
    const repo = folderWith({ 'apps/a/x': '' });
    git(repo, 'init', '-q', '-b', 'main');
    const root = folderWith({ 'set.yaml': set('directories: [{ path: apps/* }]') });
    const run = (...more: string[]) =>
      cli(root, ['generate', 'set.yaml', '--repo', `${url}=${repo}`, '--output', 'names', ...more]);
    expect((await run()).out).toBe('a\n');
    expect((await run('--revision', 'main')).err).toContain('has no branch, tag or commit "main"');
  });

  it('an empty repository generates nothing', async () => {
    const repo = folderWith({});
    git(repo, 'init', '-q');
    const root = folderWith({ 'set.yaml': set('directories: [{ path: apps/* }]') });
    const { out, status } = await cli(root, ['generate', 'set.yaml', '--repo', `${url}=${repo}`, '--output', 'names']);
    expect([out, status]).toEqual(['', 0]);
  });

  it('without git, repositories are unknown and everything else works', async () => {
    const root = folderWith({ 'set.yaml': set('directories: [{ path: apps/* }]'), 'a.yaml': `${head}spec: {}\n` });
    const env = { ...process.env, PATH: '/nowhere' };
    const generated = await cli(root, ['generate', 'set.yaml'], '', env);
    expect(generated.err).toContain('Install git');
    expect((await cli(root, ['validate', 'a.yaml'], '', env)).out).toContain('missing-field');
  });

  it('a value that is nonsense everywhere is still only findings', async () => {
    const root = folderWith({ 'set.yaml': '' });
    for (const spec of [
      'null',
      '[]',
      '"x"',
      '7',
      '{ generators: {}, template: [] }',
      '{ generators: [null, 1, [], {}] }',
    ]) {
      writeFileSync(
        `${root}/set.yaml`,
        `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: 7\nspec: ${spec}\n`,
      );
      const { status, out, err } = await cli(root, ['generate', 'set.yaml', '--output', 'json']);
      expect([spec, err]).toEqual([spec, '']);
      expect(JSON.parse(out).applicationSets).toHaveLength(1);
      expect(status).toBe(1);
    }
  });
});
