import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of ours below the user's cache: everything in it can be made again. */
export function userCache(...names: readonly string[]): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gitops-workbench', ...names);
}
