import { describe, expect, it } from 'vitest';
import { lensTitle } from '../../../server/core/assist/lens.ts';
import { previewOf } from '../../../server/core/assist/previewText.ts';
import { yamlText } from '../../../server/core/assist/yamlText.ts';
import { parseFile } from '../../../server/core/documents/parse.ts';
import type { GeneratedApplication, Generation } from '../../../server/core/generate/generation.ts';
import type { Json } from '../../../server/core/text/json.ts';

const generation = (applications: readonly GeneratedApplication[], more: Partial<Generation> = {}): Generation => ({
  applications,
  problems: [],
  missing: [],
  unknown: [],
  ...more,
});

const application = (name: string, more: Partial<GeneratedApplication> = {}): GeneratedApplication => ({
  application: { kind: 'Application', metadata: { name } },
  parameters: {},
  origin: [
    { generator: 'matrix', path: '/spec/generators/0/matrix' },
    {
      generator: 'git',
      path: '/spec/generators/0/matrix/generators/0/git',
      item: `apps/${name}`,
      source: { kind: 'directory', repoURL: 'r', revision: 'HEAD', path: `apps/${name}` },
    },
  ],
  ...more,
});

const head = { namespace: 'argocd', name: 'shop', complete: true };
const limits = { whole: 2, names: 2 };

describe('the preview', () => {
  it('tells why each Application exists, with a link to what produced it', () => {
    const { text, links } = previewOf(head, generation([application('web')]), limits);
    expect(text).toBe(
      '# argocd/shop: 1 Application\n---\n# from matrix › git apps/web\nkind: Application\nmetadata:\n  name: web\n',
    );
    const [link] = links;
    expect(text.split('\n')[link?.line ?? 0]?.slice(link?.start, link?.end)).toBe('git apps/web');
  });

  it('lists names where there are too many to write out', () => {
    const { text } = previewOf(head, generation(['a', 'b', 'c', 'd', 'e'].map(it => application(it))), limits);
    expect(text).toMatch(/---\n# 3 more:\n# {3}c\n# {3}d\n# {3}… /);
  });

  it('says what is refused, not created, not known', () => {
    expect(previewOf(head, generation([], { refused: 'no\nway' }), limits).text).toContain(
      'changes nothing: no\n# way',
    );
    expect(previewOf(head, generation([application('a', { skipped: 'bad name' })]), limits).text).toContain(
      '# not created: bad name',
    );
    const unknown = [{ kind: 'scmProvider', of: 'scmProvider', why: 'It asks GitHub.', path: '' }];
    expect(previewOf(head, generation([], { unknown }), limits).text).toContain(
      '# argocd/shop: Applications not known here\n# not known here: scmProvider. It asks GitHub.',
    );
  });
});

describe('the lens', () => {
  const whole = { complete: true };
  it('counts, and says what is wrong', () => {
    expect(lensTitle(undefined, [], whole)).toBe('Generating…');
    expect(lensTitle(generation([application('a')]), [], whole)).toBe('1 Application');
    expect(lensTitle(generation([application('a', { skipped: 'x' })]), [], whole)).toBe(
      '1 Application · 1 not created',
    );
    expect(lensTitle(generation([], { refused: 'x' }), [], whole)).toBe('No Applications: refused by the controller');
    expect(lensTitle(generation([application('a')]), [], { complete: false })).toBe('1 Application so far…');
  });
});

describe('values as YAML', () => {
  const cases: readonly Json[] = [
    { a: 'yes', b: '012', c: '1:30', d: '', e: ' x', f: '- x', g: '#', h: 'a: b', i: 'null', j: '~' },
    { text: 'one\ntwo\n', keep: 'one\n\n', strip: 'one\ntwo', odd: '\tx\ny', cr: 'a\r\nb' },
    [[1, [2]], { a: [] }, {}, null, true, 1.5, 'é😀', '\u0007'],
    { 'a b': { 'x/y': ['{{ .z }}', '*', '&a', '!t', '%', '@', '`'] } },
    { '': 1, '1': 2, true: 3, 'a:': 4 },
  ];
  it.each(cases.map(it => [it]))('reads back as it was: %j', value => {
    const text = yamlText({ value });
    expect(parseFile('f', text).documents[0]?.value).toEqual({ value });
  });
});
