// Builds everything below dist/: the client, the server and the command line with their workers, the schemas and the WebAssembly library.
// Parts that are slow to make keep their result in the user's cache folder, keyed by their inputs, so a second run takes a second.
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = `${root}dist`;

/** `--only=bundles,schemas` builds some parts; without it, all. */
const only = process.argv
  .find(it => it.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const development = process.argv.includes('--development');

const parts = [
  { name: 'client', make: client },
  { name: 'webviews', make: webviews },
  { name: 'server', make: server },
  { name: 'cli', make: commandLine },
  {
    name: 'schemas',
    make: () => script('server/schemas/generate.mjs', 'generateSchemas', { out: `${dist}/schemas.json` }),
  },
  {
    name: 'types',
    make: () =>
      script('server/schemas/kubernetes.mjs', 'generateKubernetesTypes', {
        out: `${dist}/kubernetesTypes.json`,
        log: say,
      }).then(() => undefined),
  },
  { name: 'golib', make: () => script('server/golib/build.mjs', 'buildGolib', { log: say }) },
];

/** yaml-language-server carries a formatter and translations of schema errors that we never use: half a megabyte. */
const withoutFormatters = {
  name: 'without-formatters',
  setup({ onResolve, onLoad }) {
    const unused = /^(prettier(\/.*)?|ajv-i18n(\/.*)?)$/;
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
  },
};

/** What every bundle has in common. */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: !development,
  sourcemap: development ? 'inline' : false,
  legalComments: 'none',
  // jsonc-parser's UMD build hides its require calls from the bundler; its module build does not.
  mainFields: ['module', 'main'],
  logLevel: 'silent',
  plugins: [withoutFormatters],
};

/** Modules for Node: bundled CommonJS packages still call require() for Node's own modules. */
const moduleFormat = {
  format: 'esm',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** Bundles, and writes down which packages went in: their licences go into ThirdPartyNotices.txt. */
async function bundle(name, options) {
  const { metafile } = await build({ ...common, ...options, metafile: true });
  const files = Object.values(metafile.outputs).flatMap(it => Object.keys(it.inputs));
  const folders = files.flatMap(it => it.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
  await writeFile(`${dist}/bundled-${name}.json`, `${JSON.stringify([...new Set(folders)].sort(), null, 2)}\n`);
}

async function client() {
  await bundle('client', {
    entryPoints: [`${root}client/extension.ts`],
    outfile: `${dist}/client.cjs`,
    format: 'cjs',
    external: ['vscode'],
  });
}

/** Pages of panels: a script and a style each, for a browser that loads nothing else. */
async function webviews() {
  const pages = ['plan', 'graph'];
  await bundle('webviews', {
    entryPoints: pages.flatMap(it => [
      `${root}client/webviews/${it}/${it}.ts`,
      `${root}client/webviews/${it}/${it}.css`,
    ]),
    outdir: `${dist}/webviews`,
    entryNames: '[name]',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  });
}

/** In chunks, so that a start reads only what it needs: the language server's own parts come with the first Kubernetes document. */
async function server() {
  // Hashed chunk names would pile up from one build to the next.
  await rm(`${dist}/chunks`, { recursive: true, force: true });
  await bundle('server', {
    ...moduleFormat,
    entryPoints: { server: `${root}server/lsp/main.ts` },
    outdir: dist,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
  });
}

async function commandLine() {
  // Replaced in one step: a test may be running the former one.
  const made = `${dist}/.cli-${process.pid}.mjs`;
  await bundle('cli', { ...moduleFormat, entryPoints: [`${root}server/cli/main.ts`], outfile: made });
  await chmod(made, 0o755);
  await rename(made, `${dist}/cli.mjs`);
}

/** A part's own build script: one exported function that returns what to say about it. */
async function script(file, name, options) {
  if (!existsSync(`${root}${file}`)) return 'not there yet';
  const module = await import(pathToFileURL(`${root}${file}`).href);
  await module[name](options);
  return undefined;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

await mkdir(dist, { recursive: true });
const failures = [];
for (const part of parts.filter(it => !only || only.includes(it.name))) {
  const started = performance.now();
  try {
    const note = await part.make();
    say(`${part.name}: ${note ?? 'built'} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (cause) {
    failures.push(part.name);
    say(`${part.name}: failed: ${cause instanceof Error ? cause.message : cause}`);
  }
}
if (failures.length > 0) process.exitCode = 1;
