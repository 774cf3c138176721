import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Editor, openEditor } from '../support/editor.ts';

const remote = 'https://git.example.com/shop/gitops.git';

const set = (template: string): string => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: shop
  namespace: argocd
spec:
  goTemplate: true
  goTemplateOptions: ["missingkey=error"]
  generators:
    - git:
        repoURL: ${remote}
        revision: HEAD
        directories:
          - path: apps/*
  template:
    metadata:
      name: ${template}
    spec:
      project: shop
      source:
        repoURL: ${remote}
        targetRevision: HEAD
        path: '{{ .path.path }}'
      destination:
        name: in-cluster
        namespace: shop
`;

const files = {
  'sets/shop.yaml': set("'shop-{{ .path.basename }}'"),
  'apps/cart/deployment.yaml': 'kind: Deployment\n',
  'apps/web/deployment.yaml': 'kind: Deployment\n',
  'projects/shop.yaml': `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: shop
  namespace: argocd
spec:
  sourceRepos: ['*']
  destinations: [{ namespace: '*', server: '*' }]
`,
  'compose.yaml': 'services:\n  web:\n    image: nginx\n',
};

describe('an ApplicationSet in the editor', () => {
  let editor: Editor;
  beforeAll(async () => {
    editor = await openEditor(files, { remote });
    await editor.open('sets/shop.yaml', files['sets/shop.yaml']);
    await editor.eventually(
      () => editor.lenses('sets/shop.yaml'),
      it => it[0] === '2 Applications',
    );
  }, 600_000);
  afterAll(async () => {
    const { log } = editor;
    await editor.close();
    expect(log).toEqual([]);
  });

  const written = (template: string) => editor.open('sets/shop.yaml', set(template));

  it('has a lens that counts what it generates, and nothing wrong', async () => {
    expect(editor.shown('sets/shop.yaml')).toEqual([]);
  });

  it('completes the parameters that really exist, with values', async () => {
    const items = await editor.completions('sets/shop.yaml', set("'shop-{{ .path.<|>'"));
    const basename = items.find(it => it.label === '.path.basename');
    expect(basename?.detail).toBe('cart, web');
    expect(editor.accepted('sets/shop.yaml', basename)).toContain("'shop-{{ .path.basename }}'");
  });

  it('completes functions with their signatures', async () => {
    const items = await editor.completions('sets/shop.yaml', set("'{{ .path.basename | tru<|> }}'"));
    expect(items.find(it => it.label === 'trunc')?.detail).toContain('trunc');
  });

  it('tells the values of an expression, and the results of a pipeline', async () => {
    await written("'shop-{{ .path.basename }}'");
    const plain = await editor.hover('sets/shop.yaml', set("'shop-{{ .path.base<|>name }}'"));
    expect(plain).toContain('`.path.basename`: 2 values over 2 parameter sets');
    expect(plain).toContain('- `cart`');
    const piped = await editor.hover('sets/shop.yaml', set("'shop-{{ .path.base<|>name | upper }}'"));
    expect(piped).toContain('- `CART`');
  });

  it('tells over a generator what it took', async () => {
    const text = files['sets/shop.yaml'].replace('- git:', '- g<|>it:');
    await editor.eventually(
      () => editor.hover('sets/shop.yaml', text),
      it => it?.startsWith('2 Applications come of this generator.\n\n- git apps/cart\n- git apps/web') === true,
    );
  });

  it('hints the first result behind a templated string', async () => {
    await written("'shop-{{ .path.basename }}'");
    await editor.eventually(
      () => editor.hints('sets/shop.yaml'),
      it => it.join() === '17 → shop-cart,23 → apps/cart',
    );
  });

  it('previews the unsaved text, with reasons, and follows typing', async () => {
    await written("'{{ .path.basename }}-new'");
    const text = await editor.eventually(
      () => editor.preview('sets/shop.yaml'),
      it => it.includes('name: cart-new'),
    );
    expect(text).toMatch(/^# argocd\/shop: 2 Applications\n---\n# from git/);
    expect(text).toContain('path: apps/web');
  });

  it('previews a revision that is chosen', async () => {
    await written("'{{ .path.basename }}-new'");
    expect(await editor.preview('sets/shop.yaml', 0, 'main')).toContain('at main: 2 Applications');
  });

  it('lists Applications, reasons and parameters in the tree, and finds what produced them', async () => {
    await written("'shop-{{ .path.basename }}'");
    const [root] = await editor.eventually(
      () => editor.tree(),
      it => it[0]?.description === '2 Applications',
    );
    expect(root?.label).toBe('shop');
    const [cart] = await editor.eventually(
      () => editor.tree(root),
      it => it[0]?.label === 'shop-cart',
    );
    const [reason, parameters] = await editor.tree(cart);
    expect(reason?.label).toContain('git');
    expect(reason && (await editor.locate(reason))).toBe('apps/cart');
    expect((await editor.tree(parameters)).map(it => it.label)).toContain('path.basename');
  });

  it('goes to the project', async () => {
    const text = files['sets/shop.yaml'].replace('project: shop', 'project: sh<|>op');
    expect(await editor.definitions('sets/shop.yaml', text)).toEqual(['projects/shop.yaml:4']);
  });

  it('tells a broken template at its place, and nothing when it is right again', async () => {
    await written("'shop-{{ .path.basename | nope }}'");
    const shown = await editor.eventually(
      () => editor.shown('sets/shop.yaml'),
      it => it.length > 0,
    );
    expect(shown[0]).toMatch(/^17 /);
    await written("'shop-{{ .path.basename }}'");
    await editor.eventually(
      () => editor.shown('sets/shop.yaml'),
      it => it.length === 0,
    );
  });

  it('says nothing about a compose file', async () => {
    await editor.open('compose.yaml', files['compose.yaml']);
    expect(await editor.lenses('compose.yaml')).toEqual([]);
    expect(await editor.symbols('compose.yaml')).toEqual([]);
    expect(await editor.completions('compose.yaml', 'services:\n  web:\n    <|>')).toEqual([]);
    expect(await editor.hover('compose.yaml', 'ser<|>vices:\n')).toBeUndefined();
    expect(editor.shown('compose.yaml')).toEqual([]);
  });
});
