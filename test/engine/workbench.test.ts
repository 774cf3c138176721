import { describe, expect, it } from 'vitest';
import { isObject } from '../../server/core/text/json.ts';
import type { SetGeneration } from '../../server/engine/workbench.ts';
import { worldOf } from '../support/world.ts';

const url = 'https://git.example.com/team/platform.git';

const directories = (revision = 'HEAD', repoURL = url) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: teams, namespace: argocd }
spec:
  generators:
    - git: { repoURL: ${repoURL}, revision: ${revision}, directories: [{ path: apps/* }] }
  template:
    metadata: { name: '{{path.basename}}' }
    spec:
      project: default
      source: { repoURL: ${repoURL}, targetRevision: HEAD, path: '{{path}}' }
      destination: { server: https://kubernetes.default.svc, namespace: default }
`;

const files = (revision = 'HEAD') =>
  directories(revision)
    .replace('directories: [{ path: apps/* }]', 'files: [{ path: config/*.json }]')
    .replace('{{path.basename}}', '{{team}}');

const clusters = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: everywhere, namespace: argocd }
spec:
  generators: [{ clusters: { selector: { matchLabels: { env: prod } } } }]
  template:
    metadata: { name: 'app-{{name}}' }
    spec:
      project: default
      source: { repoURL: ${url}, targetRevision: HEAD, path: app }
      destination: { server: '{{server}}', namespace: default }
`;

const clusterSecret = (name: string) => `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  namespace: argocd
  labels: { argocd.argoproj.io/secret-type: cluster, env: prod }
stringData: { name: ${name}, server: 'https://${name}' }
`;

function names(set: SetGeneration | undefined): readonly unknown[] {
  return (set?.generation.applications ?? []).map(({ application }) =>
    isObject(application.metadata) ? application.metadata.name : undefined,
  );
}

const repository = { root: '/repo', url: 'git@git.example.com:Team/platform.git' };

describe('the content of a repository', () => {
  it('is the opened folder that has it as a remote, however the URL is spelled', async () => {
    const { workbench } = worldOf({
      files: { '/repo/set.yaml': directories(), '/repo/apps/a/x': '', '/repo/apps/b/x': '' },
      repositories: [repository],
      folders: ['/repo'],
    });
    expect(names(await workbench.generation('/repo/set.yaml', 0))).toEqual(['a', 'b']);
  });

  it('is the directory that a setting names', async () => {
    const { workbench } = worldOf({
      files: { '/w/set.yaml': directories(), '/elsewhere/apps/c/x': '' },
      folders: ['/w'],
      settings: { repositories: { [url]: '../elsewhere' } },
    });
    expect(names(await workbench.generation('/w/set.yaml', 0))).toEqual(['c']);
  });

  it('is told to be unknown when nothing local has it', async () => {
    const { workbench } = worldOf({ files: { '/w/set.yaml': directories() }, folders: ['/w'] });
    const set = await workbench.generation('/w/set.yaml', 0);
    expect(set?.complete).toBe(true);
    expect(set?.generation.unknown[0]?.why).toContain('no opened folder is a clone of it');
  });

  it('has unsaved buffers over the work tree, and follows them', async () => {
    const { workbench, events, settle } = worldOf({
      files: { '/repo/set.yaml': files(), '/repo/config/a.json': '{"team":"blue"}' },
      repositories: [repository],
      folders: ['/repo'],
    });
    workbench.open('/repo/set.yaml', files(), 1);
    await settle();
    expect(names(workbench.latestGeneration('/repo/set.yaml', 0))).toEqual(['blue']);
    workbench.open('/repo/config/a.json', '{"team":"green"}', 1);
    await settle();
    expect(names(workbench.latestGeneration('/repo/set.yaml', 0))).toEqual(['green']);
    const last = events.findLast(it => it.kind === 'generation');
    expect(last?.kind === 'generation' && names(last)).toEqual(['green']);
  });

  it('is read again when a directory appears', async () => {
    const { workbench, files, settle } = worldOf({
      files: { '/repo/set.yaml': directories(), '/repo/apps/a/x': '' },
      repositories: [repository],
      folders: ['/repo'],
    });
    workbench.open('/repo/set.yaml', directories(), 1);
    await settle();
    files.set('/repo/apps/b/x', '');
    workbench.filesChanged([{ file: '/repo/apps/b/x', kind: 'created' }]);
    await settle();
    expect(names(workbench.latestGeneration('/repo/set.yaml', 0))).toEqual(['a', 'b']);
  });
});

describe('a revision', () => {
  const world = (revision: string, authoritative = false) =>
    worldOf({
      files: { '/repo/set.yaml': directories(revision), '/repo/apps/now/x': '' },
      repositories: [
        {
          ...repository,
          branch: 'feature',
          commits: { HEAD: {}, 'v1.2.3': { 'apps/then/x': '' }, stable: { 'apps/stable/x': '' } },
        },
      ],
      folders: ['/repo'],
      settings: authoritative ? { repositories: { [url]: '/repo' } } : {},
    }).workbench;

  it.each([
    ['HEAD', 'now', 'is the work tree'],
    ['feature', 'now', 'that is checked out is the work tree'],
    ['main', 'now', 'that is the usual default, and not there, is the work tree'],
    ['v1.2.3', 'then', 'that is a tag is that commit'],
    ['1.x', 'then', 'that is a constraint is the highest tag'],
    ['stable', 'stable', 'that is another branch is that branch'],
  ])('%s gives %s: it %s', async (revision, name) => {
    expect(names(await world(revision).generation('/repo/set.yaml', 0))).toEqual([name]);
  });

  it('that is chosen replaces what the manifest says', async () => {
    expect(names(await world('HEAD').generationAt('/repo/set.yaml', 0, { revision: 'v1.2.3' }))).toEqual(['then']);
  });

  it('that a clone does not have may only not have been fetched: it is unknown, and no error', async () => {
    const set = await world('nope').generation('/repo/set.yaml', 0);
    expect(set?.generation.refused).toBeUndefined();
    expect(set?.generation.unknown[0]?.why).toContain('has no branch, tag or commit "nope"');
  });

  it('that a directory named for this URL does not have is the error of Argo CD', async () => {
    const set = await world('nope', true).generation('/repo/set.yaml', 0);
    expect(set?.generation.refused).toContain("unable to resolve 'nope' to a commit SHA");
  });
});

describe('clusters', () => {
  it('are the Secrets of the workspace', async () => {
    const { workbench } = worldOf({
      files: { '/w/set.yaml': clusters, '/w/one.yaml': clusterSecret('one'), '/w/two.yaml': clusterSecret('two') },
      folders: ['/w'],
    });
    expect(names(await workbench.generation('/w/set.yaml', 0))).toEqual(['app-one', 'app-two']);
  });

  it('are those of a file alone, when one is named', async () => {
    const { workbench } = worldOf({
      files: {
        '/w/set.yaml': clusters,
        '/w/one.yaml': clusterSecret('one'),
        '/c.yaml': `kind: List\nitems:\n${clusterSecret('two').replace(/^/gm, '    ').replace('   ', '  -')}`,
      },
      folders: ['/w'],
      settings: { clustersFile: '/c.yaml' },
    });
    expect(names(await workbench.generation('/w/set.yaml', 0))).toEqual(['app-two']);
  });

  it('are followed while somebody edits a Secret', async () => {
    const { workbench, settle } = worldOf({
      files: { '/w/set.yaml': clusters, '/w/one.yaml': clusterSecret('one') },
      folders: ['/w'],
    });
    workbench.open('/w/set.yaml', clusters, 1);
    await settle();
    workbench.open('/w/one.yaml', `${clusterSecret('one')}---\n${clusterSecret('three')}`, 1);
    await settle();
    expect(names(workbench.latestGeneration('/w/set.yaml', 0))).toEqual(['app-one', 'app-three']);
  });

  it('are unknown where nothing says anything about them', async () => {
    const { workbench } = worldOf({ files: { '/w/set.yaml': clusters }, folders: ['/w'] });
    const set = await workbench.generation('/w/set.yaml', 0);
    expect(set?.generation.unknown.map(it => it.kind)).toEqual(['clusters']);
  });
});

describe('sample parameters', () => {
  const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: repos, namespace: argocd }
spec:
  generators: [{ scmProvider: { github: { organization: acme } } }]
  template:
    metadata: { name: '{{repository}}' }
    spec:
      project: default
      source: { repoURL: '{{url}}', targetRevision: HEAD, path: app }
      destination: { server: https://kubernetes.default.svc, namespace: default }
`;
  const parameters = `samples:
  - generator: scmProvider
    match: { github: { organization: other } }
    parameters: [{ repository: wrong, url: https://x }]
  - generator: scmProvider
    match: { github: { organization: acme } }
    parameters: [{ repository: web, url: https://git.example.com/acme/web }]
`;

  it('stand in for the answer of a service, by the first entry that matches', async () => {
    const { workbench } = worldOf({
      files: { '/w/set.yaml': set, '/w/parameters.yaml': parameters },
      folders: ['/w'],
      settings: { parametersFile: 'parameters.yaml' },
    });
    expect(names(await workbench.generation('/w/set.yaml', 0))).toEqual(['web']);
  });

  it('are asked for where there are none', async () => {
    const { workbench } = worldOf({ files: { '/w/set.yaml': set }, folders: ['/w'] });
    const { generation } = (await workbench.generation('/w/set.yaml', 0)) ?? {};
    expect(generation?.unknown[0]?.why).toContain('not knowable offline');
  });

  it('in a file that makes no sense are told of once', async () => {
    const { workbench, events } = worldOf({
      files: { '/w/set.yaml': set, '/w/parameters.yaml': 'samples: { a: 1 }' },
      folders: ['/w'],
      settings: { parametersFile: 'parameters.yaml' },
    });
    await workbench.generation('/w/set.yaml', 0);
    const told = events.flatMap(it => (it.kind === 'trouble' ? [it.failure.message] : []));
    expect(told).toEqual(['parameters.yaml: expected "samples:" with a list.']);
  });
});

describe('typing', () => {
  it('is answered for the newest text only, once per pause', async () => {
    const { workbench, events, clock, settle } = worldOf({ delay: 20 });
    workbench.open('/a.yaml', 'a: 1\n', 1);
    clock.turn(10);
    workbench.change('/a.yaml', 'a: 2\n', 2);
    clock.turn(15);
    expect(events.filter(it => it.kind === 'findings')).toEqual([]);
    await settle();
    expect(events.flatMap(it => (it.kind === 'findings' ? [[it.version, it.complete]] : []))).toEqual([[2, true]]);
  });

  it('takes over unchanged documents', () => {
    const { workbench } = worldOf({});
    workbench.open('/a.yaml', 'a: 1\n---\nb: 1\n', 1);
    const before = workbench.openSource('/a.yaml');
    workbench.change('/a.yaml', 'a: 22\n---\nb: 1\n', 2);
    const after = workbench.openSource('/a.yaml');
    expect(after?.documents[1]?.yaml).toBe(before?.documents[1]?.yaml);
    expect(after?.documents[0]?.yaml).not.toBe(before?.documents[0]?.yaml);
  });

  it('gives an answer to whoever asks before the pause is over', async () => {
    const { workbench } = worldOf({ delay: 1000 });
    workbench.open('/a.yaml', 'a: 1\n', 7);
    expect((await workbench.findings('/a.yaml')).version).toBe(7);
  });

  it('cancels what nobody waits for any more', async () => {
    const { workbench } = worldOf({});
    const abort = new AbortController();
    abort.abort();
    await expect(workbench.findings('/a.yaml', abort.signal)).rejects.toThrow('cancelled');
  });

  it('shows the former answer, marked, until the new one is there', async () => {
    const { workbench, settle } = worldOf({
      files: { '/w/one.yaml': clusterSecret('one'), '/w/set.yaml': clusters },
      folders: ['/w'],
    });
    workbench.open('/w/set.yaml', clusters, 1);
    await settle();
    workbench.change('/w/set.yaml', clusters.replace('app-', 'x-'), 2);
    expect(workbench.latestGeneration('/w/set.yaml', 0)).toMatchObject({ version: 1, fresh: false });
    await settle();
    expect(workbench.latestGeneration('/w/set.yaml', 0)).toMatchObject({ version: 2, fresh: true });
  });
});

describe('the index', () => {
  it('finds manifests by kind and name, and follows files', async () => {
    const { workbench, files, settle } = worldOf({
      files: { '/w/b.yaml': clusters, '/w/a.yaml': directories(), '/w/other.yaml': 'kind: Deployment\n' },
      folders: ['/w'],
    });
    await workbench.indexed();
    expect(workbench.applicationSets().map(it => `${it.file} ${it.name}`)).toEqual([
      '/w/a.yaml teams',
      '/w/b.yaml everywhere',
    ]);
    files.delete('/w/a.yaml');
    workbench.filesChanged([{ file: '/w/a.yaml', kind: 'deleted' }]);
    await settle();
    expect(workbench.lookup({ kind: 'ApplicationSet', name: 'teams' })).toEqual([]);
  });

  it('prefers open buffers to files', async () => {
    const { workbench, settle } = worldOf({ files: { '/w/a.yaml': directories() }, folders: ['/w'] });
    workbench.open('/w/a.yaml', directories().replace('name: teams', 'name: renamed'), 1);
    await settle();
    expect(workbench.applicationSets().map(it => it.name)).toEqual(['renamed']);
    workbench.close('/w/a.yaml');
    await settle();
    expect(workbench.applicationSets().map(it => it.name)).toEqual(['teams']);
  });

  it('locates what produced an Application', async () => {
    const { workbench } = worldOf({
      files: { '/repo/one.yaml': clusterSecret('one'), '/repo/apps/a/x': '' },
      repositories: [repository],
      folders: ['/repo'],
    });
    await workbench.indexed();
    expect(await workbench.locate({ kind: 'cluster', namespace: 'argocd', name: 'one' })).toMatchObject({
      kind: 'manifest',
      entry: { file: '/repo/one.yaml', document: 0 },
    });
    expect(await workbench.locate({ kind: 'directory', repoURL: url, revision: 'HEAD', path: 'apps/a' })).toEqual({
      kind: 'directory',
      directory: '/repo/apps/a',
    });
    expect(
      await workbench.locate({ kind: 'directory', repoURL: url, revision: 'HEAD', path: '../../etc' }),
    ).toBeUndefined();
  });
});

describe('names across the workspace', () => {
  const application = (name: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  project: default
  source: { repoURL: ${url}, targetRevision: HEAD, path: app }
  destination: { server: https://kubernetes.default.svc, namespace: default }
`;

  it('that a closed set generates collide with an open Application, until one of them changes', async () => {
    const { workbench, files, events, settle } = worldOf({
      files: { '/repo/a-set.yaml': directories(), '/repo/apps/web/x': '' },
      repositories: [repository],
      folders: ['/repo'],
    });
    await settle();
    const codes = () => {
      const last = events.findLast(it => it.kind === 'findings' && it.complete);
      return last?.kind === 'findings' ? last.findings.map(it => it.code) : undefined;
    };
    workbench.open('/repo/web.yaml', application('web'), 1);
    await settle();
    expect(codes()).toEqual(['duplicate-application']);
    files.set('/repo/a-set.yaml', directories().replace('{{path.basename}}', 'x-{{path.basename}}'));
    workbench.filesChanged([{ file: '/repo/a-set.yaml', kind: 'changed' }]);
    await settle();
    expect(codes()).toEqual([]);
  });
});

describe('kubeconfig contexts', () => {
  const kubeconfig = `contexts:
  - { name: dev, context: { cluster: kind, user: me } }
  - { name: other, context: { cluster: other, user: me } }
clusters:
  - { name: kind, cluster: { server: 'https://127.0.0.1:6443' } }
  - { name: other, cluster: { server: 'https://other' } }
`;
  const set = clusters.replace(
    'selector: { matchLabels: { env: prod } }',
    'selector: { matchLabels: { argocd.argoproj.io/secret-type: cluster } }',
  );

  it('that are picked count as clusters, beside the Secrets', async () => {
    const { workbench, events } = worldOf({
      files: { '/w/set.yaml': set, '/w/one.yaml': clusterSecret('one') },
      folders: ['/w'],
      kubeconfigs: [kubeconfig],
      settings: { kubeContexts: ['dev', 'gone'] },
    });
    const generated = await workbench.generation('/w/set.yaml', 0);
    expect(names(generated)).toEqual(['app-dev', 'app-one']);
    expect(generated?.generation.applications[0]?.parameters).toMatchObject({ server: 'https://127.0.0.1:6443' });
    const told = events.flatMap(it => (it.kind === 'trouble' ? [it.failure.message] : []));
    expect(told).toEqual(['No kubeconfig has a context "gone" with a cluster.']);
  });
});

describe('what the workspace does not hold', () => {
  const project = 'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: other, namespace: argocd }\n';
  const elsewhere = directories()
    .replace('project: default', 'project: registered-elsewhere')
    .replace('https://kubernetes.default.svc', 'https://registered-elsewhere');

  it('refuses no set: its projects and clusters may be registered elsewhere', async () => {
    const { workbench } = worldOf({
      files: {
        '/repo/set.yaml': elsewhere,
        '/repo/apps/a/x': '',
        '/repo/all.yaml': `${project}---\n${clusterSecret('eu')}`,
      },
      repositories: [repository],
    });
    workbench.setFolders(['/repo']);
    const set = await workbench.generation('/repo/set.yaml', 0);
    expect(names(set)).toEqual(['a']);
    expect(set?.findings.filter(it => it.severity === 'error')).toEqual([]);
  });

  it('but a named file of clusters says which there are', async () => {
    const { workbench } = worldOf({
      files: { '/repo/set.yaml': elsewhere, '/repo/apps/a/x': '', '/repo/clusters.yaml': clusterSecret('eu') },
      repositories: [repository],
    });
    workbench.setSettings({ ...workbench.settings, clustersFile: 'clusters.yaml' });
    workbench.setFolders(['/repo']);
    const set = await workbench.generation('/repo/set.yaml', 0);
    expect(set?.findings.map(it => it.code)).toContain('invalid-destination');
  });
});
