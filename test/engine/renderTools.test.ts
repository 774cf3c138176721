import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import { Tools } from '../../server/adapters/golib/tools.ts';
import type { Chart } from '../../server/core/facts/facts.ts';
import type { Rendering } from '../../server/core/render/rendering.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import type { RemoteContent } from '../../server/engine/ports.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { git, repositoryWith } from '../support/folder.ts';
import { applicationOf, benchOn } from '../support/rendering.ts';

let library: Golib;
let tools: Tools;
beforeAll(async () => {
  const wasm = await buildGolib();
  library = new Golib({ wasm });
  tools = new Tools({ wasm: wasm.replace('light', 'heavy') });
}, 600_000);
afterAll(() => Promise.all([library.dispose(), tools.dispose()]));

const url = 'https://git.example.com/shop.git';
const values = 'https://git.example.com/values.git';

interface Given {
  readonly remote?: RemoteContent;
  readonly fetch?: boolean;
  /** Of the repository with values. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Renders a source of a repository with these files; several sources where it is a list. */
async function rendered(
  files: Readonly<Record<string, string>>,
  source: JsonObject | readonly JsonObject[],
  { remote, fetch = false, values: more }: Given = {},
): Promise<Rendering> {
  const repositories = { [url]: repositoryWith(files), ...(more ? { [values]: repositoryWith(more) } : {}) };
  const { renderer } = benchOn({ library, tools, ...(remote ? { remote } : {}), repositories });
  const application = Array.isArray(source)
    ? { ...applicationOf({}), spec: { project: 'default', sources: source, destination: { namespace: 'prod' } } }
    : applicationOf(source as JsonObject);
  return renderer.renderApplication(application as JsonObject, { fetch });
}

const data = ({ manifests, error }: Rendering) => error ?? (manifests[0]?.object.data as JsonObject | undefined);
const names = ({ manifests, error }: Rendering) =>
  error ?? manifests.map(it => (it.object.metadata as { name: string }).name);

const chart = {
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'web/values.yaml': 'who: chart\n',
  'web/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {who: {{ .Values.who | quote }}}\n',
};

describe('a Helm source', () => {
  const who = (helm: JsonObject, files: Readonly<Record<string, string>> = {}, given: Given = {}) =>
    rendered({ ...chart, ...files }, { path: 'web', helm }, given).then(it => data(it) as JsonObject | string);

  it('has its values from files, then from the source, then from parameters, then from file parameters', async () => {
    const files = { 'web/a.yaml': 'who: file\n', 'web/who.txt': 'text' };
    const file = { valueFiles: ['a.yaml'] };
    expect(await who({})).toEqual({ who: 'chart' });
    expect(await who(file, files)).toEqual({ who: 'file' });
    expect(await who({ ...file, values: 'who: inline' }, files)).toEqual({ who: 'inline' });
    const object = { ...file, values: 'who: inline', valuesObject: { who: 'object' } };
    expect(await who(object, files)).toEqual({ who: 'object' });
    const parameter = { ...object, parameters: [{ name: 'who', value: 'a,$ARGOCD_APP_NAME' }] };
    expect(await who(parameter, files)).toEqual({ who: 'a,shop' });
    const text = { ...parameter, fileParameters: [{ name: 'who', path: 'who.txt' }] };
    expect(await who(text, files)).toEqual({ who: 'text' });
  });

  it('finds values files by patterns, in their order; a file that is named itself stands where it is named', async () => {
    const files = { 'values/a.yaml': 'who: a\n', 'values/b.yaml': 'who: b\n', 'values/deep/c.yaml': 'who: c\n' };
    expect(await who({ valueFiles: ['/values/*.yaml'] }, files)).toEqual({ who: 'b' });
    expect(await who({ valueFiles: ['/values/**/*.yaml'] }, files)).toEqual({ who: 'c' });
    expect(await who({ valueFiles: ['../values/*.yaml', '../values/a.yaml'] }, files)).toEqual({ who: 'a' });
    expect(await who({ valueFiles: ['/none/*.yaml'], ignoreMissingValueFiles: true }, files)).toEqual({ who: 'chart' });
    expect(await who({ valueFiles: ['/none/*.yaml'] }, files)).toBe(
      'error resolving helm value files: values file glob "/none/*.yaml" matched no files',
    );
  });

  it('may take values by URL, of the schemes that argocd-cm allows; what is no URL is a path', async () => {
    const errorOf = (name: string) => who({ valueFiles: [name] });
    expect(await errorOf('S3://bucket/v.yaml')).toBe(
      "error resolving helm value files: error resolving value file path: the URL scheme 's3' is not allowed",
    );
    expect(await errorOf('https://host:port/v.yaml')).toMatch(
      /Error: open <root>\/web\/https:\/host:port\/v.yaml: no such file/,
    );
    const { renderer } = benchOn({ library, tools, repositories: { [url]: repositoryWith(chart) } });
    const closed = await renderer.renderApplication(
      applicationOf({ path: 'web', helm: { valueFiles: ['https://host/v.yaml'] } }),
      { settings: { valuesFileSchemes: [] } },
    );
    expect(closed.error).toMatch(/the URL scheme 'https' is not allowed$/);
  });

  it('has values of any characters', async () => {
    expect(await who({ valuesObject: { who: 'a\u2028b\u007f\u0085c' } })).toEqual({ who: 'a\u2028b\u007f\u0085c' });
  });

  it('has dependencies that can be found', async () => {
    const errorOf = (repository: string) =>
      who(
        {},
        { 'web/Chart.yaml': `${chart['web/Chart.yaml']}dependencies: [{name: lib, version: 1.0.0${repository}}]\n` },
      );
    const told =
      'error building helm chart dependencies: failed to build helm dependencies: failed to build dependencies: failed running helm: `helm dependency build` failed exit status 1: Error: directory';
    expect(await errorOf('')).toBe(`${told} charts/lib not found`);
    expect(await errorOf(', repository: "file://../none"')).toBe(`${told} ../none not found`);
  });

  it('has dependencies that Argo CD can read', async () => {
    const told =
      'error getting helm repos: error retrieving helm dependency repos: error unmarshalling the helm chart while getting helm dependency repos: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal';
    expect(await who({}, { 'web/Chart.yaml': '- a\n' })).toBe(
      `${told} array into Go value of type repository.dependencies`,
    );
    expect(await who({}, { 'web/Chart.yaml': 'name: web\ndependencies: {a: b}\n' })).toBe(
      `${told} object into Go struct field dependencies.Dependencies of type []repository.repositories`,
    );
  });

  it('may take values from another source, and from nowhere else', async () => {
    const sources = (helm: JsonObject, ref = 'values'): readonly JsonObject[] => [
      { repoURL: url, path: 'web', helm },
      { repoURL: values, ref },
    ];
    const more = { values: { 'prod/web.yaml': 'who: prod\n' } };
    const named = { valueFiles: ['$values/prod/web.yaml'] };
    expect(data(await rendered(chart, sources(named), more))).toEqual({ who: 'prod' });
    const missing = await rendered(chart, sources({ valueFiles: ['$values/none.yaml'] }), more);
    expect(missing.error).toContain('Error: open <root of $values>/none.yaml: no such file or directory');
    expect((await rendered(chart, sources(named, 'other'), more)).error).toBe(
      'source referenced "$values", which is not one of the available sources ($other)',
    );
    const climbing = await rendered(chart, sources({ valueFiles: ['$values/../../x.yaml'] }), more);
    expect(climbing.error).toMatch(/file '\/..\/..\/x.yaml' resolved to outside repository root$/);
  });

  it('cannot take values from another commit of its own repository', async () => {
    const root = repositoryWith(chart);
    git(root, 'tag', 'v1');
    git(root, 'commit', '-q', '--allow-empty', '-m', 'next');
    const { renderer } = benchOn({ library, tools, repositories: { [url]: root } });
    const told = (revision: string) => {
      const sources = [
        { repoURL: url, path: 'web', targetRevision: 'HEAD', helm: { valueFiles: ['$values/web/values.yaml'] } },
        {
          repoURL: url.replace('.git', '').toUpperCase().replace('HTTPS', 'https'),
          targetRevision: revision,
          ref: 'values',
        },
      ];
      const spec = { project: 'default', sources, destination: { namespace: 'prod' } };
      return renderer.renderApplication({ ...applicationOf({}), spec } as JsonObject).then(data);
    };
    expect(await told('HEAD')).toEqual({ who: 'chart' });
    expect(await told('v1')).toMatch(
      /^cannot reference a different revision of the same repository \(\$values references "v1" which resolves to "\w{40}" while the application references "HEAD" which resolves to "\w{40}"\)$/,
    );
  });

  it('keeps hooks, and every manifest tells the file that made it', async () => {
    const { manifests } = await rendered(
      {
        ...chart,
        'web/crds/c.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n',
        'web/templates/hook.yaml':
          'apiVersion: batch/v1\nkind: Job\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n',
        'web/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
        'web/charts/sub/templates/s.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: sub}\n',
      },
      { path: 'web' },
    );
    expect(manifests.map(it => [it.object.kind, it.file])).toEqual([
      ['CustomResourceDefinition', 'web/crds/c.yaml'],
      ['Secret', 'web/charts/sub/templates/s.yaml'],
      ['ConfigMap', 'web/templates/cm.yaml'],
      ['Job', 'web/templates/hook.yaml'],
    ]);
  });

  it('asks the destination for its version and its kinds', async () => {
    const template =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {v: "{{ .Capabilities.KubeVersion.Version }}", has: "{{ .Capabilities.APIVersions.Has "x.io/v1/Thing" }}"}\n';
    const { renderer } = benchOn({
      library,
      tools,
      repositories: { [url]: repositoryWith({ ...chart, 'web/templates/cm.yaml': template }) },
    });
    const app = applicationOf({ path: 'web' });
    const cluster = { kubeVersion: 'v1.29.3-eks-1', apiVersions: ['x.io/v1/Thing'] };
    expect(data(await renderer.renderApplication(app, cluster))).toEqual({ v: 'v1.29.3', has: 'true' });
  });
});

/** Answers from memory; what it does not have was not fetched. */
function remoteOf(content: {
  readonly charts?: Readonly<Record<string, Chart>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly trees?: Readonly<
    Record<string, { readonly path: string; readonly files: Readonly<Record<string, string>> }>
  >;
}): RemoteContent {
  const orNot = <T>(value: T | undefined) => value ?? { unavailable: true as const, why: 'it was not fetched.' };
  return {
    chart: async ({ repoURL, chart: name, revision }) => orNot(content.charts?.[`${repoURL} ${name} ${revision}`]),
    file: async of => orNot(content.files?.[of.url]),
    tree: async of => orNot(content.trees?.[of.url]),
  };
}

const library1: Chart = {
  version: '1.2.3',
  files: {
    'Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.2.3\n',
    'values.yaml': 'who: lib\n',
    'templates/cm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-lib, namespace: {{ .Release.Namespace }}}\ndata: {who: {{ .Values.who }}}\n',
  },
};

describe('what lies elsewhere', () => {
  const charts = { 'https://charts.example.com lib 1.x': library1, 'https://charts.example.com lib 1.2.3': library1 };
  const chartSource = { repoURL: 'https://charts.example.com', chart: 'lib', targetRevision: '1.x' };

  it('is a chart of a chart repository, with the version that its constraint means', async () => {
    const rendering = await rendered({}, { ...chartSource, path: '' }, { remote: remoteOf({ charts }) });
    expect([names(rendering), rendering.revisions, rendering.manifests[0]?.file]).toEqual([
      ['shop-lib'],
      ['1.2.3'],
      'templates/cm.yaml',
    ]);
    const { unknown, manifests } = await rendered({}, chartSource);
    expect(manifests).toEqual([]);
    expect(unknown).toMatchObject([{ kind: 'chart', of: 'https://charts.example.com lib 1.x' }]);
  });

  it('is a dependency that nobody put into charts/, and one of the same repository', async () => {
    const depending = (repository: string) => ({
      ...chart,
      'web/Chart.yaml': `apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies: [{name: lib, version: 1.x, repository: "${repository}"}]\n`,
    });
    const remote = remoteOf({ charts });
    const fromRepository = await rendered(depending('https://charts.example.com'), { path: 'web' }, { remote });
    expect(names(fromRepository)).toEqual(['shop-lib', 'shop']);
    const locked = { 'web/Chart.lock': 'dependencies: [{name: lib, version: 1.2.3}]\n' };
    const lockedOnly = remoteOf({ charts: { 'https://charts.example.com lib 1.2.3': library1 } });
    const files = { ...depending('https://charts.example.com'), ...locked };
    expect(names(await rendered(files, { path: 'web' }, { remote: lockedOnly }))).toEqual(['shop-lib', 'shop']);
    const own = Object.fromEntries(Object.entries(library1.files).map(([path, text]) => [`lib/${path}`, String(text)]));
    expect(names(await rendered({ ...depending('file://../lib'), ...own }, { path: 'web' }))).toEqual([
      'shop-lib',
      'shop',
    ]);
    expect((await rendered(depending('@team'), { path: 'web' })).unknown).toMatchObject([
      { kind: 'chart', why: expect.stringContaining('put the chart into charts/') },
    ]);
  });

  it('is a values file by its address', async () => {
    const address = 'https://values.example.com/web.yaml';
    const source = { path: 'web', helm: { valueFiles: [address] } };
    const remote = remoteOf({ files: { [address]: 'who: far\n' } });
    expect(data(await rendered(chart, source, { remote }))).toEqual({ who: 'far' });
    expect((await rendered(chart, source)).unknown).toMatchObject([{ kind: 'valuesFile', of: address }]);
  });

  it('is a base of a kustomization', async () => {
    const base = 'https://github.com/team/bases//web?ref=v1';
    const files = { 'app/kustomization.yaml': `resources: ["${base}"]\nnamePrefix: p-\n` };
    const trees = {
      [base]: {
        path: 'web',
        files: {
          'web/kustomization.yaml': 'resources: [../shared]\n',
          'shared/kustomization.yaml': 'resources: [cm.yaml]\n',
          'shared/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\n',
        },
      },
    };
    expect(names(await rendered(files, { path: 'app' }, { remote: remoteOf({ trees }) }))).toEqual(['p-far']);
    expect((await rendered(files, { path: 'app' })).unknown).toMatchObject([{ kind: 'remoteBase', of: base }]);
  });

  it('is a chart that a kustomization inflates', async () => {
    const kustomization = `helmCharts:
- {name: lib, repo: https://charts.example.com, version: 1.2.3, releaseName: one, valuesInline: {who: inline}}
- {name: own, releaseName: two, namespace: other}
`;
    const own = Object.fromEntries(
      Object.entries(library1.files).map(([path, text]) => [
        `app/charts/own/${path}`,
        String(text).replace('name: lib', 'name: own'),
      ]),
    );
    const repository = repositoryWith({ 'app/kustomization.yaml': kustomization, ...own });
    const { renderer } = benchOn({ library, tools, remote: remoteOf({ charts }), repositories: { [url]: repository } });
    const rendering = await renderer.renderApplication(applicationOf({ path: 'app' }), {
      settings: { kustomizeBuildOptions: '--enable-helm' },
    });
    expect(names(rendering)).toEqual(['one-lib', 'two-lib']);
    expect(rendering.manifests.map(it => [it.object.data, (it.object.metadata as JsonObject).namespace])).toEqual([
      [{ who: 'inline' }, 'default'],
      [{ who: 'lib' }, 'other'],
    ]);
  });
});

describe('a Kustomize source', () => {
  const files = {
    'base/kustomization.yaml':
      'resources: [cm.yaml, "sp ace/ünï.yaml"]\nconfigMapGenerator: [{name: gen, files: [key=data file.txt]}]\n',
    'base/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\n',
    'base/sp ace/ünï.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: odd}\n',
    'base/data file.txt': 'text',
    'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: p-\n',
    'comp/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {from: comp}\n',
  };

  it('reads what its kustomizations name, whatever the files are called, and tells where objects come from', async () => {
    const { manifests, error } = await rendered(files, { path: 'over' });
    expect(error).toBeUndefined();
    expect(manifests.map(it => [(it.object.metadata as JsonObject).name, it.file])).toEqual([
      ['p-conf', 'base/cm.yaml'],
      [expect.stringMatching(/^p-gen-/), undefined],
      ['p-odd', 'base/sp ace/ünï.yaml'],
    ]);
  });

  it('asks for a version that argocd-cm knows, where that is known', async () => {
    const { renderer } = benchOn({ library, tools, repositories: { [url]: repositoryWith(files) } });
    const app = applicationOf({ path: 'over', kustomize: { version: 'v4' } });
    expect((await renderer.renderApplication(app)).error).toBeUndefined();
    const known = (kustomizeVersions: readonly string[]) =>
      renderer.renderApplication(app, { settings: { kustomizeVersions } }).then(it => it.error);
    expect(await known(['v4'])).toBeUndefined();
    expect(await known([])).toBe('error getting kustomize binary path: kustomize version v4 is not registered');
  });

  it('takes patches from files that only the source names', async () => {
    const patch = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, labels: {from: patch}}\n';
    const kustomize = { patches: [{ path: 'patch.yaml' }] };
    const { manifests, error } = await rendered({ ...files, 'base/patch.yaml': patch }, { path: 'base', kustomize });
    expect(error).toBeUndefined();
    expect(manifests[0]?.object.metadata).toMatchObject({ labels: { from: 'patch' } });
    const outside = await rendered(files, { path: 'over', kustomize: { patches: [{ path: '../base/cm.yaml' }] } });
    expect(outside.error).toMatch(/security; file '<root>\/base\/cm.yaml' is not in or below '<root>\/over'$/);
  });

  it('leaves out components that are not there, if it may', async () => {
    const components = { components: ['../comp', '../none'] };
    const lenient = await rendered(files, {
      path: 'base',
      kustomize: { ...components, ignoreMissingComponents: true },
    });
    expect(lenient.manifests[0]?.object.metadata).toMatchObject({ annotations: { from: 'comp' } });
    const pattern = await rendered(files, { path: 'base', kustomize: { components: ['../co*'] } });
    expect(pattern.manifests[0]?.object.metadata).toMatchObject({ annotations: { from: 'comp' } });
    expect((await rendered(files, { path: 'base', kustomize: components })).error).toMatch(
      /^`kustomize edit add component \.\.\/comp \.\.\/none` failed exit status 1: Error: \.\.\/none has no match/,
    );
  });
});

it('Jsonnet of a folder takes libraries from the root of the repository', async () => {
  const files = {
    'app/a.jsonnet': `local l = import 'l.libsonnet'; function(name) l { metadata: { name: name }, data: { ns: std.extVar('ns') } }`,
    'vendor/l.libsonnet': `(import 'kinds/cm.json') + {}`,
    'vendor/kinds/cm.json': '{"apiVersion": "v1", "kind": "ConfigMap"}',
  };
  const jsonnet = {
    libs: ['vendor'],
    tlas: [{ name: 'name', value: '$ARGOCD_APP_NAME' }],
    extVars: [{ name: 'ns', value: '"${ARGOCD_APP_NAMESPACE}"', code: true }],
  };
  const rendering = await rendered(files, { path: 'app', directory: { jsonnet } });
  expect([names(rendering), data(rendering)]).toEqual([['shop'], { ns: 'prod' }]);
});
