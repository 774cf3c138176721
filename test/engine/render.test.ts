import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import type { Rendering } from '../../server/core/render/rendering.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { folderWith, git, put, repositoryWith } from '../support/folder.ts';
import { applicationOf, benchOn } from '../support/rendering.ts';

let library: Golib;
beforeAll(async () => {
  library = new Golib({ wasm: await buildGolib() });
}, 600_000);
afterAll(() => library.dispose());

const url = 'https://git.example.com/shop.git';
const configMap = (name: string, rest = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${rest}}\n`;
const names = ({ manifests }: Rendering) => manifests.map(it => (it.object.metadata as { name: string }).name);
const on = (root: string) => benchOn({ library, repositories: { [url]: root } });
const app = applicationOf({ path: 'app' });

describe('the content that a rendering reads', () => {
  it('is the open buffers over the work tree, the disk, the index, or a commit', async () => {
    const root = repositoryWith({ 'app/a.yaml': configMap('committed') });
    put(root, { 'app/a.yaml': configMap('staged') });
    git(root, 'add', '-A');
    put(root, { 'app/a.yaml': configMap('saved') });
    const { workbench, renderer } = on(root);
    workbench.open(`${root}/app/a.yaml`, configMap('typed'), 1);
    expect(names(await renderer.renderApplication(app))).toEqual(['typed']);
    expect(names(await renderer.renderApplication(app, { content: 'workTree' }))).toEqual(['saved']);
    expect(names(await renderer.renderApplication(app, { content: 'staged' }))).toEqual(['staged']);
    const head = await renderer.renderApplication(app, { content: { revision: 'HEAD' } });
    expect(names(head)).toEqual(['committed']);
    expect(head.revisions).toEqual([git(root, 'rev-parse', 'HEAD')]);
  });

  it('is another commit for a source whose revision is given', async () => {
    const root = repositoryWith({ 'app/a.yaml': configMap('before') });
    const before = git(root, 'rev-parse', 'HEAD');
    put(root, { 'app/a.yaml': configMap('after') });
    const { renderer } = on(root);
    const rendering = await renderer.renderApplication(app, { revisions: [before] });
    expect([names(rendering), rendering.revisions]).toEqual([['before'], [before]]);
    expect(names(await renderer.renderApplication(app))).toEqual(['after']);
  });

  it('is the highest tag of a version constraint, of those with a prefix where the source names one', async () => {
    const root = repositoryWith({ 'app/a.yaml': configMap('one') });
    for (const tag of ['v1.0.0', 'web/1.9.0']) git(root, 'tag', tag);
    put(root, { 'app/a.yaml': configMap('two') });
    git(root, 'commit', '-q', '-a', '-m', 'two');
    for (const tag of ['v1.2.0', 'api/1.9.9']) git(root, 'tag', tag);
    put(root, { 'app/a.yaml': configMap('three') });
    git(root, 'commit', '-q', '-a', '-m', 'three');
    const { renderer } = on(root);
    const at = async (source: object) =>
      names(await renderer.renderApplication(applicationOf({ path: 'app', ...source })));
    expect(await at({ targetRevision: '1.x' })).toEqual(['two']);
    expect(await at({ targetRevision: '1.x', tagPrefix: 'web/' })).toEqual(['one']);
    expect(await at({ targetRevision: '1.9.9', tagPrefix: 'api/' })).toEqual(['two']);
    expect(await at({ targetRevision: 'v1.0.0' })).toEqual(['one']);
  });

  it('may be a plain folder, and then it is what the user says it is', async () => {
    const root = folderWith({ 'app/a.yaml': configMap('a') });
    const { renderer } = on(root);
    const rendering = await renderer.renderApplication(app, { content: { revision: '0123abc' } });
    expect([names(rendering), rendering.revisions]).toEqual([['a'], ['0123abc']]);
  });

  it('is unknown without a clone, and that is said', async () => {
    const { renderer } = benchOn({ library, repositories: {} });
    const { manifests, unknown, error } = await renderer.renderApplication(app);
    expect([manifests, error]).toEqual([[], undefined]);
    expect(unknown).toMatchObject([{ kind: 'repository', of: url, source: 0 }]);
  });
});

describe('links', () => {
  it('are followed inside of the repository', async () => {
    const root = repositoryWith({ 'shared/a.yaml': configMap('linked'), 'app/b.yaml': configMap('b') });
    symlinkSync('../shared/a.yaml', join(root, 'app/a.yaml'));
    const { renderer } = on(root);
    expect(names(await renderer.renderApplication(app))).toEqual(['linked', 'b']);
    git(root, 'add', '-A');
    git(root, 'commit', '-q', '-m', 'link');
    expect(names(await renderer.renderApplication(app, { content: { revision: 'HEAD' } }))).toEqual(['linked', 'b']);
  });

  it('never leave it, wherever they lie', async () => {
    const root = repositoryWith({ 'app/b.yaml': configMap('b') });
    symlinkSync('/etc/hostname', join(root, 'other.txt'));
    const { renderer } = on(root);
    expect(await renderer.renderApplication(app)).toMatchObject({
      manifests: [],
      error: 'repository contains out-of-bounds symlinks. file: other.txt',
    });
  });
});

describe('an unchanged Application', () => {
  it('is not rendered again until something that it reads changes', async () => {
    const root = repositoryWith({ 'app/a.yaml': configMap('a'), 'docs/readme.yaml': configMap('other') });
    const { workbench, renderer, asked } = on(root);
    const first = await renderer.renderApplication(app);
    const calls = asked.length;
    expect(await renderer.renderApplication(app)).toBe(first);
    put(root, { 'docs/readme.yaml': configMap('changed') });
    workbench.filesChanged([{ file: `${root}/docs/readme.yaml`, kind: 'changed' }]);
    await workbench.idle();
    expect(await renderer.renderApplication(app)).toBe(first);
    expect(asked.length).toBe(calls);
    put(root, { 'app/a.yaml': configMap('b') });
    workbench.filesChanged([{ file: `${root}/app/a.yaml`, kind: 'changed' }]);
    await workbench.idle();
    expect(names(await renderer.renderApplication(app))).toEqual(['b']);
  });

  it('does not mind files that come and go elsewhere, but those that it would read', async () => {
    const root = repositoryWith({ 'app/a.yaml': configMap('a'), 'docs/readme.md': '' });
    const { workbench, renderer } = on(root);
    const create = async (path: string, text: string) => {
      put(root, { [path]: text });
      workbench.filesChanged([{ file: `${root}/${path}`, kind: 'created' }]);
      await workbench.idle();
    };
    const first = await renderer.renderApplication(app);
    await create('docs/more.md', '');
    await create('apple/a.yaml', configMap('other'));
    expect(await renderer.renderApplication(app)).toBe(first);
    await create('app/.argocd-source.yaml', 'directory: {include: "b.yaml"}\n');
    expect(names(await renderer.renderApplication(app))).toEqual([]);
    await create('app/b.yaml', configMap('b'));
    expect(names(await renderer.renderApplication(app))).toEqual(['b']);
  });

  it('is finished anew for another cluster, without asking any library', async () => {
    const root = repositoryWith({ 'app/a.yaml': 'apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: t}\n' });
    const { renderer, asked } = on(root);
    const [first] = (await renderer.renderApplication(app)).manifests;
    expect(first?.object.metadata).toMatchObject({ namespace: 'prod' });
    const calls = asked.length;
    const [second] = (await renderer.renderApplication(app, { scopes: () => 'Cluster' })).manifests;
    expect(second?.object.metadata).not.toHaveProperty('namespace');
    expect(asked.length).toBe(calls);
  });
});

describe('several sources', () => {
  const two = (...sources: readonly object[]) => ({
    ...app,
    spec: { ...(app.spec as object), source: null, sources: sources.map(it => ({ repoURL: url, ...it })) },
  });

  it('give their manifests one after the other; of doubles the last counts', async () => {
    const root = repositoryWith({
      'one/a.yaml': configMap('a', ', labels: {from: one}'),
      'one/z.yaml': configMap('z'),
      'two/a.yaml': configMap('a', ', labels: {from: two}'),
    });
    const { renderer } = on(root);
    const rendering = await renderer.renderApplication(two({ path: 'one' }, { path: 'two' }, { ref: 'values' }));
    expect(rendering.manifests.map(it => [it.source, it.file])).toEqual([
      [0, 'one/z.yaml'],
      [1, 'two/a.yaml'],
    ]);
    expect(rendering.findings).toMatchObject([
      {
        code: 'repeated-resource',
        message: expect.stringContaining('Resource /ConfigMap/prod/a appeared 2 times among application resources.'),
      },
    ]);
    expect(rendering.sourceTypes).toEqual(['Directory', 'Directory', undefined]);
  });

  it('end with the first that Argo CD refuses', async () => {
    const root = repositoryWith({ 'one/a.yaml': configMap('a') });
    const { renderer } = on(root);
    expect(await renderer.renderApplication(two({ path: 'one' }, { path: 'none' }))).toMatchObject({
      manifests: [],
      error: 'none: app path does not exist',
      failed: 1,
    });
  });
});

it('a byte order mark is no part of a manifest', async () => {
  const { renderer } = on(
    repositoryWith({
      'app/a.json': '\ufeff{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "json"}}',
      'app/b.yaml': `\ufeff${configMap('yaml')}`,
    }),
  );
  expect(names(await renderer.renderApplication(app))).toEqual(['json', 'yaml']);
});

it('an .argocd-source file that is no object is refused', async () => {
  const errorOf = async (text: string) => {
    const { renderer } = on(repositoryWith({ 'app/a.yaml': configMap('a'), 'app/.argocd-source.yaml': text }));
    return (await renderer.renderApplication(app)).error;
  };
  const told = 'error getting app source type: error while parsing source parameters: <root>/app/.argocd-source.yaml: ';
  expect(await errorOf('# nothing\n')).toBe(`${told}Invalid JSON Patch`);
  expect(await errorOf('- directory\n')).toBe(
    `${told}json: cannot unmarshal array into Go value of type v1alpha1.ApplicationSource`,
  );
});

it('.argocd-source files change the source, the one of the Application last', async () => {
  const root = repositoryWith({
    'app/a.yaml': configMap('a'),
    'app/sub/b.yaml': configMap('b'),
    'app/sub/c.yaml': configMap('c'),
    'app/.argocd-source.yaml': 'path: elsewhere\ndirectory: {recurse: true, include: "{a,sub/b}.yaml"}\n',
    'app/.argocd-source-shop.yaml': 'directory: {include: "sub/*"}\n',
  });
  const { renderer } = on(root);
  expect(names(await renderer.renderApplication(app))).toEqual(['b', 'c']);
  expect(names(await renderer.renderApplication(applicationOf({ path: 'app' }, 'other')))).toEqual(['a', 'b']);
});
