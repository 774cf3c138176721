import { describe, expect, it } from 'vitest';
import { completeArgument } from '../../../server/core/assist/argumentCompletion.ts';
import { completeName } from '../../../server/core/assist/nameCompletion.ts';
import { repositoryPathAt, repositoryPathsIn } from '../../../server/core/assist/references.ts';
import { outlineOf } from '../../../server/core/assist/symbols.ts';
import { parseFile } from '../../../server/core/documents/parse.ts';

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
spec:
  project: shop
  sources:
    - repoURL: https://git/a
      path: charts/web
      helm:
        valueFiles: [values.yaml, /shared.yaml, $other/eu.yaml, 'https://x/y.yaml', '{{x}}.yaml']
    - repoURL: https://git/b
      ref: other
`;

describe('paths of repositories', () => {
  it('follows folders, value files and references between sources', () => {
    const document = parseFile('a.yaml', application).documents[0];
    const found = document ? repositoryPathsIn(document).map(it => repositoryPathAt(document.value, it)) : [];
    expect(found).toEqual([
      { repoURL: 'https://git/a', relative: 'charts/web', kind: 'directory' },
      { repoURL: 'https://git/a', relative: 'charts/web/values.yaml', kind: 'file' },
      { repoURL: 'https://git/a', relative: 'shared.yaml', kind: 'file' },
      { repoURL: 'https://git/b', relative: 'eu.yaml', kind: 'file' },
      undefined,
      undefined,
    ]);
  });
});

const names = {
  projects: ['shop', 'platform'],
  clusters: [{ name: 'eu', server: 'https://eu.example.com' }],
  repositories: ['https://git/a'],
};

function labels(marked: string): readonly string[] {
  const offset = marked.indexOf('<|>');
  const document = parseFile('a.yaml', marked.replace('<|>', '')).documents[0];
  const at = document?.at(offset);
  return document && at ? completeName(document, at, names).map(it => it.label) : [];
}

describe('names', () => {
  const spec = (line: string) => `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n${line}`;
  it('offers projects, clusters, repositories and options of the workspace', () => {
    expect(labels(spec('  project: sh<|>'))).toEqual(['default', 'shop', 'platform']);
    expect(labels(spec('  destination:\n    name: e<|>'))).toEqual(['in-cluster', 'eu']);
    expect(labels(spec('  destination:\n    server: h<|>'))).toContain('https://eu.example.com');
    expect(labels(spec('  source:\n    repoURL: h<|>'))).toEqual(['https://git/a']);
    expect(labels(spec('  syncPolicy:\n    syncOptions:\n      - Cr<|>'))).toContain('CreateNamespace=true');
  });

  it('offers annotations that Argo CD reads, on any object', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata:\n  annotations:\n    argocd<|>: x\n';
    expect(labels(text)).toContain('argocd.argoproj.io/sync-wave');
  });

  it('is silent where another kind has a field of the same name', () => {
    expect(labels('apiVersion: v1\nkind: Pod\nspec:\n  project: s<|>')).toEqual([]);
  });
});

describe('arguments of an analysis', () => {
  it('offers those that the template declares', () => {
    const marked = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
spec:
  args: [{ name: service }, { name: limit, value: '0.9' }]
  metrics:
    - name: errors
      provider: { prometheus: { query: 'rate(x{s="{{args.<|>}}"}[1m])' } }
`;
    const offset = marked.indexOf('<|>');
    const document = parseFile('a.yaml', marked.replace('<|>', '')).documents[0];
    const at = document?.at(offset);
    const found = document && at && completeArgument(document, at);
    expect(found?.map(it => [it.label, it.detail, it.insert])).toEqual([
      ['args.service', undefined, 'args.service'],
      ['args.limit', '0.9', 'args.limit'],
    ]);
  });
});

describe('the outline', () => {
  it('names the manifest and the parts people look for', () => {
    const document = parseFile('a.yaml', application).documents[0];
    const outline = document && outlineOf(document);
    expect(outline).toMatchObject({ name: 'web', detail: 'Application' });
    expect(outline?.children.map(it => [it.name, it.children.map(child => child.name)])).toEqual([
      ['sources', ['https://git/a', 'other']],
    ]);
  });

  it('says nothing about what is not ours', () => {
    const document = parseFile('compose.yaml', 'services:\n  web: {}\n').documents[0];
    expect(document && outlineOf(document)).toBeUndefined();
  });
});
