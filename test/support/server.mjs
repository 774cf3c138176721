/** Starts the server build of VS Code on a loopback address: what `npm start` and the browser tests share. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run } from './run.mjs';

/** What would otherwise talk to the network, or lie between a person and the sample. */
const quiet = {
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  // In a browser VS Code saves by itself, and there would be no unsaved buffer to preview from.
  'files.autoSave': 'off',
  'update.mode': 'none',
};

/**
 * @param {{ vscode: { node: string, entry: string }, home: string, folder: string, extensions?: string[], port?: number,
 *   settings?: Record<string, unknown>, trusted?: boolean, env?: Record<string, string> }} options
 * `home` takes settings and extensions; `extensions` are .vsix files. Resolves when the server answers; `stop` ends it and all it started.
 * `trusted: false` keeps Workspace Trust, and a folder is untrusted until its user says otherwise.
 */
export async function startServer({
  vscode,
  home,
  extensions = [],
  folder,
  port,
  settings = {},
  trusted = true,
  env = {},
}) {
  const userData = join(home, 'user-data');
  const extensionsDir = join(home, 'extensions');
  mkdirSync(join(userData, 'User'), { recursive: true });
  mkdirSync(extensionsDir, { recursive: true });
  const trust = trusted
    ? { 'security.workspace.trust.enabled': false }
    : { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
  // What a person changed in the demo stays changed.
  const settingsFile = join(userData, 'User', 'settings.json');
  if (!existsSync(settingsFile))
    writeFileSync(settingsFile, JSON.stringify({ ...quiet, ...trust, ...settings }, null, 2));

  // An empty configuration file of our own: without one the server writes one, with a password, into the user's home.
  const config = join(home, 'config.yaml');
  writeFileSync(config, 'auth: none\n');
  const places = ['--config', config, '--user-data-dir', userData, '--extensions-dir', extensionsDir];
  for (const vsix of extensions) {
    await run(vscode.node, [vscode.entry, ...places, '--force', '--install-extension', vsix]);
  }

  const listening = port ?? (await freePort());
  const flags = ['--auth', 'none', '--bind-addr', `127.0.0.1:${listening}`, '--disable-telemetry'];
  const more = [
    '--disable-update-check',
    '--disable-getting-started-override',
    '--disable-proxy',
    '--ignore-last-opened',
  ];
  const log = [];
  // Its own process group, so that the extension hosts and language servers below it end with it.
  const child = spawn(vscode.node, [vscode.entry, ...places, ...flags, ...more, folder], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutEditor(process.env), ...env },
  });
  child.stdout.on('data', it => log.push(String(it)));
  child.stderr.on('data', it => log.push(String(it)));
  const ended = new Promise(resolve => child.on('close', resolve));
  const address = `http://127.0.0.1:${listening}`;
  const stop = async () => {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      killGroup(child.pid, signal);
      await Promise.race([ended, sleep(3000)]);
    }
    killGroup(child.pid, 'SIGKILL');
  };
  for (const deadline = Date.now() + 60_000; ; await sleep(100)) {
    if (await answers(`${address}/healthz`)) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`VS Code did not start on ${address}:\n${log.join('').slice(-4000)}`);
    }
  }
  return { address, folder, home, stop, ended, log: () => log.join('') };
}

/** Started from a terminal inside VS Code, its variables would make the new server believe that it is a child of that one. */
function withoutEditor(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_|CODE_SERVER_|PASSWORD$|PORT$)/.test(name)),
  );
}

function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (cause) {
    if (cause.code !== 'ESRCH') throw cause;
  }
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** The port that was asked for, if nobody has it, or else any. */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * @param {{ address: string, folder: string }} server
 * @param {string} [file]
 * The address that opens a folder, and at once a file in it. */
export function pageOf(server, file) {
  const url = new URL(server.address);
  url.searchParams.set('folder', server.folder);
  if (file) {
    const target = `vscode-remote://${url.host}${join(server.folder, file)}`;
    url.searchParams.set('payload', JSON.stringify([['openFile', target]]));
  }
  return url.href;
}
