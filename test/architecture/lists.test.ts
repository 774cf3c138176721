import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codes } from '../../server/core/checks/codes.ts';
import { rules } from '../../server/core/checks/rules/index.ts';
import { normalizers } from '../../server/core/diff/normalizers/index.ts';
import { renderers } from '../../server/core/render/renderers/index.ts';
import { guards } from '../../server/core/sync/guards/index.ts';

const root = new URL('../../', import.meta.url);
const filesIn = (folder: string, ending: string) =>
  readdirSync(new URL(folder, root))
    .filter(it => it.endsWith(ending) && it !== `index${ending}`)
    .map(it => it.slice(0, -ending.length))
    .sort();

describe('codes', () => {
  const known = codes.map(it => it.code).sort();

  it('each has a page in docs/rules, and no page is left of a code that is gone', () => {
    expect(filesIn('docs/rules/', '.md')).toEqual(known);
  });

  it('each stands once', () => expect(known).toEqual([...new Set(known)]));

  it('a rule names only codes that are listed', () => {
    expect(rules.flatMap(it => it.codes).filter(it => !known.includes(it))).toEqual([]);
  });
});

describe('rules', () => {
  it('every file of checks/rules is a line in its index', () => {
    expect(filesIn('server/core/checks/rules/', '.ts')).toEqual(rules.map(it => it.name).sort());
  });
});

it('every renderer has a line in the index of its folder', () => {
  const files = filesIn('server/core/render/renderers/', '.ts').filter(it => it !== 'renderer');
  expect(files).toEqual(renderers.map(it => it.type.toLowerCase()).sort());
});

it('every normalizer and every guard has a line in the index of its folder', () => {
  const listed = (folder: string, but: string) => filesIn(folder, '.ts').filter(it => it !== but);
  expect(listed('server/core/diff/normalizers/', 'normalizer')).toEqual(normalizers.map(it => it.name).sort());
  expect(listed('server/core/sync/guards/', 'guard')).toEqual(guards.map(it => it.name).sort());
});
