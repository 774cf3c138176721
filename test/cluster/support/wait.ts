import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 50;

/** Waits until something holds. The time is only where a broken cluster is given up; nothing is said about how fast a good one is. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean>,
  { seconds = 60 }: { readonly seconds?: number } = {},
): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`given up after ${seconds} s: ${what}`);
    await sleep(lookEveryMs);
  }
}

/** Like `eventually`, for a value; the last one is told when it never came. */
export async function eventuallyValue<T>(
  what: string,
  look: () => Promise<T>,
  holds: (value: T) => boolean,
  options: { readonly seconds?: number } = {},
): Promise<T> {
  let last = await look();
  const wait = eventually(
    what,
    async () => {
      if (holds(last)) return true;
      last = await look();
      return holds(last);
    },
    options,
  );
  await wait.catch(cause => {
    const shown = JSON.stringify(last, undefined, 1)?.slice(0, 4000);
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; last seen: ${shown}`);
  });
  return last;
}
