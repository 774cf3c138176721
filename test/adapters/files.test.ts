import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFileSystem } from '../../server/adapters/files/files.ts';
import { matcherOf } from '../../server/adapters/files/glob.ts';
import { folderWith, git } from '../support/folder.ts';

const files = createFileSystem();

async function manifests(root: string, exclude: readonly string[] = []): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const file of files.listManifests(root, { exclude })) found.push(file.slice(root.length + 1));
  return found;
}

describe('manifests of a folder', () => {
  it('are its YAML files, in order', async () => {
    const root = folderWith({ 'b.yaml': '', 'a/x.yml': '', 'c.txt': '', 'A.yaml': '', 'c.json': '{}' });
    expect(await manifests(root)).toEqual(['A.yaml', 'a/x.yml', 'b.yaml']);
  });

  it('are not what .gitignore hides, at any depth, and the deeper file wins', async () => {
    const root = folderWith({
      '.gitignore': 'build/\n*.gen.yaml\n/only-here.yaml\n',
      'build/a.yaml': '',
      'x.gen.yaml': '',
      'only-here.yaml': '',
      'sub/only-here.yaml': '',
      'sub/.gitignore': '!keep.gen.yaml\n',
      'sub/keep.gen.yaml': '',
      'sub/x.gen.yaml': '',
    });
    expect(await manifests(root)).toEqual(['sub/keep.gen.yaml', 'sub/only-here.yaml']);
  });

  it('are not what a .gitignore above the opened folder hides', async () => {
    const root = folderWith({ '.gitignore': 'sub/out/\n', 'sub/out/a.yaml': '', 'sub/in/a.yaml': '' });
    git(root, 'init', '-q');
    expect(await manifests(`${root}/sub`)).toEqual(['in/a.yaml']);
  });

  it('are not what files.exclude hides', async () => {
    const root = folderWith({ 'a.yaml': '', 'node_modules/x/a.yaml': '', 'sub/node_modules/a.yaml': '' });
    expect(await manifests(root, ['**/node_modules'])).toEqual(['a.yaml']);
    expect(await files.isManifest(root, `${root}/sub/node_modules/a.yaml`, { exclude: ['**/node_modules'] })).toBe(
      false,
    );
    expect(await files.isManifest(root, `${root}/new.yaml`, { exclude: [] })).toBe(true);
  });

  it('end where links go round in circles', async () => {
    const root = folderWith({ 'a/a.yaml': '' });
    symlinkSync('..', `${root}/a/up`);
    symlinkSync('loop', `${root}/loop`);
    expect(await manifests(root)).toEqual(['a/a.yaml']);
  });

  it('of a folder that cannot be read are left out', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root can read every folder');
    const root = folderWith({ 'a.yaml': '', 'locked/b.yaml': '' });
    chmodSync(`${root}/locked`, 0);
    expect(await manifests(root)).toEqual(['a.yaml']);
    chmodSync(`${root}/locked`, 0o755);
  });

  it('of a folder that is not there are none', async () => {
    expect(await manifests('/no/such/folder')).toEqual([]);
  });
});

describe('reading', () => {
  it('tells text from what is none', async () => {
    const root = folderWith({
      'text.yaml': 'a: ä\n',
      'utf16.yaml': Buffer.from('\ufeffa: 1', 'utf16le'),
      'binary.yaml': new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]),
    });
    expect(await files.read(`${root}/text.yaml`, 100)).toBe('a: ä\n');
    expect(await files.read(`${root}/utf16.yaml`, 100)).toBe('\ufeffa: 1');
    expect(await files.read(`${root}/binary.yaml`, 100)).toBeUndefined();
  });

  it('stops at the limit, at folders, and at what is gone', async () => {
    const root = folderWith({ 'a.yaml': 'a: 1\n' });
    mkdirSync(`${root}/folder.yaml`);
    expect(await files.read(`${root}/a.yaml`, 4)).toBe('tooLarge');
    expect(await files.read(`${root}/folder.yaml`, 100)).toBeUndefined();
    expect(await files.read(`${root}/gone.yaml`, 100)).toBeUndefined();
  });

  it('lists everything of a plain folder that stands for a repository, ignored files and links too', async () => {
    const root = folderWith({ '.gitignore': 'x\n', x: '', 'd/.hidden': '' });
    symlinkSync('x', `${root}/link`);
    writeFileSync(`${root}/z`, '');
    expect([...(await files.listFiles(root))].sort()).toEqual(['.gitignore', 'd/.hidden', 'link', 'x', 'z']);
  });
});

describe('globs of files.exclude', () => {
  it.each([
    ['**/.git', '.git', true],
    ['**/.git', 'a/b/.git', true],
    ['**/.git', 'a/.github', false],
    ['*.yaml', 'a.yaml', true],
    ['*.yaml', 'a/b.yaml', false],
    ['**/*.{gen,tmp}.yaml', 'a/b.gen.yaml', true],
    ['**/*.{gen,tmp}.yaml', 'a/b.yaml', false],
    ['out/**', 'out/a/b', true],
    ['a?c/[x-z].yaml', 'abc/y.yaml', true],
    ['a?c/[!x-z].yaml', 'abc/y.yaml', false],
    ['[z-a]', 'a', false],
    ['(a+b).yaml', '(a+b).yaml', true],
  ])('%s against %s', (glob, path, matches) => {
    expect(matcherOf([glob])(path)).toBe(matches);
  });
});
