import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Editor, openEditor } from '../support/editor.ts';

const remote = 'https://git.example.com/shop/gitops.git';

const application = (spec = '', metadata = '') => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
  namespace: argocd
${metadata}spec:
  project: default
  source:
    repoURL: ${remote}
    targetRevision: HEAD
    path: apps/web
  destination:
    server: https://kubernetes.default.svc
    namespace: web
${spec}`;

const files = {
  'web.yaml': application(),
  'apps/web/kustomization.yaml': 'resources: []\n',
  'projects.yaml': `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: { name: platform, namespace: argocd }
spec: { sourceRepos: ['*', 'https://git.example.com/shop/charts.git'] }
`,
  'clusters.yaml': `apiVersion: v1
kind: Secret
metadata:
  name: cluster-eu
  namespace: argocd
  labels: { argocd.argoproj.io/secret-type: cluster }
stringData: { name: eu, server: 'https://eu.example.com', config: '{}' }
`,
};

describe('an Application in the editor', () => {
  let editor: Editor;
  beforeAll(async () => {
    editor = await openEditor(files, { remote });
    await editor.open('web.yaml', files['web.yaml']);
    await editor.eventually(
      () => editor.completions('web.yaml', files['web.yaml'].replace('project: default', 'project: p<|>')),
      it => it.some(item => item.label === 'platform'),
    );
  }, 600_000);
  afterAll(async () => {
    const { log } = editor;
    await editor.close();
    expect(log).toEqual([]);
  });

  const misspelt = application('  syncPolicy:\n    automated:\n      prunee: true\n');
  const wrong = async (text: string, code: string) => {
    await editor.open('web.yaml', text);
    return editor.eventually(
      () => editor.diagnostics('web.yaml'),
      it => it.some(found => found.code === code),
    );
  };

  it('has a finding with a code that leads to its page', async () => {
    const [finding] = await wrong(misspelt, 'unknown-field');
    expect(finding?.range.start.line).toBe(16);
    expect(finding?.source).toBe('GitOps');
    expect(finding?.codeDescription?.href).toMatch(/docs\/rules\/unknown-field\.md$/);
  });

  it('repairs it by a quick fix, or silences it', async () => {
    const [finding] = await wrong(misspelt, 'unknown-field');
    const actions = await editor.actions('web.yaml', finding?.range.start ?? { line: 0, character: 0 }, ['quickfix']);
    const [fix] = actions;
    expect(fix?.isPreferred).toBe(true);
    expect(editor.applied('web.yaml', fix)).toContain('      prune: true\n');
    expect(actions.map(it => it.title)).toEqual([
      fix?.title,
      'Ignore unknown-field here',
      'Ignore unknown-field in this document',
    ]);
    const silenced = editor.applied('web.yaml', actions[1]);
    await editor.open('web.yaml', silenced);
    await editor.eventually(
      () => editor.shown('web.yaml'),
      it => it.length === 0,
    );
  });

  it('offers codes in a comment that silences, first what is found there', async () => {
    await wrong(misspelt, 'unknown-field');
    const text = misspelt.replace('      prunee', '      # gitops-ignore: <|>\n      prunee');
    await editor.eventually(
      () => editor.completions('web.yaml', text),
      it => it[0]?.label === 'unknown-field' && it.length > 10,
    );
  });

  it('repairs everything at once on request', async () => {
    await wrong(misspelt, 'unknown-field');
    const [all] = await editor.actions('web.yaml', { line: 0, character: 0 }, ['source.fixAll']);
    expect(all?.kind).toBe('source.fixAll.gitops');
    expect(editor.applied('web.yaml', all)).toBe(application('  syncPolicy:\n    automated:\n      prune: true\n'));
  });

  it('obeys the severities of the settings', async () => {
    await wrong(misspelt, 'unknown-field');
    await editor.configure({ severity: { 'unknown-field': 'hint' } });
    await editor.eventually(
      () => editor.diagnostics('web.yaml'),
      it => it[0]?.severity === 4,
    );
    await editor.configure({ severity: { 'unknown-field': 'off' } });
    await editor.eventually(
      () => editor.shown('web.yaml'),
      it => it.length === 0,
    );
    await editor.configure({});
    await wrong(misspelt, 'unknown-field');
  });

  it('completes keys and explains them by schema', async () => {
    const key = await editor.eventually(
      () => editor.completions('web.yaml', application('  syncPolicy:\n    <|>\n')),
      it => it.length > 0,
    );
    expect(key.map(it => it.label)).toEqual(expect.arrayContaining(['automated', 'syncOptions', 'retry']));
    expect(await editor.hover('web.yaml', application('  sync<|>Policy: {}\n'))).toMatch(/sync/i);
  });

  it('is silent by schema beside another YAML extension, but not with what only it knows', async () => {
    await editor.configure({}, true);
    const options = application('  syncPolicy:\n    syncOptions:\n      - Cre<|>\n');
    const items = await editor.eventually(
      () => editor.completions('web.yaml', options),
      it => it.length > 0,
    );
    expect(items.map(it => it.label)).toContain('CreateNamespace=true');
    expect(await editor.completions('web.yaml', application('  syncPolicy:\n    <|>\n'))).toEqual([]);
    expect(await editor.hover('web.yaml', application('  sync<|>Policy: {}\n'))).toBeUndefined();
    await editor.configure({}, false);
  });

  it('completes names of the workspace, and goes to them', async () => {
    const byName = (name: string) =>
      files['web.yaml'].replace('server: https://kubernetes.default.svc', `name: ${name}`);
    expect((await editor.completions('web.yaml', byName('e<|>'))).map(it => it.label)).toContain('eu');
    expect(await editor.definitions('web.yaml', byName('e<|>u'))).toEqual(['clusters.yaml:4']);
    const project = files['web.yaml'].replace('project: default', 'project: plat<|>form');
    expect(await editor.definitions('web.yaml', project)).toEqual(['projects.yaml:3']);
  });

  it('completes repositories that the file or a project names', async () => {
    const more = `${files['web.yaml']}---\n${files['web.yaml'].replace(`repoURL: ${remote}`, 'repoURL: h<|>')}`;
    const labels = (await editor.completions('web.yaml', more)).map(it => it.label);
    expect(labels).toEqual(expect.arrayContaining([remote, 'https://git.example.com/shop/charts.git']));
  });

  it('explains annotations', async () => {
    const annotated = (line: string) => application('', `  annotations:\n    ${line}\n`);
    const text = await editor.hover('web.yaml', annotated('argocd.argoproj.io/sync-<|>wave: "1"'));
    expect(text).toContain('**argocd.argoproj.io/sync-wave**');
  });

  it('links a path to its folder', async () => {
    await editor.open('web.yaml', files['web.yaml']);
    const [link] = await editor.links('web.yaml');
    expect(link).toMatch(/^11 command:gitops\.openSource\?.*apps\/web/);
  });

  it('outlines its manifests', async () => {
    await editor.open('web.yaml', files['web.yaml']);
    const [symbol] = await editor.symbols('web.yaml');
    expect([symbol?.name, symbol?.detail]).toEqual(['web', 'Application']);
  });

  it('has no findings any more when it is closed', async () => {
    await wrong(misspelt, 'unknown-field');
    await editor.closeFile('web.yaml');
    await editor.eventually(
      () => editor.shown('web.yaml'),
      it => it.length === 0,
    );
  });
});

describe('beside another YAML extension', () => {
  it('leaves syntax errors to it, and keeps what only it knows', async () => {
    const editor = await openEditor(files, { beside: true });
    await editor.open('web.yaml', `${files['web.yaml']}spec: {}\nstatus: [\n`);
    await editor.open('other.yaml', application('  syncPolicy:\n    automated:\n      prunee: true\n'));
    await editor.eventually(
      () => editor.shown('other.yaml'),
      it => it.length > 0,
    );
    expect(editor.shown('web.yaml').filter(it => /yaml-syntax|duplicate-key/.test(it))).toEqual([]);
    await editor.close();
  });
});
