/** Makes the sample GitOps repository: a real git repository with a history, a remote and tags, in a folder of the user's. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './install.mjs';
import { run } from './run.mjs';

const source = join(root, 'test', 'vscode', 'sample');
const remote = 'https://git.example.com/platform/platform-gitops.git';

/** The history begins without these, so that a preview at v2.4.0 differs from one of today. */
const later = ['apps/orders', 'clusters/production-us.yaml', 'environments/production-us'];

/** Identity and dates are fixed: the same sample has the same commits everywhere. */
const identity = {
  GIT_AUTHOR_NAME: 'Sample Author',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'Sample Author',
  GIT_COMMITTER_EMAIL: 'author@example.com',
  // A user's own hooks, templates and signing keys have no say in it.
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export async function makeSample(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  cpSync(source, folder, { recursive: true });
  const git = (date, ...args) =>
    run('git', args, {
      cwd: folder,
      env: { ...process.env, ...identity, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
  const [first, second] = ['2026-09-01T09:00:00Z', '2026-10-12T14:30:00Z'];
  await git(first, 'init', '--quiet', '--initial-branch=main', '--template=');
  await git(first, 'remote', 'add', 'origin', remote);
  await git(first, 'add', '.', ...later.map(it => `:!${it}`));
  await git(first, 'commit', '--quiet', '-m', 'Run the shop in Europe');
  await git(first, 'tag', 'v2.4.0');
  await git(second, 'add', '.');
  await git(second, 'commit', '--quiet', '-m', 'Add orders, and a cluster in America');
  await git(second, 'tag', 'v2.4.1');
  // As after a fetch: nothing to publish, nothing to pull.
  await git(second, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  await git(second, 'branch', '--quiet', '--set-upstream-to=origin/main');
  return folder;
}

/** Changes with any file of the sample: an edited copy is kept until there is a new sample, and even then. */
export function sampleVersion() {
  const hash = createHash('sha256');
  for (const name of readdirSync(source, { recursive: true, withFileTypes: true })
    .filter(it => it.isFile())
    .map(it => join(it.parentPath, it.name))
    .sort()) {
    hash.update(name.slice(source.length)).update('\0').update(readFileSync(name)).update('\0');
  }
  return hash.digest('hex').slice(0, 8);
}
