/**
 * Writes ThirdPartyNotices.txt: the licences of what the .vsix carries, taken from the packages themselves. Which packages those are, the
 * bundler (dist/bundled-*.json) and the Go toolchain say, so the list cannot rot.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';
import { outputOf } from './run.mjs';

/** The schemas are derived from their declarations at build time, so no bundler sees them. */
const schemaPackages = [
  'kubernetes-models',
  '@kubernetes-models/argo-cd',
  '@kubernetes-models/argo-rollouts',
  '@kubernetes-models/external-secrets',
  '@kubernetes-models/sealed-secrets',
].map(it => `node_modules/${it}`);

const heading = `GitOps Workbench carries the following software of others, under the licences given with each.
The schemas of Kubernetes, Argo CD, Argo Rollouts, External Secrets and Sealed Secrets are derived from their API types (Apache-2.0).
`;

export async function writeNotices() {
  const lists = readdirSync(join(root, 'dist')).filter(it => /^bundled-.*\.json$/.test(it));
  const bundled = lists.flatMap(it => JSON.parse(readFileSync(join(root, 'dist', it), 'utf8')));
  const parts = [...npmPackages([...bundled, ...schemaPackages]), ...(await goModules())];
  writeFileSync(join(root, 'ThirdPartyNotices.txt'), notices(parts));
  return parts;
}

/** Equal texts are printed once, below all that they stand for. */
function notices(parts) {
  const byText = new Map();
  for (const part of parts.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    byText.set(part.text, [...(byText.get(part.text) ?? []), part]);
  }
  const line = '-'.repeat(80);
  const sections = [...byText].map(([text, those]) => {
    const names = those.map(it => `${it.name} ${it.version}${it.licence ? ` (${it.licence})` : ''}`);
    return `${line}\n${names.join('\n')}\n${line}\n\n${text}\n`;
  });
  return `${heading}\n${sections.join('\n')}`;
}

function npmPackages(folders) {
  return [...new Set(folders)].map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return { name, version, licence: license, text: licenceIn(join(root, folder)) ?? `Licence: ${license}` };
  });
}

/** The modules whose packages are linked into the WebAssembly library, and the language's own library. */
async function goModules() {
  const folder = join(root, 'server', 'golib');
  const format = '{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GOFLAGS: '-mod=mod' };
  const listed = await outputOf('go', ['list', '-deps', '-f', format, './light'], { cwd: folder, env });
  const goroot = await outputOf('go', ['env', 'GOROOT'], { cwd: folder });
  if (!listed || !goroot) throw new Error('Go is needed to list what the WebAssembly library links');
  const modules = [...new Set(listed.split('\n').filter(it => it.includes('\t')))].map(it => it.split('\t'));
  return [
    ...modules.map(([name, version, dir]) => ({ name, version, text: licenceIn(dir) ?? 'No licence file.' })),
    { name: 'The Go standard library', version: '', text: licenceIn(goroot) ?? '' },
  ];
}

/** Licence and notice files of a folder, one after the other. */
function licenceIn(folder) {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder)
    .filter(it => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(it))
    .sort();
  const texts = files.map(it => readFileSync(join(folder, it), 'utf8').replaceAll('\r\n', '\n').trim());
  return texts.length > 0 ? texts.join('\n\n') : undefined;
}
