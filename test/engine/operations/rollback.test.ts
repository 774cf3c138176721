import { expect, it } from 'vitest';
import { createGit } from '../../../server/adapters/git/git.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';
import type { OperationSubject } from '../../../server/engine/operations/operations.ts';
import type { StoredHistory } from '../../../server/engine/operations/record.ts';
import { revertInGit, rollbackChoices } from '../../../server/engine/operations/rollback.ts';
import { put, repositoryWith, git as run } from '../../support/folder.ts';

const url = 'https://git.example.com/web.git';
const git = createGit();

function repository(files: Readonly<Record<string, string>>): string {
  const root = repositoryWith(files);
  run(root, 'config', 'user.name', 'test');
  run(root, 'config', 'user.email', 'test@example.com');
  return root;
}

function commit(root: string, message: string, files: Readonly<Record<string, string>>): string {
  put(root, files);
  run(root, 'add', '--all');
  run(root, 'commit', '--quiet', `--message=${message}`);
  return run(root, 'rev-parse', 'HEAD');
}

const manifest = (targetRevision: string): string => `# of the web team
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web }
spec:
  source:
    repoURL: ${url}
    path: web
    targetRevision: ${targetRevision} # pinned
`;

function about(
  root: string,
  then: string,
  change: Partial<OperationSubject> & { readonly targetRevision?: string } = {},
) {
  const { targetRevision = 'main', ...more } = change;
  const source = { repoURL: url, path: 'web', targetRevision };
  const application: JsonObject = { metadata: { name: 'web' }, spec: { source } };
  const declared = { application, namespace: 'argocd', name: 'web', file: `${root}/apps/web.yaml`, document: 0 };
  const subject = { application, declared, ...more } as unknown as OperationSubject;
  const entry: StoredHistory = {
    ...{
      id: 1,
      deployedAt: 0,
      revisions: [then],
      initiatedBy: 'ada',
      result: 'Succeeded',
      sources: [],
      fingerprint: '',
    },
    spec: { source },
  };
  return { about: { subject, entry }, ports: { git, repositoryOf: async () => root } };
}

it('reverts what changed in the folder of the Application, its bases included', async () => {
  const root = repository({
    'web/kustomization.yaml': 'resources: [../base, web.yaml]\n',
    'web/web.yaml': 'one\n',
    'base/base.yaml': 'one\n',
    'base/kustomization.yaml': 'resources: [base.yaml]\n',
    'other/other.yaml': 'one\n',
  });
  const then = run(root, 'rev-parse', 'HEAD');
  commit(root, 'Change the base', { 'base/base.yaml': 'two\n' });
  commit(root, 'Change another', { 'other/other.yaml': 'two\n' });
  commit(root, 'Change the web', { 'web/web.yaml': 'two\n' });
  const { about: subject, ports } = about(root, then);
  expect((await rollbackChoices(subject, ports)).git).toEqual({
    possible: true,
    repository: root,
    branch: `revert-web-to-${then.slice(0, 8)}`,
    summary: 'Takes back 2 commits: "Change the web", "Change the base".',
  });
  const made = await revertInGit(subject, ports);
  if (made.kind !== 'made') throw new Error(made.why);
  expect(run(root, 'diff', '--name-only', then, made.commit)).toBe('other/other.yaml');
});

it('changes a pinned revision back, and nothing else of the file', async () => {
  const root = repository({ 'apps/web.yaml': manifest('v1.0.0') });
  commit(root, 'Pin', { 'apps/web.yaml': manifest('v1.1.0') });
  const { about: subject, ports } = about(root, 'v1.0.0', { targetRevision: 'v1.1.0' });
  const made = await revertInGit(subject, ports);
  if (made.kind !== 'made') throw new Error(made.why);
  expect(`${run(root, 'show', `${made.branch}:apps/web.yaml`)}\n`).toBe(manifest('v1.0.0'));
});

it.each<[string, Parameters<typeof about>[2], string]>([
  [
    'a generated Application',
    { targetRevision: 'v2.0.0', declared: { file: '/x/a.yaml', set: 'all' } as never },
    'ApplicationSet all generates',
  ],
  [
    'an Application that no folder declares',
    { targetRevision: 'v2.0.0', declared: undefined },
    'No opened folder declares',
  ],
])('says why it cannot: %s', async (_, change, why) => {
  const root = repository({ 'apps/web.yaml': manifest('v2.0.0') });
  const { about: subject, ports } = about(root, 'v1.0.0', change);
  expect(await revertInGit(subject, ports)).toEqual({ kind: 'impossible', why: expect.stringContaining(why) });
});

it('names the commit that cannot be taken back by itself', async () => {
  const root = repository({ 'web/a.yaml': 'one\n', 'x.yaml': '' });
  const then = run(root, 'rev-parse', 'HEAD');
  run(root, 'checkout', '--quiet', '-b', 'side');
  commit(root, 'On the side', { 'web/a.yaml': 'side\n' });
  run(root, 'checkout', '--quiet', 'main');
  commit(root, 'On main', { 'web/a.yaml': 'main\n' });
  // Both changed the same line, and whoever merged wrote a third one.
  expect(() => run(root, 'merge', '--quiet', 'side')).toThrow();
  commit(root, 'Merge', { 'web/a.yaml': 'merged\n' });
  const { about: subject, ports } = about(root, then);
  const answer = await revertInGit(subject, ports);
  expect(answer).toMatchObject({ kind: 'impossible', why: expect.stringContaining('web/a.yaml') });
  expect(run(root, 'branch', '--list', 'revert-*')).toBe('');
});

it('says who would undo the rollback of the cluster alone', async () => {
  const root = repository({ 'web/a.yaml': 'one\n' });
  const then = run(root, 'rev-parse', 'HEAD');
  const automated = (driver: 'direct' | 'argocd', automatedOn: boolean) => {
    const { about: subject, ports } = about(root, then, { driver, automatedOn });
    const application = { ...subject.subject.application, spec: { syncPolicy: { automated: {} } } };
    return rollbackChoices({ ...subject, subject: { ...subject.subject, application } }, ports);
  };
  expect((await automated('argocd', false)).cluster).toMatchObject({
    possible: false,
    why: expect.stringContaining('rollback cannot be initiated when auto-sync is enabled'),
  });
  expect((await automated('direct', true)).cluster).toMatchObject({
    possible: true,
    undoneBy: expect.stringContaining('The embedded loop'),
  });
  expect((await automated('direct', false)).cluster).toEqual({ possible: true });
});
