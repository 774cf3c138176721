import { hostname, userInfo } from 'node:os';

/** Who we are, as records in a cluster name us to other people and to our own later self. */
export function whoWeAre(): {
  readonly user: string;
  readonly process: string;
  readonly isAlive: (process: string) => boolean | undefined;
} {
  const machine = hostname();
  return {
    user: `${userName()}@${machine}`,
    process: `${machine}/${process.pid}`,
    isAlive: named => {
      const [host, id] = named.split('/');
      if (host !== machine || id === undefined) return undefined;
      return lives(Number(id));
    },
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return 'somebody';
  }
}

function lives(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (cause) {
    // It lives, but is somebody else's.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
