import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGit } from '../../server/adapters/git/git.ts';
import { folderWith, git, put, repositoryWith } from '../support/folder.ts';

function adapter() {
  const made = createGit();
  onTestFinished(() => made.dispose());
  return made;
}

describe('a repository', () => {
  it('is found from any folder inside, with its remotes', async () => {
    const root = repositoryWith({ 'a/b/c.yaml': '' });
    git(root, 'remote', 'add', 'origin', 'git@git.example.com:team/platform.git');
    git(root, 'remote', 'add', 'up.stream', 'https://git.example.com/up/stream');
    expect(await adapter().repositoryOf(`${root}/a/b`)).toEqual({
      root,
      remotes: [
        { name: 'origin', url: 'git@git.example.com:team/platform.git' },
        { name: 'up.stream', url: 'https://git.example.com/up/stream' },
      ],
    });
  });

  it('is none outside, and where the folder does not exist', async () => {
    expect(await adapter().repositoryOf(folderWith({}))).toBeUndefined();
    expect(await adapter().repositoryOf('/no/such/folder')).toBeUndefined();
  });

  it('without commits has a work tree and no revisions', async () => {
    const root = folderWith({ 'a.yaml': '' });
    git(root, 'init', '-q', '-b', 'main');
    expect(await adapter().workTreeFiles(root)).toEqual(['a.yaml']);
    expect(await adapter().resolve(root, 'HEAD')).toBeUndefined();
    expect(await adapter().resolve(root, 'main')).toBeUndefined();
    expect(await adapter().tags(root)).toEqual([]);
    expect(await adapter().checkedOut(root)).toEqual(['main']);
  });

  it('executes nothing that its configuration names', async () => {
    const root = repositoryWith({ 'a.yaml': 'a' });
    const trap = `${root}/.git/trap.sh`;
    writeFileSync(trap, `#!/bin/sh\ntouch '${root}/.git/sprung'\n`, { mode: 0o755 });
    git(root, 'config', 'core.fsmonitor', trap);
    git(root, 'config', 'core.sshCommand', trap);
    const { workTreeFiles, readAt, resolve } = adapter();
    await workTreeFiles(root);
    await readAt(root, (await resolve(root, 'HEAD')) ?? '', 'a.yaml');
    expect(existsSync(`${root}/.git/sprung`)).toBe(false);
  });
});

describe('the work tree', () => {
  it('is what is tracked or new, without what is ignored or deleted', async () => {
    const root = repositoryWith({ '.gitignore': 'out/\n', 'kept.yaml': '', 'gone.yaml': '', 'ä b.yaml': '' });
    put(root, { 'new.yaml': '', 'out/x.yaml': '' });
    rmSync(`${root}/gone.yaml`);
    expect(await adapter().workTreeFiles(root)).toEqual(['.gitignore', 'kept.yaml', 'new.yaml', 'ä b.yaml']);
  });
});

describe('a revision', () => {
  it('is a branch, a tag, a branch of a remote, a SHA or its beginning', async () => {
    const root = repositoryWith({ a: '1' });
    const first = git(root, 'rev-parse', 'HEAD');
    git(root, 'tag', '-a', 'v1.0.0', '-m', 'annotated');
    git(root, 'branch', 'feature/x');
    git(root, 'update-ref', 'refs/remotes/origin/only-there', first);
    put(root, { a: '2' });
    git(root, 'commit', '-qam', 'second');
    const { resolve, tags } = adapter();
    for (const name of [
      'v1.0.0',
      'feature/x',
      'refs/heads/feature/x',
      'refs/tags/v1.0.0',
      'only-there',
      'origin/only-there',
    ])
      expect([name, await resolve(root, name)]).toEqual([name, first]);
    expect(await resolve(root, first.slice(0, 8))).toBe(first);
    expect(await resolve(root, 'HEAD')).toBe(git(root, 'rev-parse', 'HEAD'));
    expect(await tags(root)).toEqual(['v1.0.0']);
  });

  it.each(['nope', 'HEAD~1', 'HEAD:a', 'main@{1}', 'a b', '', '1234567'])('"%s" is no name of one', async name => {
    const root = repositoryWith({ a: '1' });
    const found = await adapter().resolve(root, name);
    expect(found).toBe(name === '' ? git(root, 'rev-parse', 'HEAD') : undefined);
  });

  it('never becomes an option', async () => {
    const root = repositoryWith({ a: '1' });
    await expect(adapter().resolve(root, '--output=/tmp/x')).rejects.toMatchObject({ reason: 'refusedArgument' });
    await expect(adapter().filesAt(root, '--output=/tmp/x')).rejects.toMatchObject({ reason: 'refusedArgument' });
  });
});

describe('a commit', () => {
  it('is read without touching the work tree', async () => {
    const root = repositoryWith({ 'a/b.yaml': 'then\n', 'with space.yaml': '', 'empty.yaml': '' });
    const commit = git(root, 'rev-parse', 'HEAD');
    put(root, { 'a/b.yaml': 'now\n' });
    const { filesAt, readAt } = adapter();
    expect(await filesAt(root, commit)).toEqual(['a/b.yaml', 'empty.yaml', 'with space.yaml']);
    const wanted = ['a/b.yaml', 'empty.yaml', 'missing.yaml', 'a', 'with space.yaml', 'not there.yaml', '../x', 'a\nb'];
    expect(await Promise.all(wanted.map(path => readAt(root, commit, path)))).toEqual([
      'then\n',
      '',
      undefined,
      undefined,
      '',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('has links followed inside, and never out of it', async () => {
    const root = folderWith({ 'a/real.yaml': 'real\n' });
    symlinkSync('real.yaml', `${root}/a/inside.yaml`);
    symlinkSync('/etc/hostname', `${root}/a/outside.yaml`);
    symlinkSync('loop', `${root}/loop`);
    git(root, 'init', '-q');
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'links');
    const commit = git(root, 'rev-parse', 'HEAD');
    const { readAt } = adapter();
    expect(await readAt(root, commit, 'a/inside.yaml')).toBe('real\n');
    expect(await readAt(root, commit, 'a/outside.yaml')).toBeUndefined();
    expect(await readAt(root, commit, 'loop')).toBeUndefined();
  });

  it('of two thousand files is read by one process', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`d${i % 50}/f${i}.yaml`, `n: ${i}\n`]));
    const root = repositoryWith(many);
    const commit = git(root, 'rev-parse', 'HEAD');
    const { readAt } = adapter();
    const texts = await Promise.all(Object.keys(many).map(path => readAt(root, commit, path)));
    expect(texts).toEqual(Object.values(many));
  });
});

it('says clearly that git is not installed', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  onTestFinished(() => {
    process.env.PATH = path;
  });
  await expect(adapter().repositoryOf('/tmp')).rejects.toMatchObject({
    reason: 'gitMissing',
    message: expect.stringContaining('Install git'),
  });
});
