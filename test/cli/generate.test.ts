import { beforeAll, describe, expect, it } from 'vitest';
import { buildCli, cli } from '../support/cli.ts';
import { folderWith, git, put, repositoryWith } from '../support/folder.ts';

beforeAll(buildCli, 300_000);

const url = 'https://git.example.com/team/platform.git';

const set = (generator: string, name = '{{ .path.basename }}') => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: teams, namespace: argocd }
spec:
  goTemplate: true
  goTemplateOptions: [missingkey=error]
  generators:
    - ${generator}
  template:
    metadata: { name: '${name}' }
    spec:
      project: default
      source: { repoURL: ${url}, targetRevision: HEAD, path: app }
      destination: { server: https://kubernetes.default.svc, namespace: default }
`;

const directories = (revision = 'HEAD') =>
  set(`git: { repoURL: '${url}', revision: '${revision}', directories: [{ path: 'apps/*' }] }`);

const list = (...names: string[]) =>
  set(`list: { elements: [${names.map(name => `{ name: ${name} }`).join(', ')}] }`, '{{ .name | upper | lower }}');

interface Answer {
  readonly applicationSets: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly applications: readonly {
      readonly application: { readonly metadata: { readonly name: string } };
      readonly parameters: unknown;
      readonly origin: readonly { readonly generator: string }[];
    }[];
    readonly findings: readonly { readonly code: string; readonly message: string; readonly range: unknown }[];
    readonly missing: readonly { readonly kind: string; readonly of: string; readonly why: string }[];
  }[];
  readonly findings: readonly unknown[];
}

async function json(cwd: string, ...args: string[]): Promise<Answer> {
  const { out, err } = await cli(cwd, ['generate', ...args, '--output', 'json']);
  expect(err).toBe('');
  return JSON.parse(out) as Answer;
}

describe('generate', () => {
  it('prints Applications as YAML, names, or JSON with reasons', async () => {
    const root = folderWith({ 'set.yaml': list('a', 'b') });
    const yaml = await cli(root, ['generate', 'set.yaml']);
    expect(yaml.out.match(/^---$/gm)).toHaveLength(2);
    expect(yaml.out).toContain('  name: a\n');
    expect((await cli(root, ['generate', 'set.yaml', '--output', 'names'])).out).toBe('a\nb\n');
    const { applicationSets } = await json(root, 'set.yaml');
    expect(applicationSets[0]).toMatchObject({ namespace: 'argocd', name: 'teams', findings: [], missing: [] });
    expect(applicationSets[0]?.applications[1]).toMatchObject({
      application: { kind: 'Application', metadata: { name: 'b' } },
      parameters: { name: 'b' },
      origin: [{ generator: 'list', item: 'elements[1]' }],
    });
  });

  it('reads standard input', async () => {
    const { status, out } = await cli(folderWith({}), ['generate', '-', '--output', 'names'], list('from-input'));
    expect([status, out]).toEqual([0, 'from-input\n']);
  });

  it('chooses one set by name', async () => {
    const root = folderWith({ 'sets.yaml': `${list('a')}---\n${list('b').replace('name: teams', 'name: other')}` });
    expect((await cli(root, ['generate', 'sets.yaml', '--name', 'other', '--output', 'names'])).out).toBe('b\n');
    const none = await cli(root, ['generate', 'sets.yaml', '--name', 'nobody']);
    expect(none.status).toBe(2);
    expect(none.err).toContain('sets.yaml holds no ApplicationSet named "nobody".');
  });

  it('takes content from plain folders and work trees that --repo names', async () => {
    const plain = folderWith({ 'apps/plain/x': '' });
    const tree = repositoryWith({ 'apps/tree/x': '' });
    const root = folderWith({ 'set.yaml': directories(), 'other.yaml': directories().replaceAll('platform', 'other') });
    const repos = ['--repo', `${url}=${plain}`, '--repo', `git@git.example.com:team/other.git=${tree}`];
    expect((await cli(root, ['generate', 'set.yaml', ...repos, '--output', 'names'])).out).toBe('plain\n');
    expect((await cli(root, ['generate', 'other.yaml', ...repos, '--output', 'names'])).out).toBe('tree\n');
  });

  it('takes content from the repository that the file lies in, by its remotes', async () => {
    const root = repositoryWith({ 'sets/set.yaml': directories(), 'apps/committed/x': '' });
    git(root, 'remote', 'add', 'origin', 'git@git.example.com:team/platform.git');
    put(root, { 'apps/uncommitted/x': '' });
    const names = await cli(root, ['generate', 'sets/set.yaml', '--output', 'names']);
    expect(names.out).toBe('committed\nuncommitted\n');
    const atHead = await cli(root, ['generate', 'sets/set.yaml', '--revision', 'main', '--output', 'names']);
    expect(atHead.out).toBe('committed\n');
  });

  it('resolves a version constraint to the highest tag', async () => {
    const tree = repositoryWith({ 'apps/old/x': '' });
    git(tree, 'tag', 'v1.2.0');
    git(tree, 'mv', 'apps/old', 'apps/new');
    git(tree, 'commit', '-qm', 'second');
    git(tree, 'tag', 'v1.10.0');
    git(tree, 'tag', 'v2.0.0');
    const root = folderWith({
      'a.yaml': directories('1.x'),
      'b.yaml': directories('~1.2.0'),
      'c.yaml': directories('9.x'),
    });
    const run = async (file: string) => cli(root, ['generate', file, '--repo', `${url}=${tree}`, '--output', 'names']);
    expect((await run('a.yaml')).out).toBe('new\n');
    expect((await run('b.yaml')).out).toBe('old\n');
    const none = await run('c.yaml');
    expect(none.status).toBe(1);
    expect(none.err).toContain("unable to resolve '9.x' to a commit SHA");
  });

  it('says what is missing, and still previews the rest', async () => {
    const root = folderWith({ 'sets.yaml': `${directories()}---\n${list('a')}` });
    const { applicationSets } = await json(root, 'sets.yaml');
    expect(applicationSets.map(it => it.applications.length)).toEqual([0, 1]);
    expect(applicationSets[0]?.missing[0]).toMatchObject({ kind: 'repository', of: expect.stringContaining(url) });
  });

  it('takes clusters from a file; with none in it only the in-cluster one is known', async () => {
    const clusters = set('clusters: {}', 'c-{{ .name }}');
    const secret = `apiVersion: v1
kind: Secret
metadata: { name: eu, namespace: argocd, labels: { argocd.argoproj.io/secret-type: cluster } }
stringData: { name: eu, server: 'https://eu' }
`;
    const root = folderWith({ 'set.yaml': clusters, 'clusters.yaml': secret, 'none.yaml': '' });
    const run = (file: string) => cli(root, ['generate', 'set.yaml', '--clusters', file, '--output', 'names']);
    expect((await run('clusters.yaml')).out).toBe('c-eu\nc-in-cluster\n');
    expect((await run('none.yaml')).out).toBe('c-in-cluster\n');
    expect((await json(root, 'set.yaml')).applicationSets[0]?.missing[0]?.kind).toBe('clusters');
  });

  it('takes sample parameters from a file', async () => {
    const root = folderWith({
      'set.yaml': set('pullRequest: { github: { owner: acme, repo: web } }', 'pr-{{ .number }}'),
      'parameters.yaml': 'samples: [{ generator: pullRequest, parameters: [{ number: "7", branch: fix }] }]',
    });
    const { out } = await cli(root, ['generate', 'set.yaml', '--parameters', 'parameters.yaml', '--output', 'names']);
    expect(out).toBe('pr-7\n');
    expect((await json(root, 'set.yaml')).applicationSets[0]?.missing[0]?.why).toContain('docs/parameters.md');
  });

  it('knows the two settings of the controller', async () => {
    const plain = folderWith({
      'c/a.json': '{"n":"a"}',
      'c/d/b.json': '{"n":"b"}',
      'apps/.hidden/x': '',
      'apps/shown/x': '',
    });
    const root = folderWith({
      'files.yaml': set(`git: { repoURL: '${url}', revision: HEAD, files: [{ path: 'c/*.json' }] }`, '{{ .n }}'),
      'dirs.yaml': set(
        `git: { repoURL: '${url}', revision: HEAD, directories: [{ path: 'apps/*' }] }`,
        'x{{ .path.basename | len }}',
      ),
    });
    const run = async (...args: string[]) =>
      (await cli(root, ['generate', ...args, '--repo', `${url}=${plain}`, '--output', 'names'])).out;
    expect(await run('files.yaml')).toBe('a\nb\n');
    expect(await run('files.yaml', '--new-git-file-globbing')).toBe('a\n');
    expect(await run('dirs.yaml')).toBe('x5\n');
    expect(await run('dirs.yaml', '--include-hidden-directories')).toBe('x7\nx5\n');
  });

  it('has an entry with findings for a set that the API server would refuse', async () => {
    const root = folderWith({ 'set.yaml': list('a').replace(/ {2}template:.*/s, '') });
    const { status, out } = await cli(root, ['generate', 'set.yaml', '--output', 'json']);
    const { applicationSets } = JSON.parse(out) as Answer;
    expect(status).toBe(1);
    expect(applicationSets).toHaveLength(1);
    expect(applicationSets[0]?.findings.map(it => it.code)).toContain('missing-field');
  });

  it('gives the same bytes every time', async () => {
    const root = folderWith({ 'set.yaml': list('b', 'a', 'c') });
    const runs = await Promise.all([1, 2, 3].map(() => cli(root, ['generate', 'set.yaml', '--output', 'json'])));
    expect(new Set(runs.map(it => it.out)).size).toBe(1);
  });
});

describe('what generate cannot do', () => {
  it.each([
    [['generate', 'nope.yaml'], 'nope.yaml does not exist.'],
    [['generate', '.'], '. is a folder; name a file.'],
    [['generate', 'app.yaml'], 'app.yaml holds no ApplicationSet.'],
    [['generate', 'binary.yaml'], 'binary.yaml is not a text file, or cannot be read.'],
    [['generate', 'set.yaml', '--repo', 'nonsense'], 'Write URL=DIR.'],
    [['generate', 'set.yaml', '--output', 'xml'], 'Allowed choices are yaml, json, names.'],
    [['generate', 'set.yaml', '--revision', '--output=/tmp/x'], 'is not a revision'],
    [['generate'], "missing required argument 'file'"],
    [['explode'], "unknown command 'explode'"],
  ])('%j ends with status 2 and says why', async (args, message) => {
    const root = folderWith({
      'set.yaml': list('a'),
      'app.yaml': 'kind: Deployment\n',
      'binary.yaml': new Uint8Array([0, 1, 2, 3]),
    });
    const { status, err } = await cli(root, args);
    expect(err).toContain(message);
    expect(status).toBe(2);
  });

  it('a clusters file that is not there is told of, and the rest goes on', async () => {
    const root = folderWith({ 'set.yaml': `${set('clusters: {}', '{{ .name }}')}---\n${list('a')}` });
    const { out, err } = await cli(root, ['generate', 'set.yaml', '--clusters', 'gone.yaml', '--output', 'names']);
    expect(out).toContain('a\n');
    expect(err).toContain('gone.yaml does not exist');
  });
});
