import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Where heavy downloads and builds live: the user's cache folder, one folder per thing and version. */
export function cacheFolder(...parts) {
  const base =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'));
  return join(base, 'gitops-workbench', ...parts);
}

/**
 * Makes a folder once. `make(temporary)` fills a temporary folder beside it, which is renamed when it is whole, so that an interrupted run
 * leaves nothing that looks finished.
 */
export async function madeOnce(folder, make) {
  if (existsSync(folder)) return folder;
  removeAbandoned(folder);
  const temporary = `${folder}.${process.pid}.part`;
  mkdirSync(temporary, { recursive: true });
  try {
    await make(temporary);
    if (existsSync(folder)) return folder;
    renameSync(temporary, folder);
    return folder;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** An interrupted run cannot tidy up after itself; the next one does, unless another process is still at work there. */
function removeAbandoned(folder) {
  const parent = dirname(folder);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const [, pid] = name.startsWith(`${basename(folder)}.`) ? (name.match(/\.(\d+)\.part$/) ?? []) : [];
    if (pid && !alive(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause.code === 'EPERM';
  }
}
