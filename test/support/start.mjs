/**
 * `npm start`: from a fresh clone to real VS Code with the packaged extension and a sample GitOps repository, in the browser.
 *
 *   --desktop   in the installed `code` instead
 *   --port N    on this port of 127.0.0.1
 *   --no-open   do not open the browser
 *   --fresh     forget the edits made to the sample
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, madeOnce } from './cache.mjs';
import { demoClusters, startDemoClusters } from './demo.mjs';
import { buildAll, installPackages, root } from './install.mjs';
import { packageExtension } from './package.mjs';
import { outputOf, say } from './run.mjs';
import { makeSample, sampleVersion } from './sample.mjs';
import { freePort, pageOf, startServer } from './server.mjs';
import { prepareVsCode } from './vscode.mjs';

const usualPort = 8124;

const { values: options } = parseArgs({
  options: {
    desktop: { type: 'boolean', default: false },
    port: { type: 'string' },
    'no-open': { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
  },
});

try {
  await (options.desktop ? startDesktop() : startBrowser());
} catch (cause) {
  say(`\nnpm start could not do its work: ${cause.message}`);
  process.exit(1);
}

async function startBrowser() {
  const [vscode, vsix] = await Promise.all([prepareVsCode(), build().then(packageExtension)]);
  const folder = await sample();
  const home = cacheFolder('demo', 'home-with-clusters');
  say(`[clusters] starting ${demoClusters.join(', ')} in memory`);
  const clusters = await startDemoClusters({ home, folder });
  say('[start] starting VS Code');
  const server = await startServer({
    vscode,
    home,
    extensions: [vsix],
    folder,
    port: await port(),
    settings: { 'gitopsWorkbench.clusters.contexts': demoClusters },
  });
  stopWithUs(server, clusters);
  await clusters.filled;
  const address = pageOf(server, 'README.md');
  process.stdout.write(
    `\nGitOps Workbench is open at\n\n  ${address}\n\nThe sample repository is ${folder}\nCtrl-C stops it.\n`,
  );
  if (!options['no-open']) openBrowser(address);
  await server.ended;
}

async function startDesktop() {
  if ((await outputOf('code', ['--version'])) === undefined) {
    throw new Error(
      '`code` is not installed, or not on the PATH; `npm start` without --desktop needs no installed VS Code',
    );
  }
  await build();
  const folder = await sample();
  const code = spawn(
    'code',
    ['--new-window', `--extensionDevelopmentPath=${root}`, folder, join(folder, 'README.md')],
    { stdio: 'inherit' },
  );
  await new Promise(resolve => code.on('close', resolve));
  process.stdout.write(`\nVS Code opens ${folder} with the extension of this clone.\n`);
}

async function build() {
  await installPackages();
  await buildAll();
}

async function sample() {
  const folder = cacheFolder('demo', sampleVersion());
  if (options.fresh || !existsSync(folder)) say('[sample] making the sample repository');
  if (options.fresh) await makeSample(join(folder, 'platform-gitops'));
  else await madeOnce(folder, temporary => makeSample(join(temporary, 'platform-gitops')));
  return join(folder, 'platform-gitops');
}

/** A port that was asked for must be free; the usual one gives way. */
async function port() {
  const asked = Number(options.port ?? usualPort);
  if (!Number.isInteger(asked) || asked < 1 || asked > 65535)
    throw new Error(`--port ${options.port} is not a port number`);
  try {
    return await freePort(asked);
  } catch {
    if (options.port) throw new Error(`port ${asked} of 127.0.0.1 is in use; leave --port out to take a free one`);
    return freePort();
  }
}

function stopWithUs(server, clusters) {
  const stop = async () => {
    say('\n[stop] stopping VS Code and the clusters');
    clusters.stop();
    await server.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
}

/** Only where a person sits before a screen. */
function openBrowser(address) {
  const opener =
    process.platform === 'darwin'
      ? 'open'
      : process.env.DISPLAY || process.env.WAYLAND_DISPLAY
        ? 'xdg-open'
        : undefined;
  if (!opener || !process.stdout.isTTY) return;
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    .on('error', () => say('[start] the browser could not be opened; open the address yourself'))
    .unref();
}
