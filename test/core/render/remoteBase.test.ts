import { expect, it } from 'vitest';
import { remoteBase } from '../../../server/core/render/remoteBase.ts';

it.each([
  ['https://github.com/team/repo//web?ref=v1', 'https://github.com/team/repo', 'web', 'v1'],
  ['https://github.com/team/repo/web/prod?ref=v1', 'https://github.com/team/repo', 'web/prod', 'v1'],
  ['github.com/team/repo/web', 'https://github.com/team/repo', 'web', 'HEAD'],
  ['github.com/team/repo?timeout=90s&ref=main', 'https://github.com/team/repo', '', 'main'],
  ['https://git.example.com/deep/er/repo.git/web?version=2', 'https://git.example.com/deep/er/repo.git', 'web', '2'],
  ['git@github.com:team/repo.git//web', 'git@github.com:team/repo.git', 'web', 'HEAD'],
  ['git::https://git.example.com/a/b.git', 'https://git.example.com/a/b.git', '', 'HEAD'],
  ['ssh://git@git.example.com/a/b.git//x/y/', 'ssh://git@git.example.com/a/b.git', 'x/y', 'HEAD'],
])('%s is a folder of a repository', (named, url, path, ref) => {
  expect(remoteBase(named)).toEqual({ kind: 'repository', url, path, ref });
});

it('an address that ends like a manifest is a file', () => {
  expect(remoteBase('https://example.com/x/deploy.yaml')).toEqual({ kind: 'file', name: 'deploy.yaml' });
});
