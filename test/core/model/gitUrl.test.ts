import { describe, expect, it } from 'vitest';
import { isSameRepository, normalizeGitUrl } from '../../../server/core/model/gitUrl.ts';

describe('spellings of one repository', () => {
  it.each([
    ['https://git.example.com/Team/Platform.git', 'https://git.example.com/team/platform'],
    ['git@git.example.com:team/platform.git', 'https://git.example.com/team/platform'],
    ['ssh://git@git.example.com:22/team/platform', 'git@git.example.com:team/platform.git'],
    ['https://user:secret@git.example.com/team/platform/', 'https://git.example.com/team/platform'],
    ['/srv/git/platform.git', '/srv/git/platform'],
  ])('%s is %s', (a, b) => {
    expect(isSameRepository(a, b)).toBe(true);
  });

  it.each([
    ['https://git.example.com/team/platform', 'https://git.example.com/team/other'],
    ['https://git.example.com/team/platform', 'https://git.example.org/team/platform'],
    ['https://git.example.com:8443/team/platform', 'https://git.example.com/team/platform'],
  ])('%s is not %s', (a, b) => {
    expect(isSameRepository(a, b)).toBe(false);
  });
});

describe("Argo CD's own normal form", () => {
  it.each([
    ['git@GitHub.com:Org/Repo.git', 'git@github.com/org/repo'],
    ['ssh://git@github.com/org/repo.git', 'git@github.com/org/repo'],
    ['https://github.com/org/repo.git', 'https://github.com/org/repo'],
    [' HTTP://github.com/org/repo ', 'http://github.com/org/repo'],
    ['not a url', undefined],
  ])('of %s is %s', (url, normal) => {
    expect(normalizeGitUrl(url)).toBe(normal);
  });
});
