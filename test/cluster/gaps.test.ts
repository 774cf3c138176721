import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { gaps } from './support/gaps.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

test('every gap of the sandbox is one that a case names', () => {
  const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(it => it.endsWith('.test.ts'));
  const text = cases.map(it => readFileSync(`${folder}/${it}`, 'utf8')).join('\n');
  expect(Object.keys(gaps).filter(it => !text.includes(`gap: '${it}'`))).toEqual([]);
});
