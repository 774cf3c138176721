import { expect, it } from 'vitest';
import { createClones } from '../../server/adapters/git/clones.ts';
import { createGit } from '../../server/adapters/git/git.ts';
import { createRemoteContent } from '../../server/engine/remoteContent.ts';
import { folderWith, git, put, repositoryWith } from '../support/folder.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('a remote base comes out of a clone, which is made when it may be; afterwards no network is needed', async () => {
  const origin = repositoryWith({
    'web/kustomization.yaml': 'resources: [../shared/cm.yaml]\n',
    'shared/cm.yaml': 'kind: ConfigMap\n',
    'picture.png': 'not of a kustomization',
  });
  git(origin, 'tag', 'v1.0.0');
  const remote = createRemoteContent({
    clones: createClones({ folder: folderWith({}), log }),
    git: createGit(),
    charts: {
      chart: async () => ({ unavailable: true, why: 'not asked' }),
      file: async ({ url }) => `# ${url}\n`,
    },
  });
  const url = `file://${origin}//web?ref=v1.0.0`;
  expect(await remote.tree({ url }, { fetch: false })).toMatchObject({
    unavailable: true,
    why: expect.stringContaining('not in the cache'),
  });
  const base = {
    path: 'web',
    files: { 'web/kustomization.yaml': 'resources: [../shared/cm.yaml]\n', 'shared/cm.yaml': 'kind: ConfigMap\n' },
  };
  expect(await remote.tree({ url }, { fetch: true })).toEqual(base);
  put(origin, { 'web/kustomization.yaml': 'resources: []\n' });
  git(origin, 'commit', '-q', '-a', '-m', 'later');
  expect(await remote.tree({ url }, { fetch: false })).toEqual(base);
  const branch = `file://${origin}//web?ref=main`;
  expect(await remote.tree({ url: branch }, { fetch: true })).toMatchObject({
    files: { 'web/kustomization.yaml': 'resources: []\n' },
  });
  expect(await remote.tree({ url: `file://${origin}//web?ref=none` }, { fetch: true })).toMatchObject({
    why: expect.stringContaining('no branch, tag or commit "none"'),
  });
  const file = 'https://example.com/deploy.yaml';
  expect(await remote.tree({ url: file }, { fetch: false })).toEqual({
    path: 'deploy.yaml',
    files: { 'deploy.yaml': `# ${file}\n` },
  });
});
