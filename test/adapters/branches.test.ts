import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGit } from '../../server/adapters/git/git.ts';
import { put, git as run } from '../support/folder.ts';

let root = '';
const git = createGit();

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'gitops-workbench-git-')));
  run(root, 'init', '--quiet', '--initial-branch=main');
  run(root, 'config', 'user.name', 'test');
  run(root, 'config', 'user.email', 'test@example.com');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function commit(message: string, files: Readonly<Record<string, string>>): string {
  put(root, files);
  run(root, 'add', '--all');
  run(root, 'commit', '--quiet', `--message=${message}`);
  return shown('rev-parse', 'HEAD');
}

const shown = (...args: readonly string[]): string => run(root, ...args).trim();

/** Everything of the work tree and the index that a person could lose. */
const unsaved = (): string => [shown('status', '--porcelain'), shown('diff'), shown('diff', '--cached')].join('\n');

it('reverts the commits of one folder on a new branch, and touches nothing else', async () => {
  const first = commit('first', { 'web/a.yaml': 'one\n', 'other/b.yaml': 'one\n' });
  commit('web two', { 'web/a.yaml': 'two\n' });
  commit('other two', { 'other/b.yaml': 'two\n' });
  const head = commit('web new', { 'web/new.yaml': 'new\n' });
  writeFileSync(join(root, 'web/a.yaml'), 'being edited\n');
  put(root, { 'staged.yaml': 'staged\n', 'untracked.yaml': 'untracked\n' });
  run(root, 'add', 'staged.yaml');
  const before = unsaved();

  const commits = (await git.commitsTouching?.(root, { from: first, to: head, paths: ['web'] })) ?? [];
  expect(commits.map(it => it.subject)).toEqual(['web new', 'web two']);
  const answer = await git.revertOnBranch?.(root, { base: head, commits, branch: 'revert web', reason: 'Because.' });

  expect(answer).toMatchObject({ kind: 'made', branch: 'revert-web' });
  expect(shown('show', 'revert-web:web/a.yaml')).toBe('one');
  expect(shown('show', 'revert-web:other/b.yaml')).toBe('two');
  expect(shown('ls-tree', '-r', '--name-only', 'revert-web')).toBe('other/b.yaml\nweb/a.yaml');
  expect(shown('log', '--format=%s', 'main..revert-web')).toBe('Revert "web two"\nRevert "web new"');
  expect(unsaved()).toBe(before);
  expect(shown('rev-parse', 'HEAD')).toBe(head);
  expect(readFileSync(join(root, 'web/a.yaml'), 'utf8')).toBe('being edited\n');
});

it('names the commit and the files that later changes stand in the way of', async () => {
  commit('first', { 'a.yaml': 'one\n' });
  const second = commit('second', { 'a.yaml': 'two\n' });
  const head = commit('third', { 'a.yaml': 'three\n' });
  const of = { commit: second, subject: 'second' };
  expect(await git.revertOnBranch?.(root, { base: head, commits: [of], branch: 'b', reason: '' })).toEqual({
    kind: 'conflict',
    of,
    files: ['a.yaml'],
  });
  expect(shown('branch', '--format=%(refname:short)')).toBe('main');
});

it('takes another name where the branch is there already', async () => {
  const first = commit('first', { 'a.yaml': 'one\n' });
  const of = { commit: commit('second', { 'a.yaml': 'two\n' }), subject: 'second' };
  const revert = { base: of.commit, commits: [of], branch: 'back', reason: '' };
  run(root, 'branch', 'back', first);
  expect(await git.revertOnBranch?.(root, revert)).toMatchObject({ branch: 'back-2' });
  expect(shown('rev-parse', 'back')).toBe(first);
});

it('reverts the very first commit', async () => {
  const of = { commit: commit('first', { 'a.yaml': 'one\n' }), subject: 'first' };
  const head = commit('second', { 'b.yaml': 'two\n' });
  await git.revertOnBranch?.(root, { base: head, commits: [of], branch: 'b', reason: '' });
  expect(shown('ls-tree', '-r', '--name-only', 'b')).toBe('b.yaml');
});

it('commits one changed file on a new branch', async () => {
  const base = commit('first', { 'apps/deep/web.yaml': 'targetRevision: v2\n', 'apps/other.yaml': 'x\n' });
  const change = {
    base,
    path: 'apps/deep/web.yaml',
    content: 'targetRevision: v1\n',
    branch: 'pin',
    message: 'Pin web',
  };
  expect(await git.commitOnBranch?.(root, change)).toMatchObject({ kind: 'made', branch: 'pin' });
  expect(shown('diff', '--name-only', 'main', 'pin')).toBe('apps/deep/web.yaml');
  expect(shown('show', 'pin:apps/deep/web.yaml')).toBe('targetRevision: v1');
  expect(shown('status', '--porcelain')).toBe('');
});

it.each(['--output=x', 'main', 'HEAD~1'])('takes no %s for a commit', async from => {
  const to = commit('first', { 'a.yaml': 'one\n' });
  await expect(git.commitsTouching?.(root, { from, to, paths: [''] })).rejects.toThrow('is not the SHA of a commit');
});
