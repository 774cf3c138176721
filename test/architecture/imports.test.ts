import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** ARCHITECTURE.md, "Who may import whom". */
const root = fileURLToPath(new URL('../../', import.meta.url));

const stages = [
  'text',
  'facts',
  'documents',
  'schema',
  'model',
  'generate',
  'render',
  'diff',
  'health',
  'sync',
  'rollout',
  'policy',
  'status',
  'assist',
  'checks',
];

interface Area {
  readonly folder: string;
  /** Project folders or files that may be imported besides the area's own. */
  readonly areas: readonly string[];
  /** Packages; `*` allows any, `node:*` Node's own. */
  readonly packages: readonly string[];
}

const areas: readonly Area[] = [
  { folder: 'server/protocol', areas: [], packages: [] },
  { folder: 'server/core', areas: [], packages: ['yaml'] },
  {
    folder: 'server/views',
    areas: [
      'server/protocol',
      'server/core',
      'server/engine/workbench.ts',
      'server/engine/delivery.ts',
      'server/engine/cluster.ts',
    ],
    packages: [],
  },
  { folder: 'server/engine', areas: ['server/core'], packages: ['lru-cache', 'p-limit'] },
  { folder: 'server/adapters', areas: ['server/core', 'server/engine/ports.ts'], packages: ['*'] },
  { folder: 'server/sandbox', areas: ['server/core'], packages: ['node:*'] },
  {
    folder: 'server/lsp',
    areas: ['server/protocol', 'server/core', 'server/views', 'server/engine'],
    packages: ['vscode-languageserver', 'vscode-languageserver-textdocument', 'node:url'],
  },
  {
    folder: 'server/cli',
    areas: ['server/protocol', 'server/core', 'server/views', 'server/engine'],
    packages: ['commander', 'diff', 'yaml', 'node:*'],
  },
  { folder: 'client', areas: ['server/protocol'], packages: ['vscode', 'vscode-languageclient', 'node:*'] },
];

/** Files that put the parts together may import every adapter, and ask Node where these find what they need. */
const mayComposeAdapters = /^server\/(lsp|cli)\/(main|compose)\.ts$/;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

it('imports go only where the map allows', () => {
  const wrong = areas.flatMap(area =>
    sources(area.folder)
      .flatMap(importsOf)
      .filter(it => !allowed(area, it))
      .map(told),
  );
  expect(wrong).toEqual([]);
});

it('stages of core import only stages to their left', () => {
  const wrong = sources('server/core')
    .flatMap(importsOf)
    .filter(({ from, to }) => {
      const [source, target] = [stageOf(from), stageOf(to)];
      return source !== undefined && target !== undefined && stages.indexOf(target) > stages.indexOf(source);
    })
    .map(told);
  expect(wrong).toEqual([]);
});

it('every folder of core is a stage', () => {
  const folders = readdirSync(join(root, 'server/core'), { withFileTypes: true })
    .filter(it => it.isDirectory())
    .map(it => it.name);
  expect(folders.filter(it => !stages.includes(it))).toEqual([]);
});

const told = ({ from, to }: Import): string => `${from} may not import ${to}`;

function allowed(area: Area, { from, to }: Import): boolean {
  if (mayComposeAdapters.test(from) && /^(server\/adapters\/|server\/sandbox\/|node:|package\.json$)/.test(to))
    return true;
  if (to.startsWith('server/') || to.startsWith('client/')) {
    if (area.folder === 'server/adapters') {
      const own = from.split('/').slice(0, 3).join('/');
      // A folder that is no git work tree is read as files, so git may ask files; nobody else asks another adapter.
      const shared = own === 'server/adapters/git' && to.startsWith('server/adapters/files/');
      if (to.startsWith('server/adapters/')) return to.startsWith(`${own}/`) || shared;
    }
    return [area.folder, ...area.areas].some(it => to === it || to.startsWith(`${it}/`));
  }
  return area.packages.some(
    it => it === '*' || to === it || to.startsWith(`${it}/`) || (it === 'node:*' && to.startsWith('node:')),
  );
}

function stageOf(file: string): string | undefined {
  return /^server\/core\/([^/]+)\//.exec(file)?.[1];
}

function sources(folder: string): readonly string[] {
  const full = join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true, recursive: true })
    .filter(it => it.isFile() && it.name.endsWith('.ts') && !it.parentPath.includes('webviews'))
    .map(it => relative(root, join(it.parentPath, it.name)));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm);
  return [...found].map(match => {
    const to = match[2] ?? match[3] ?? '';
    return {
      from: file,
      to: to.startsWith('.') ? relative(root, resolve(root, dirname(file), to)) : to,
      typeOnly: Boolean(match[1]),
    };
  });
}
