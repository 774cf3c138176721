import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathspec } from '../../server/core/generate/globs/pathspec.ts';

/** The oracle is git itself. */
const files = [
  'config.json',
  'clusters/config.json',
  'clusters/dev/config.json',
  'clusters/eu/prod/config.json',
  'clusters/eu/prod/config.yaml',
  'clusters/a[b]/x.yaml',
  'clusters/we ird/näme.yaml',
  '.hidden/a.yaml',
  'apps/.hidden/a.yaml',
  'apps/web-1/values.yaml',
  'apps/WEB/values.yaml',
];

const patterns = [
  'config.json',
  '**/config.json',
  '*/config.json',
  'clusters/*/config.json',
  'clusters/**/config.json',
  'clusters/**',
  'clusters',
  'clusters/',
  './clusters/*/config.*',
  'clusters/../apps',
  'clusters/[de]*/config.json',
  'clusters/[!d]*/**',
  'clusters/[^e]*',
  '*',
  '**',
  '.',
  '.hidden/*',
  '*.yaml',
  'apps/web-?/values.yaml',
  'apps/[[:upper:]]*/values.yaml',
  'clusters/a[b]/x.yaml',
  'clusters/a\\[b]/x.yaml',
  'clusters/we ird/n??me.yaml',
  'clusters/we ird/n?me.yaml',
  'apps/[w',
  'nope',
  'c*s/*',
  'apps/web-[0-9]/*',
];

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pathspec-'));
  for (const file of files) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  git('init', '-q');
  git('add', '.');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

test.each(patterns)('%s selects what git ls-files selects', pattern => {
  const listed = git('ls-files', '--full-name', '-z', '--', pattern).split('\0').filter(Boolean).sort();
  const spec = pathspec(pattern);
  expect('matches' in spec ? files.filter(file => spec.matches(file)).sort() : spec.error).toEqual(listed);
});

test.each(['/apps', '../x', ''])('%j is refused', pattern => {
  expect(() => git('ls-files', '--', pattern)).toThrow();
  expect(pathspec(pattern)).toHaveProperty('error');
});
