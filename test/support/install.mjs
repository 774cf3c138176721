/** What the commands share before anything of node_modules can be counted on, hence plain Node.js. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, say, saying } from './run.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Installs the versions that the lock file pins, unless that was done since the lock file changed. Not by `npm ci`: it refuses a lock file
 * that was written where the binaries of other platforms cannot be had. Without `--no-save`, npm would complete the lock file.
 */
export async function installPackages(folder = root) {
  const done = join(folder, 'node_modules', '.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return;
  const lockName = `${folder === root ? '' : `${folder.slice(root.length)}/`}package-lock.json`;
  const quietly = ['--no-fund', '--no-audit', '--loglevel=error'];
  await saying(`[packages] installing what ${lockName} pins`, () =>
    run('npm', ['install', '--no-save', '--ignore-scripts', ...quietly], { cwd: folder }),
  );
}

/** Builds dist/ and shows how far it is; slow parts come from the cache. */
export async function buildAll() {
  say('[build] client, server, command line, schemas, WebAssembly (minutes the first time)');
  await run(process.execPath, ['esbuild.mjs'], { cwd: root, show: true });
}
