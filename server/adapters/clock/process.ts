import { hostname, userInfo } from 'node:os';

export interface ProcessNames {
  readonly user: string;
  readonly process: string;
  readonly isAlive: (name: string) => boolean | undefined;
}

/** Who works here, as records in a cluster name it: `ada@laptop`, and `laptop/4711`. */
export function thisProcess(): ProcessNames {
  const host = hostname();
  return {
    user: `${userName()}@${host}`,
    process: `${host}/${process.pid}`,
    isAlive: name => {
      const [at, id] = name.split('/');
      return at === host && /^\d+$/.test(id ?? '') ? isRunning(Number(id)) : undefined;
    },
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return process.env.USER ?? 'somebody';
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (cause) {
    // Not ours to signal, but there.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
