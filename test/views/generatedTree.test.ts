import { describe, expect, it } from 'vitest';
import type { GeneratedApplication, Generation } from '../../server/core/generate/generation.ts';
import type { SetGeneration } from '../../server/engine/workbench.ts';
import {
  applicationNodes,
  idFrom,
  idText,
  parameterNodes,
  reasonNodes,
  setNode,
  summaryOf,
} from '../../server/views/generatedTree.ts';

const web: GeneratedApplication = {
  application: { metadata: { name: 'web' } },
  parameters: { path: { basename: 'web', segments: ['apps', 'web'] }, empty: {} },
  origin: [
    { generator: 'matrix', path: '/spec/generators/0/matrix' },
    {
      generator: 'clusters',
      path: '/spec/generators/0/matrix/generators/0/clusters',
      item: 'cluster eu',
      note: 'selector env=prod',
      source: { kind: 'cluster', namespace: 'argocd', name: 'cluster-eu' },
    },
  ],
};

const generated = (applications: readonly GeneratedApplication[], more: Partial<Generation> = {}): SetGeneration => ({
  file: '/repo/set.yaml',
  document: 1,
  version: 1,
  namespace: 'argocd',
  name: 'shop',
  generation: { applications, problems: [], missing: [], unknown: [], ...more },
  findings: [],
  complete: true,
  fresh: true,
});

const entry = {
  file: '/repo/set.yaml',
  document: 1,
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  namespace: 'argocd',
  name: 'shop',
};
const line = ({ label, description }: { label: string; description?: string }) => `${label} | ${description ?? ''}`;

describe('the tree of generated Applications', () => {
  it('counts for each set, also before that is known', () => {
    expect(line(setNode(entry, undefined, 'file:///repo/set.yaml'))).toBe('shop | reading…');
    expect(line(setNode(entry, summaryOf(generated([web])), ''))).toBe('shop | 1 Application');
    const refused = setNode(entry, summaryOf(generated([], { refused: 'bad template' })), '');
    expect([line(refused), refused.icon]).toEqual(['shop | refused', 'error']);
    expect(refused.tooltip).toContain('bad template');
  });

  it('lists Applications with the reason in one line, and what is not known', () => {
    const unknown = [{ kind: 'scmProvider', of: 'github', why: 'It asks GitHub.', path: '' }];
    expect(applicationNodes(generated([web, { ...web, skipped: 'bad name' }], { unknown })).map(line)).toEqual([
      'web | matrix › cluster eu (selector env=prod)',
      'web | matrix › cluster eu (selector env=prod)',
      'scmProvider: not known here | It asks GitHub.',
    ]);
  });

  it('tells every step of the reason, then the parameters', () => {
    const nodes = reasonNodes(generated([web]), 0);
    expect(nodes.map(line)).toEqual([
      'matrix | ',
      'cluster eu (selector env=prod) | cluster Secret argocd/cluster-eu',
      'Parameters | 2',
    ]);
    expect(nodes.map(it => it.context)).toEqual(['reason', 'reason source', 'parameters']);
  });

  it('shows parameters by the names that templates use', () => {
    expect(parameterNodes(web, 'id').map(line)).toEqual([
      'path.basename | web',
      'path.segments.0 | apps',
      'path.segments.1 | web',
      'empty | {}',
    ]);
  });

  it('gives every node an id of its own that can be read back', () => {
    const ids = [...applicationNodes(generated([web, web])), ...reasonNodes(generated([web]), 0)].map(it => it.id);
    expect(ids).toEqual([...new Set(ids)]);
    const id = { kind: 'origin', file: '/repo/a b.yaml', document: 0, index: 2, step: 1 } as const;
    expect(idFrom(idText(id))).toEqual(id);
    for (const nonsense of ['', 'x', '[', '[1]', '["set"]', 'unknown|a|0|0']) expect(idFrom(nonsense)).toBeUndefined();
  });
});
