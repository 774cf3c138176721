import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClones } from '../../server/adapters/git/clones.ts';
import { createGit } from '../../server/adapters/git/git.ts';

let folder: string;
let url: string;
const said: string[] = [];
const log = { info: (it: string) => void said.push(it), warn: () => undefined, error: () => undefined };
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: join(folder, 'remote') });

function commit(text: string): string {
  writeFileSync(join(folder, 'remote', 'app.yaml'), text);
  git('add', '.');
  git('commit', '--quiet', '-m', text);
  return git('rev-parse', 'HEAD').toString().trim();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clones-'));
  execFileSync('git', ['init', '--quiet', '--initial-branch=trunk', join(folder, 'remote')]);
  url = `file://${join(folder, 'remote')}`;
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a repository is cloned when asked for, and read like any other', async () => {
  const first = commit('one');
  const clones = createClones({ folder: join(folder, 'cache'), log });
  expect(await clones.rootOf(url)).toBeUndefined();
  const root = await clones.fetch(url);
  expect(await clones.rootOf(`${url}.git`)).toBe(root);
  const reader = createGit();
  expect(await reader.resolve(root, 'HEAD')).toBe(first);
  expect(await reader.resolve(root, 'trunk')).toBe(first);
  expect(await reader.readAt(root, first, 'app.yaml')).toBe('one');
  await reader.dispose();
});

it('a later fetch brings what is new, and forgets branches that are gone', async () => {
  commit('one');
  git('branch', 'old');
  const clones = createClones({ folder: join(folder, 'cache'), log });
  const root = await clones.fetch(url);
  const second = commit('two');
  git('branch', '-D', '--quiet', 'old');
  git('tag', 'v1');
  await Promise.all([clones.fetch(url), clones.fetch(url)]);
  const reader = createGit();
  expect(await reader.resolve(root, 'v1')).toBe(second);
  expect(await reader.resolve(root, 'old')).toBeUndefined();
  await reader.dispose();
});

it('a repository that cannot be had leaves nothing behind, and no password is told', async () => {
  const clones = createClones({ folder: join(folder, 'cache'), log });
  const gone = `file://someone:secret@localhost${join(folder, 'nowhere')}`;
  await expect(clones.fetch(gone)).rejects.toThrow(/could not be fetched/);
  await expect(clones.fetch(gone)).rejects.not.toThrow(/secret/);
  expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  expect(said.join()).not.toMatch(/secret/);
});

it.each(['--upload-pack=touch /tmp/x', 'ext::sh -c true', 'charts'])('%s is no address', async odd => {
  const clones = createClones({ folder: join(folder, 'cache'), log });
  await expect(clones.fetch(odd)).rejects.toThrow(/not an address/);
});
