import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

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
  const temporary = `${folder}.${process.pid}.part`;
  rmSync(temporary, { recursive: true, force: true });
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
