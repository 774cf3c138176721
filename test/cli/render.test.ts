import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { buildCli, cli } from '../support/cli.ts';
import { folderWith, repositoryWith } from '../support/folder.ts';

beforeAll(buildCli, 600_000);

const url = 'https://git.example.com/team/shop.git';

const application = (name: string, source: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  project: default
  source: { repoURL: ${url}, targetRevision: HEAD, ${source} }
  destination: { server: https://kubernetes.default.svc, namespace: prod }
`;

const chart = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'web/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {kube: "{{ .Capabilities.KubeVersion.Version }}", has: "{{ .Capabilities.APIVersions.Has "x.io/v1" }}"}\n',
};

interface Answer {
  readonly manifests: readonly { readonly kind: string; readonly metadata: object; readonly data?: object }[];
  readonly findings: readonly { readonly code: string; readonly message: string; readonly file?: string }[];
  readonly missing: readonly { readonly kind: string; readonly of: string; readonly why: string }[];
}

async function json(cwd: string, ...args: string[]): Promise<Answer & { readonly status: number | null }> {
  const { out, status } = await cli(cwd, ['render', ...args, '--output', 'json']);
  return { ...(JSON.parse(out) as Answer), status };
}

describe('render', () => {
  it('prints the manifests of an Application as YAML that can be applied, or as JSON', async () => {
    const content = repositoryWith(chart);
    const root = folderWith({ 'app.yaml': application('shop', 'path: web') });
    const options = ['--repo', `${url}=${content}`, '--kube-version', '1.30', '--api-versions', 'v1,x.io/v1'];
    const yaml = await cli(root, ['render', 'app.yaml', ...options]);
    expect([yaml.status, yaml.err]).toEqual([0, '']);
    const expected = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'shop',
        namespace: 'prod',
        annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/ConfigMap:prod/shop' },
      },
      data: { kube: 'v1.30', has: 'true' },
    };
    expect(parseAllDocuments(yaml.out).map(it => it.toJSON())).toEqual([expected]);
    expect(await json(root, 'app.yaml', ...options)).toEqual({
      manifests: [expected],
      findings: [],
      missing: [],
      status: 0,
    });
  });

  it('says what Argo CD would refuse, and what the API server would', async () => {
    const root = folderWith({
      'bad.yaml': application('shop', 'path: web, helm: {valueFiles: [none.yaml]}'),
      'typo.yaml': application('shop', 'path: plain'),
      ...chart,
      'plain/d.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: "80"}]}\n',
    });
    const refused = await json(root, 'bad.yaml', '--repo', `${url}=${root}`);
    expect(refused).toMatchObject({ status: 1, manifests: [], findings: [{ code: 'render-failed' }] });
    expect(refused.findings[0]?.message).toContain('Error: open <root>/web/none.yaml: no such file or directory');
    expect(await json(root, 'typo.yaml', '--repo', `${url}=${root}`)).toMatchObject({
      status: 1,
      manifests: [{ kind: 'Service' }],
      findings: [{ code: 'wrong-type', file: 'plain/d.yaml', path: '/spec/ports/0/port' }],
    });
  });

  it('says what it does not have, and then has not done its work', async () => {
    const root = folderWith({
      'app.yaml': application('shop', 'path: web'),
      'plugin.yaml': application('shop', 'path: web, plugin: {name: cdk8s}'),
      ...chart,
    });
    expect(await json(root, 'app.yaml')).toMatchObject({ status: 2, missing: [{ kind: 'repository', of: url }] });
    expect(await json(root, 'plugin.yaml', '--repo', `${url}=${root}`)).toMatchObject({
      status: 2,
      missing: [{ kind: 'plugin', of: 'cdk8s' }],
    });
    const none = await cli(root, ['render', 'web/Chart.yaml']);
    expect([none.status, none.err]).toEqual([2, expect.stringContaining('holds no Application')]);
  });

  it('finds an Application by its name, also one that a set generates, and one of several in a file', async () => {
    const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: set, namespace: argocd }
spec:
  goTemplate: true
  generators: [{ list: { elements: [{ id: one }, { id: two }] } }]
  template:
    metadata: { name: 'made-{{ .id }}' }
    spec:
      project: default
      source: { repoURL: ${url}, targetRevision: HEAD, path: web }
      destination: { server: https://kubernetes.default.svc, namespace: prod }
`;
    const several = `${application('a', 'path: web')}---\n${application('b', 'path: web')}`;
    const root = repositoryWith({ ...chart, 'apps/set.yaml': set, 'apps/several.yaml': several });
    const repo = ['--repo', `${url}=${root}`];
    const names = (it: Answer) => it.manifests.map(({ metadata }) => (metadata as { name: string }).name);
    expect(names(await json(root, 'made-two', ...repo))).toEqual(['made-two']);
    expect(names(await json(root, 'argocd/b', ...repo))).toEqual(['b']);
    expect(names(await json(root, 'apps/several.yaml', ...repo))).toEqual(['a', 'b']);
    expect(names(await json(root, 'apps/several.yaml', '--name', 'b', ...repo))).toEqual(['b']);
    expect((await cli(root, ['render', 'none', ...repo])).status).toBe(2);
    const input = await cli(root, ['render', '-', '--output', 'json', ...repo], application('piped', 'path: web'));
    expect(names(JSON.parse(input.out) as Answer)).toEqual(['piped']);
  }, 180_000);
});
