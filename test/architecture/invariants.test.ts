import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What ARCHITECTURE.md says is never done, where a search can tell. */
const root = new URL('../../', import.meta.url);
const sources = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter(it => it.endsWith('.ts'))
    .map(it => ({ file: `${folder}/${it}`, text: readFileSync(new URL(`${folder}/${it}`, root), 'utf8') }));
const holding = (folder: string, what: RegExp) =>
  sources(folder)
    .filter(it => what.test(it.text))
    .map(it => it.file);

it('positions of LSP are made in convert.ts only', () => {
  expect(holding('server/lsp', /\bcharacter\b/)).toEqual(['server/lsp/convert.ts']);
});

it('nothing writes to the console: standard output may be the wire', () => {
  expect(
    [...holding('server', /\bconsole\.(log|info|warn|error|debug)\(/)].filter(it => !it.startsWith('server/lsp/')),
  ).toEqual([]);
  // The connection's own console is a log of the editor.
  expect(holding('server/lsp', /(?<!connection\.)\bconsole\.(log|info|warn|error|debug)\(/)).toEqual([]);
});

it('only the client knows VS Code', () => {
  expect(holding('server', /from 'vscode'/)).toEqual([]);
});

it('core asks no clock and no chance', () => {
  expect(holding('server/core', /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/)).toEqual([]);
});
